/** Training one factorised layer with sampled ranks, for the linear results of the paper. */
import type { Backend, Key, Tensor } from '@working-papers/grad';
import { compileStep, gradientStep, sgd, train } from '@working-papers/nn';
import type { LowRank } from './method.ts';
import { fixedRatioSampler, rankMasks, singleLayerSampler } from './sampling.ts';

/** U and V: what is trained of a layer without bias. */
export type Factors = Pick<LowRank, 'u' | 'v'>;

/** How one layer is trained. */
export interface LodOptions<Data> {
  readonly factors: Factors;
  /** Of the layer truncated by a mask, on data; a scalar. */
  readonly loss: (factors: Factors, mask: Tensor, data: Data) => Tensor;
  /** The data of a step, counted from 0. */
  readonly data: (step: number) => Data;
  /** Whether ranks are sampled; else all are kept at every step, the control. */
  readonly isSampled: boolean;
  readonly steps: number;
  readonly learningRate: number;
  /** Default 0. */
  readonly momentum?: number;
  /** Global norm to which gradients are clipped. Default none. */
  readonly maxGradNorm?: number;
  /** Steps between two reports. */
  readonly every: number;
  readonly key: Key;
  readonly backend: Backend;
  readonly signal: AbortSignal;
}

/** What training has reached. */
export interface LodReport {
  readonly step: number;
  readonly loss: number;
  readonly factors: Factors;
}

/** Trains by gradient descent and reports the factors on the way, those after the last step too. */
export async function* trainLod<Data>(
  options: LodOptions<Data>,
): AsyncGenerator<LodReport, void, void> {
  const { factors, loss, isSampled, steps, momentum = 0, maxGradNorm, key, backend } = options;
  const ranks = { layer: factors.u.shape[1] ?? 0 };
  const sampler = isSampled ? singleLayerSampler(ranks, key) : fixedRatioSampler(ranks, 1);
  const optimiser = sgd.with<Factors>({ momentum });
  const step = compileStep(
    gradientStep(
      (current: Factors, { mask, data }: { mask: Tensor; data: Data }) => loss(current, mask, data),
      optimiser,
      maxGradNorm === undefined ? {} : { maxGradNorm },
    ),
    { backend, name: 'step of ordered factors' },
  );
  const training = train({
    step,
    state: optimiser.init(factors),
    *batches(first) {
      for (let i = first; i < steps; i++) {
        const { layer: mask } = rankMasks(ranks, sampler(i));
        if (mask === undefined) throw new Error('internal: the layer has no mask');
        yield { mask, data: options.data(i) };
      }
    },
    steps,
    learningRate: options.learningRate,
    reportEvery: options.every,
    signal: options.signal,
  });
  try {
    for await (const { step: done, loss: value, state } of training) {
      yield { step: done, loss: value, factors: state.params };
    }
  } finally {
    await step.dispose();
  }
}
