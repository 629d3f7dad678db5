import { describe, expect, test } from 'vitest';
import {
  adaptiveAvgPool,
  avgPool1d,
  avgPool2d,
  avgPool3d,
  batchNorm,
  batchNormInference,
  compile,
  conv1d,
  conv2d,
  conv3d,
  convTranspose1d,
  convTranspose2d,
  convTranspose3d,
  depthToSpace,
  evaluate,
  fold,
  globalAvgPool,
  grad,
  gridSample,
  groupNorm,
  instanceNorm,
  keyOf,
  maxPool1d,
  maxPool2d,
  maxPool3d,
  normal,
  ones,
  pixelShuffle,
  pixelUnshuffle,
  resize,
  spaceToDepth,
  tensor,
  unfold,
  vjp,
  WorkingPapersError,
  zeros,
  type AvgPoolOptions,
  type Backend,
  type ConvTransposeOptions,
  type PoolOptions,
  type ResizeOptions,
  type Tensor,
} from '../src/index.ts';
import { nodeBackend } from '../src/runtime/node.ts';
import { webBackend } from '../src/runtime/web.ts';
import { expectClose } from './closeness.ts';
import fixture from './fixtures/conv.json' with { type: 'json' };

interface Stored {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

/** The options of all calls; each reads its own. */
interface Options extends ConvTransposeOptions {
  readonly countIncludePad: boolean;
  readonly epsilon: number;
  readonly factor: number;
  readonly groups: number;
  readonly kernel: number;
  readonly mean: readonly number[];
  readonly size: readonly number[];
  readonly variance: readonly number[];
}

type Call = (inputs: readonly [Tensor, Tensor, Tensor | undefined], options: Options) => Tensor;
type Windowed<O> = (x: Tensor, kernel: number, options: O) => Tensor;
type Weighted = (x: Tensor, w: Tensor, options: ConvTransposeOptions) => Tensor;

const convolved =
  (conv: Weighted): Call =>
  ([x, w, bias], options) =>
    conv(x, w, { ...options, ...(bias && { bias }) });
const pooled =
  (pool: Windowed<PoolOptions & AvgPoolOptions>): Call =>
  ([x], { kernel, ...options }) =>
    pool(x, kernel, options);

/** Our call for each call of scripts/reference/conv.py. */
const calls: Readonly<Record<string, Call>> = {
  adaptiveAvgPool: ([x], { size }) => adaptiveAvgPool(x, size),
  avgPool1d: pooled(avgPool1d),
  avgPool2d: pooled(avgPool2d),
  avgPool3d: pooled(avgPool3d),
  batchNorm: ([x, scale, shift = scale], { epsilon }) => batchNorm(x, { scale, shift, epsilon }).y,
  batchNormInference: ([x, scale, shift = scale], { epsilon, mean, variance }) => {
    const statistics = { mean: tensor(mean), variance: tensor(variance) };
    return batchNormInference(x, statistics, { scale, shift, epsilon });
  },
  conv1d: convolved(conv1d),
  conv2d: convolved(conv2d),
  conv3d: convolved(conv3d),
  convTranspose1d: convolved(convTranspose1d),
  convTranspose2d: convolved(convTranspose2d),
  convTranspose3d: convolved(convTranspose3d),
  fold: ([columns], { size, ...options }) => fold(columns, size, options),
  // The fixture gives each call the options that it reads.
  gridSample: ([x, grid], options) => gridSample(x, grid, options as object),
  groupNorm: ([x, scale, shift = scale], { groups, epsilon }) =>
    groupNorm(x, { groups, scale, shift, epsilon }),
  instanceNorm: ([x, scale, shift = scale], { epsilon }) =>
    instanceNorm(x, { scale, shift, epsilon }),
  maxPool1d: pooled(maxPool1d),
  maxPool2d: pooled(maxPool2d),
  maxPool3d: pooled(maxPool3d),
  pixelShuffle: ([x], { factor }) => pixelShuffle(x, factor),
  pixelUnshuffle: ([x], { factor }) => pixelUnshuffle(x, factor),
  resize: ([x], options) => resize(x, options as unknown as ResizeOptions),
  unfold: ([x], options) => unfold(x, options),
};

const node = await nodeBackend({ threads: 2 });
/** Lacks every operator that a backend may lack. */
const composed: Backend = {
  ...node,
  name: 'composed',
  capabilities: { ...node.capabilities, supports: () => false },
};
const backends = [node, await webBackend({ threads: 2 }), composed];

describe.each(backends.map((backend) => [backend.name, backend] as const))('%s', (_, backend) => {
  test.each(fixture.cases.map((example, i) => ({ ...example, i })))(
    "$i: $call $options has PyTorch's value and gradients",
    async ({ call, options, inputs, outputs, dy, grads }) => {
      const run = compile(
        (places: readonly Tensor[], cotangent: Tensor) => {
          const [y, pull] = vjp((leaves: readonly Tensor[]) => {
            const [x = cotangent, w = x, third] = leaves;
            return calls[call]?.([x, w, third], options as unknown as Options) ?? x;
          }, places);
          return { y, grads: pull(cotangent) };
        },
        { backend, name: call },
      );
      const actual = await run(inputs.map(stored), stored(dy));
      await run.dispose();
      // A single picture far from 0 has lost this much of its float32 digits before anything is done.
      const slack = Math.max(1, ...(inputs[0]?.data ?? []).map((value) => Math.abs(value) / 16));
      expect(actual.y.shape).toEqual(outputs[0]?.shape);
      expectClose(await actual.y.data(), outputs[0]?.data ?? [], 3e-6 * slack, 'value');
      expect(actual.grads.map(({ shape }) => shape)).toEqual(grads.map(({ shape }) => shape));
      for (const [i, grad] of actual.grads.entries()) {
        expectClose(await grad.data(), grads[i]?.data ?? [], 1e-5 * slack, `gradient ${i}`);
      }
    },
  );
});

test('batch norm returns the statistics that PyTorch puts into its running averages', async () => {
  const examples = fixture.cases.filter(({ call }) => call === 'batchNorm');
  expect(examples).toHaveLength(3);
  for (const { inputs, outputs } of examples) {
    const [x = zeros([1])] = inputs.map(stored);
    const { mean, variance } = await evaluate(batchNorm(x), { backend: node });
    expectClose(await mean.data(), outputs[1]?.data ?? [], 1e-6, 'mean');
    expectClose(await variance.data(), outputs[2]?.data ?? [], 1e-6, 'variance');
  }
});

test('space goes into depth and back in both orders', async () => {
  const x = tensor(
    Array.from({ length: 16 }, (_, i) => i),
    { shape: [1, 2, 2, 4] },
  );
  const deep = spaceToDepth(x, 2);
  const unshuffled = pixelUnshuffle(x, 2);
  const results = await evaluate(
    { deep, back: depthToSpace(deep, 2), unshuffled, again: pixelShuffle(unshuffled, 2) },
    { backend: node },
  );
  // The position within the block is the slow part of the channel, as ONNX's SpaceToDepth has it.
  expect([...(await results.deep.data())]).toEqual([
    0, 2, 8, 10, 1, 3, 9, 11, 4, 6, 12, 14, 5, 7, 13, 15,
  ]);
  expect([...(await results.unshuffled.data())]).toEqual([
    0, 2, 1, 3, 4, 6, 5, 7, 8, 10, 9, 11, 12, 14, 13, 15,
  ]);
  for (const { back, again } of [results]) {
    expect([...(await back.data())]).toEqual([...(await x.data())]);
    expect([...(await again.data())]).toEqual([...(await x.data())]);
  }
});

test('global means are adaptive means of size 1', async () => {
  const x = normal(keyOf(3), [2, 3, 5, 4]);
  const both = { all: globalAvgPool(x), one: adaptiveAvgPool(x, 1) };
  const { all, one } = await evaluate(both, { backend: node });
  expect(all.shape).toEqual([2, 3]);
  expectClose(await all.data(), await one.data(), 1e-6, 'means');
});

test('the gradient by the weights is the same in each run and for each number of threads', async () => {
  const one = await nodeBackend({ threads: 1 });
  const [x, w] = [normal(keyOf(4), [8, 6, 16, 16]), normal(keyOf(5), [5, 6, 3, 3])];
  const gradient = (backend: Backend) => {
    const lossOf = (weight: Tensor) => conv2d(x, weight, { padding: 1 }).square().sum();
    return evaluate(grad(lossOf)(w), { backend });
  };
  const first = await (await gradient(node)).data();
  for (const backend of [node, node, one]) {
    expect(await (await gradient(backend)).data()).toEqual(first);
  }
});

describe('errors', () => {
  const x = ones([1, 4, 5, 5]);
  const w = ones([2, 4, 3, 3]);
  const mistakes: Readonly<Record<string, () => unknown>> = {
    'channels that do not fit': () => conv2d(x, ones([2, 3, 3, 3])),
    'a bias that does not fit': () => conv2d(x, w, { bias: ones([3]) }),
    'a kernel larger than the picture': () => conv2d(x, ones([2, 4, 6, 6])),
    'a missing axis': () => conv2d(ones([4, 5, 5]), w),
    'groups that do not divide': () => conv2d(x, w, { groups: 0 }),
    'a stride of 0': () => conv2d(x, w, { stride: 0 }),
    'a stride too many': () => conv2d(x, w, { stride: [1, 1, 1] }),
    'negative padding': () => conv2d(x, w, { padding: -1 }),
    'padding same with a stride': () => conv2d(x, w, { padding: 'same', stride: 2 }),
    'an output padding of the stride': () =>
      convTranspose2d(x, ones([4, 2, 3, 3]), { outputPadding: 1 }),
    'padding that leaves nothing': () => convTranspose2d(x, ones([4, 2, 3, 3]), { padding: 4 }),
    'pooling with more padding than half': () => maxPool2d(x, 2, { padding: 2 }),
    'pooling of sequences in two axes': () => avgPool2d(ones([1, 2, 3]), 2),
    'columns of another size': () => fold(ones([1, 9, 4]), [5, 5], { kernel: 3 }),
    'a shuffle of too few channels': () => pixelShuffle(ones([1, 6, 2, 2]), 2),
    'a block that does not divide': () => spaceToDepth(x, 2),
    'a resize to nothing': () => resize(x, { size: 0, mode: 'linear' }),
    'a scale too small': () => resize(x, { scale: 0.1, mode: 'linear' }),
    'corners of the nearest': () => resize(x, { size: 3, mode: 'nearest', alignCorners: true }),
    'a grid for another batch': () => gridSample(x, ones([2, 3, 3, 2])),
    'groups that do not divide the channels': () => groupNorm(x, { groups: 3 }),
    'a scale for other channels': () => groupNorm(x, { groups: 2, scale: ones([5]) }),
    'a batch of one element': () => batchNorm(ones([1, 3])),
  };

  test('name the operation and the values', () => {
    const messages = Object.entries(mistakes).map(([mistake, action]) => {
      try {
        action();
      } catch (error) {
        if (!(error instanceof WorkingPapersError)) throw error;
        return `${mistake}: ${error.name}: ${error.message}`;
      }
      return `${mistake}: no error`;
    });
    expect(messages.filter((message) => message.endsWith('no error'))).toEqual([]);
    expect(messages).toMatchInlineSnapshot(`
      [
        "channels that do not fit: ShapeError: conv: x [1, 4, 5, 5], weight [2, 3, 3, 3] do not fit with groups = 1; expected [batch, in, ...], [out, in / groups, ...] and [out]",
        "a bias that does not fit: ShapeError: conv: x [1, 4, 5, 5], weight [2, 4, 3, 3] and bias [3] do not fit with groups = 1; expected [batch, in, ...], [out, in / groups, ...] and [out]",
        "a kernel larger than the picture: ShapeError: conv: windows of [6, 6] with dilation [1, 1] do not fit into [5, 5] with padding [0, 0] and [0, 0]",
        "a missing axis: ShapeError: conv2d: x [4, 5, 5] and weight [2, 4, 3, 3] must have 4 axes each: two of channels and 2 of space",
        "groups that do not divide: ConfigError: conv2d: groups = 0 is not a positive whole number",
        "a stride of 0: ConfigError: conv2d: stride = 0; expected a whole number from 1, or one for each of 2 axes",
        "a stride too many: ConfigError: conv2d: stride = [1, 1, 1]; expected a whole number from 1, or one for each of 2 axes",
        "negative padding: ConfigError: conv2d: padding = -1; expected counts of elements, one for all or one or two for each of 2 axes",
        "padding same with a stride: ConfigError: conv2d: padding 'same' needs a stride of 1, got [2, 2]; give the padding in numbers",
        "an output padding of the stride: ConfigError: convTranspose2d: outputPadding = [1, 1] is not less than the stride [1, 1]",
        "padding that leaves nothing: ShapeError: convTranspose2d: of x [1, 4, 5, 5] and a kernel [3, 3] the padding leaves [-1, -1]; use less padding",
        "pooling with more padding than half: ConfigError: maxPool2d: padding [2, 2] and [2, 2] is more than half the kernel [2, 2]",
        "pooling of sequences in two axes: ShapeError: avgPool2d: x [1, 2, 3] must have 4 axes: batch, channels and 2 of space",
        "columns of another size: ShapeError: fold: columns [1, 9, 4] do not fit windows of [3, 3] in [5, 5]; expected [batch, channels 9, 9]",
        "a shuffle of too few channels: ShapeError: pixelShuffle: 6 channels of [1, 6, 2, 2] are no multiple of 2^2 = 4",
        "a block that does not divide: ShapeError: spaceToDepth: height or width of [1, 4, 5, 5] is no multiple of 2",
        "a resize to nothing: ConfigError: resize: size = 0; expected a whole number from 1, or one for each of 2 axes",
        "a scale too small: ShapeError: resize: 5 elements times 0.1 leave none; use a larger scale",
        "corners of the nearest: ConfigError: resize: alignCorners has no meaning for nearest; leave it out",
        "a grid for another batch: ShapeError: gridSample: x [1, 4, 5, 5] and grid [2, 3, 3, 2] do not fit; expected [batch, channels, ...size] with one to three sizes and [batch, ...places, 2]",
        "groups that do not divide the channels: ConfigError: groupNorm: groups = 3 does not divide the 4 channels of [1, 4, 5, 5]",
        "a scale for other channels: ShapeError: groupNorm: [1, 4, 5, 5], [5], [4] do not fit; expected [batch, channels, ...size] and two vectors [channels]",
        "a batch of one element: ShapeError: batchNorm: channels of [1, 3] have one element each, whose variance is 0; use a larger batch",
      ]
    `);
  });
});

function stored({ shape, data }: Stored): Tensor {
  return tensor(data, { shape });
}
