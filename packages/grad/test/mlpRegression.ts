import {
  compile,
  foldIn,
  hostData,
  keyOf,
  linear,
  normal,
  tensor,
  valueAndGrad,
  zeros,
  zipTensors,
  type Backend,
  type Tensor,
} from '../src/index.ts';

// Fifty steps of gradient descent on sin(x1) + x2^2 with eight hidden units: by the engine, and by
// hand in float64. Whatever runs the engine must follow the loop below.

const sizes = { batch: 32, dIn: 2, dHidden: 8 };
const learningRate = 0.1;
const nSteps = 50;

const x = normal(foldIn(keyOf(1), 'x'), [sizes.batch, sizes.dIn]);
const init = {
  w1: normal(foldIn(keyOf(1), 'w1'), [sizes.dIn, sizes.dHidden]),
  b1: zeros([sizes.dHidden]),
  w2: normal(foldIn(keyOf(1), 'w2'), [sizes.dHidden, 1]),
  b2: zeros([1]),
};

/** The losses before each step, by the engine. */
export async function trainWith(backend: Backend): Promise<number[]> {
  const y = tensor(targets(numbers(x)), { shape: [sizes.batch, 1] });
  const loss = (p: typeof init) =>
    linear(linear(x, p.w1, p.b1).tanh(), p.w2, p.b2)
      .sub(y)
      .square()
      .mean();
  const step = compile(
    (p: typeof init) => {
      const [value, gradient] = valueAndGrad(loss)(p);
      const descend = ([weight, slope]: readonly Tensor[]) =>
        weight && slope ? weight.sub(slope.mul(learningRate)) : value;
      return { value, params: zipTensors([p, gradient], descend) };
    },
    { backend, name: 'step' },
  );
  const losses: number[] = [];
  let params = init;
  for (let i = 0; i < nSteps; i++) {
    const result = await step(params);
    losses.push(await result.value.item());
    params = result.params;
  }
  await step.dispose();
  return losses;
}

/** Weights or their slopes, row-major. */
type Weights = Record<keyof typeof init, number[]>;

/** The same losses by hand: loops, float64, derivatives written out. */
export function trainByHand(): number[] {
  const weights: Weights = {
    w1: numbers(init.w1),
    b1: numbers(init.b1),
    w2: numbers(init.w2),
    b2: numbers(init.b2),
  };
  return Array.from({ length: nSteps }, () => {
    const { loss, slopes } = lossAndSlopes(weights);
    for (const name of ['w1', 'b1', 'w2', 'b2'] as const) {
      slopes[name].forEach((slope, i) => increase(weights[name], i, -learningRate * slope));
    }
    return loss;
  });
}

function lossAndSlopes({ w1, b1, w2, b2 }: Weights): { loss: number; slopes: Weights } {
  const { batch, dIn, dHidden } = sizes;
  const inputs = numbers(x);
  const wanted = targets(inputs);
  const zerosLike = (weights: readonly number[]) => weights.map(() => 0);
  const slopes = { w1: zerosLike(w1), b1: zerosLike(b1), w2: zerosLike(w2), b2: zerosLike(b2) };
  let loss = 0;
  for (let row = 0; row < batch; row++) {
    const input = inputs.slice(row * dIn, (row + 1) * dIn);
    const hidden = b1.map((b, k) =>
      Math.tanh(input.reduce((sum, v, j) => sum + v * (w1[j * dHidden + k] ?? 0), b)),
    );
    const output = hidden.reduce((sum, h, k) => sum + h * (w2[k] ?? 0), b2[0] ?? 0);
    const error = output - (wanted[row] ?? 0);
    loss += error ** 2 / batch;
    const dOutput = (2 * error) / batch;
    increase(slopes.b2, 0, dOutput);
    for (const [k, h] of hidden.entries()) {
      const dSum = dOutput * (w2[k] ?? 0) * (1 - h ** 2);
      increase(slopes.w2, k, dOutput * h);
      increase(slopes.b1, k, dSum);
      for (const [j, v] of input.entries()) increase(slopes.w1, j * dHidden + k, dSum * v);
    }
  }
  return { loss, slopes };
}

function increase(values: number[], i: number, by: number): void {
  values[i] = (values[i] ?? 0) + by;
}

function targets(inputs: readonly number[]): number[] {
  return Array.from({ length: sizes.batch }, (_, row) => {
    const [x1 = 0, x2 = 0] = inputs.slice(row * sizes.dIn);
    // float32 holds the target as the engine sees it.
    return Math.fround(Math.sin(x1) + x2 ** 2);
  });
}

function numbers(value: Tensor): number[] {
  return Array.from(hostData(value), Number);
}
