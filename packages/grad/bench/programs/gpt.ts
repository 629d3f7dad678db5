/** One Adam step of a GPT: dModel 128, 4 layers, 4 heads, context 128, vocabulary 512, batch 16. */
import { adam, type AdamState } from '@working-papers/nn';
import {
  compile,
  crossEntropy,
  foldIn,
  integers,
  keyOf,
  tensor,
  valueAndGrad,
  type Backend,
  type Tensor,
} from '../../src/index.ts';
import { gptLogits, initGpt, type Gpt } from '../gptModel.ts';
import type { Program } from '../program.ts';

const sizes = { dModel: 128, nLayers: 4, nHeads: 4, vocabSize: 512, contextLength: 128 };
const batch = 16;
const learningRate = 1e-3;

/** Weights and one batch, whose targets are the tokens one place on. */
export function inputs() {
  const key = keyOf(1);
  const { contextLength: seq, vocabSize } = sizes;
  const drawn = integers(foldIn(key, 'tokens'), batch * (seq + 1), vocabSize);
  const rows = (shift: number) =>
    Int32Array.from({ length: batch * seq }, (_, i) => {
      return drawn[Math.floor(i / seq) * (seq + 1) + (i % seq) + shift] ?? 0;
    });
  return {
    params: initGpt(foldIn(key, 'params'), sizes),
    x: tensor(rows(0), { shape: [batch, seq] }),
    y: tensor(rows(1), { shape: [batch, seq] }),
  };
}

/** The step; it returns the loss in nats. */
export async function make(backend: Backend): Promise<Program> {
  const { params, x, y } = inputs();
  const lossOf = (gpt: Gpt, tokens: Tensor, targets: Tensor) =>
    crossEntropy(gptLogits(gpt, tokens, sizes.nHeads), targets).mean();
  const step = compile(
    (before: AdamState<Gpt>, tokens: Tensor, targets: Tensor) => {
      const [loss, gradients] = valueAndGrad(lossOf)(before.params, tokens, targets);
      return { state: adam.update(before, gradients, { learningRate }), loss };
    },
    { backend, name: 'gpt' },
  );
  let state = adam.init(params);
  return {
    name: 'gpt',
    run: async () => {
      const after = await step(state, x, y);
      state = after.state;
      return after.loss.item();
    },
    dispose: step.dispose,
  };
}
