import { expect, test } from 'vitest';
import {
  add,
  compile,
  concat,
  crossEntropy,
  customVjp,
  evaluate,
  foldIn,
  full,
  grad,
  hessianVectorProduct,
  integers,
  jacobian,
  jvp,
  keyOf,
  linear,
  normal,
  ones,
  straightThrough,
  tensor,
  unroll,
  vjp,
  vmap,
  where,
  WorkingPapersError,
  zeros,
  zipTensors,
  type Tensor,
} from '../src/index.ts';
import { nodeBackend } from '../src/runtime/node.ts';
import { webBackend } from '../src/runtime/web.ts';

/**
 * What each action fails with: class and message of the error, which is one line that begins with the
 * operation.
 */
async function failures(
  actions: Readonly<Record<string, () => unknown>>,
): Promise<Record<string, string>> {
  const messages: Record<string, string> = {};
  for (const [mistake, action] of Object.entries(actions)) {
    try {
      await action();
    } catch (error) {
      if (!(error instanceof WorkingPapersError)) throw error;
      expect(error.message).toMatch(/^\w+: [^\n]+$/);
      messages[mistake] = `${error.name}: ${error.message}`;
    }
    expect(messages, `${mistake} did not fail`).toHaveProperty([mistake]);
  }
  return messages;
}

const backend = await nodeBackend({ threads: 1 });
const x = ones([2, 3]);
const steps = tensor([1, 2], { dtype: 'int32' });
const mask = tensor([1, 0], { dtype: 'bool' });

test('tensors that cannot be made', async () => {
  expect(
    await failures({
      'ragged rows': () => tensor([[1, 2], [3]]),
      'values that do not fill the shape': () => tensor([1, 2, 3], { shape: [2, 2] }),
      'no values': () => tensor([]),
      'a size of zero': () => zeros([3, 0]),
      'a size that is not whole': () => ones([2.5]),
      'a fraction as an integer': () => tensor([1, 2.5], { dtype: 'int64' }),
      'an integer that does not fit': () => full([2], 2 ** 31, 'int32'),
      'pixels, whose array is that of bool': () => tensor(Uint8Array.of(0, 255)),
      'random numbers of no shape': () => normal(keyOf(1), [0, 2]),
      'a negative seed': () => keyOf(-1),
      'a fractional seed': () => keyOf(0.5),
      'a key of a fraction': () => foldIn(keyOf(1), 0.5),
      'random integers below nothing': () => integers(keyOf(1), 3, 0),
    }),
  ).toMatchInlineSnapshot(`
    {
      "a fraction as an integer": "ShapeError: tensor: 2.5 is not an element of type int64; use another number or dtype, or convert with cast",
      "a fractional seed": "ConfigError: keyOf: seed = 0.5 is not a non-negative safe integer",
      "a key of a fraction": "ConfigError: foldIn: 0.5 is not an integer from 0 to 2^32 - 1",
      "a negative seed": "ConfigError: keyOf: seed = -1 is not a non-negative safe integer",
      "a size of zero": "ShapeError: full: shape [3, 0] has a size that is not a positive integer; tensors without elements are not supported",
      "a size that is not whole": "ShapeError: full: shape [2.5] has a size that is not a positive integer; tensors without elements are not supported",
      "an integer that does not fit": "ShapeError: full: 2147483648 is not an element of type int32; use another number or dtype, or convert with cast",
      "no values": "ShapeError: tensor: shape [0] has a size that is not a positive integer; tensors without elements are not supported",
      "pixels, whose array is that of bool": "ShapeError: tensor: 255 is not an element of type bool; use another number or dtype, or convert with cast",
      "ragged rows": "ShapeError: tensor: nested arrays are ragged: one element has shape [2], another [1]",
      "random integers below nothing": "ConfigError: integers: bound = 0 is not an integer from 1 to 2^31",
      "random numbers of no shape": "ShapeError: normal: shape [0, 2] has a size that is not a positive integer; tensors without elements are not supported",
      "values that do not fill the shape": "ShapeError: tensor: 3 values do not fill shape [2, 2], which has 4",
    }
  `);
});

test('shapes that do not fit', async () => {
  expect(
    await failures({
      'sizes that do not broadcast': () => x.add(ones([2])),
      'inner sizes': () => x.matmul(ones([4, 2])),
      'inner sizes, transposed': () => x.matmul(x, { transposeA: true, transposeB: true }),
      'inner sizes of a batch': () => ones([5, 2, 3]).matmul(ones([4, 2])),
      'batches that do not broadcast': () => ones([5, 2, 3]).matmul(ones([4, 3, 2])),
      'a product with a scalar': () => x.matmul(ones([])),
      'a layer of another width': () => linear(ones([4, 2, 3]), ones([2, 8]), zeros([8])),
      'a bias of another width': () => linear(x, ones([3, 8]), zeros([7])),
      'a layer on a scalar': () => linear(ones([]), ones([3, 8]), zeros([8])),
      'a reshape to another size': () => x.reshape([4, 2]),
      'a reshape that does not divide': () => x.reshape([4, -1]),
      'a reshape with two free sizes': () => x.reshape([-1, -1]),
      'a reshape to negative sizes': () => x.reshape([-2, -3]),
      'parts that differ': () => concat([x, ones([2, 2, 3])], 0),
      'no parts': () => concat([], 0),
      'an expansion that shrinks': () => x.expand([1, 3]),
      'values that do not fit their indices': () => x.scatterAdd(ones([3]).cast('int32'), 5),
      'a table of no rows': () => x.scatterAdd(steps, 0),
      'rows of a scalar': () => ones([]).gather(steps),
      'one label for several rows': () => crossEntropy(x, tensor([1], { dtype: 'int32' })),
      'a condition that does not broadcast': () => mask.where(x, 0),
      'an encoding of no classes': () => steps.oneHot(0),
    }),
  ).toMatchInlineSnapshot(`
    {
      "a bias of another width": "ShapeError: linear: x [2, 3], w [3, 8] and b [7] do not fit; expected [..., dIn], [dIn, dOut] and [dOut]",
      "a condition that does not broadcast": "ShapeError: where: cannot broadcast [2] with [2, 3] with [] (2 and 3); sizes must be equal or 1",
      "a layer of another width": "ShapeError: linear: x [4, 2, 3], w [2, 8] and b [8] do not fit; expected [..., dIn], [dIn, dOut] and [dOut]",
      "a layer on a scalar": "ShapeError: linear: x is a scalar; expected [..., dIn]",
      "a product with a scalar": "ShapeError: matmul: needs matrices or vectors, got [2, 3] x []; multiply by a scalar with mul",
      "a reshape that does not divide": "ShapeError: reshape: [2, 3] has 6 elements and cannot become [4, -1]",
      "a reshape to another size": "ShapeError: reshape: [2, 3] has 6 elements and cannot become [4, 2]",
      "a reshape to negative sizes": "ShapeError: reshape: shape [-2, -3] has a size that is not a positive integer; tensors without elements are not supported",
      "a reshape with two free sizes": "ShapeError: reshape: [2, 3] has 6 elements and cannot become [-1, -1]",
      "a table of no rows": "ShapeError: scatterAdd: index 1 at position 0 is out of range for an axis of size 0; expected 0 to -1",
      "an encoding of no classes": "ShapeError: oneHot: shape [2, 0] has a size that is not a positive integer; tensors without elements are not supported",
      "an expansion that shrinks": "ShapeError: expand: [2, 3] does not fill [1, 3]",
      "batches that do not broadcast": "ShapeError: matmul: cannot broadcast [5] with [4] (5 and 4); sizes must be equal or 1",
      "inner sizes": "ShapeError: matmul: inner sizes differ: [2, 3] x [4, 2] (3 and 4)",
      "inner sizes of a batch": "ShapeError: matmul: inner sizes differ: [5, 2, 3] x [4, 2] (3 and 4)",
      "inner sizes, transposed": "ShapeError: matmul: inner sizes differ: [2, 3]^T x [2, 3]^T (2 and 3)",
      "no parts": "ShapeError: concat: no parts; expected one or more",
      "one label for several rows": "ShapeError: crossEntropy: labels [1] do not fit logits [2, 3]; expected [2]",
      "parts that differ": "ShapeError: concat: [2, 3] and [2, 2, 3] differ outside axis 0",
      "rows of a scalar": "ShapeError: gather: axis 0 is out of range for shape []; expected no axis at all",
      "sizes that do not broadcast": "ShapeError: add: cannot broadcast [2, 3] with [2] (3 and 2); sizes must be equal or 1",
      "values that do not fit their indices": "ShapeError: scatterAdd: values [2, 3] do not have the shape of indices [3] from axis 0 on",
    }
  `);
});

test('axes and positions that do not exist', async () => {
  expect(
    await failures({
      'an axis after the last': () => x.sum(2),
      'an axis before the first': () => x.softmax(-3),
      'an axis of a scalar': () => ones([]).cumsum(0),
      'a fractional axis': () => x.argmax(0.5),
      'the same axis twice': () => x.mean([0, -2]),
      'a permutation without an axis': () => x.transpose([1]),
      'a permutation with an axis twice': () => x.transpose([1, 1]),
      'an empty slice': () => x.slice({ axis: 1, start: 2, end: 2 }),
      'a slice past the end': () => x.slice({ axis: 1, start: 1, end: 4 }),
      'a slice before the start': () => x.slice({ axis: 0, start: -5 }),
      'a negative padding': () => x.pad({ axis: 0, before: -1 }),
    }),
  ).toMatchInlineSnapshot(`
    {
      "a fractional axis": "ShapeError: argmax: axis 0.5 is out of range for shape [2, 3]; expected -2 to 1",
      "a negative padding": "ShapeError: pad: -1 before and 0 after are not counts of elements",
      "a permutation with an axis twice": "ShapeError: transpose: [1, 1] does not name each axis of [2, 3] once",
      "a permutation without an axis": "ShapeError: transpose: [1] does not name each axis of [2, 3] once",
      "a slice before the start": "ShapeError: slice: -5 to 2 is not a part of axis 0 of [2, 3], which has size 2",
      "a slice past the end": "ShapeError: slice: 1 to 4 is not a part of axis 1 of [2, 3], which has size 3",
      "an axis after the last": "ShapeError: sum: axis 2 is out of range for shape [2, 3]; expected -2 to 1",
      "an axis before the first": "ShapeError: softmax: axis -3 is out of range for shape [2, 3]; expected -2 to 1",
      "an axis of a scalar": "ShapeError: cumsum: axis 0 is out of range for shape []; expected no axis at all",
      "an empty slice": "ShapeError: slice: 2 to 2 is not a part of axis 1 of [2, 3], which has size 3",
      "the same axis twice": "ShapeError: mean: axes [0, -2] name an axis twice",
    }
  `);
});

test('element types that do not fit', async () => {
  expect(
    await failures({
      'two kinds of floats': () => x.mul(zeros([3], 'float64')),
      'integers and floats': () => steps.add(ones([2])),
      'a function of integers': () => steps.exp(),
      'a sum of truths': () => mask.sum(),
      'a product of truths': () => mask.mul(mask),
      'a fraction of integers': () => steps.mul(0.5),
      'a choice between integers and a fraction': () => mask.where(steps, 0.5),
      'two numbers': () => add(1, 2),
      'an exponent of infinity': () => x.pow(Infinity),
      'a condition of numbers': () => where(ones([2]), 1, 0),
      'choices of two types': () => mask.where(steps, ones([2])),
      'float indices': () => x.gather(ones([2])),
      'float classes': () => ones([2]).oneHot(3),
      'float labels': () => crossEntropy(x, ones([2])),
      'integer logits': () => crossEntropy(x.cast('int32'), steps),
      'truths that are added up': () => mask.scatterAdd(steps, 3),
    }),
  ).toMatchInlineSnapshot(`
    {
      "a choice between integers and a fraction": "ShapeError: where: 0.5 is not an element of type int32; use another number or dtype, or convert with cast",
      "a condition of numbers": "ShapeError: where: element types are float32, float32 and float32; the condition must be bool, the others alike",
      "a fraction of integers": "ShapeError: mul: 0.5 is not an element of type int32; use another number or dtype, or convert with cast",
      "a function of integers": "ShapeError: exp: needs floating-point values, got int32; convert with cast(x, 'float32')",
      "a product of truths": "ShapeError: mul: needs numbers, got bool; convert with cast(x, 'float32')",
      "a sum of truths": "ShapeError: sum: needs numbers, got bool; convert with cast(x, 'float32')",
      "an exponent of infinity": "ConfigError: pow: exponent = Infinity is not a finite number",
      "choices of two types": "ShapeError: where: element types are bool, int32 and float32; the condition must be bool, the others alike",
      "float classes": "ShapeError: oneHot: indices are float32; expected int32 or int64",
      "float indices": "ShapeError: gather: indices are float32; expected int32 or int64",
      "float labels": "ShapeError: crossEntropy: labels are float32; expected int32 or int64",
      "integer logits": "ShapeError: crossEntropy: logits are int32; convert with cast(logits, 'float32')",
      "integers and floats": "ShapeError: add: element types differ: int32 and float32; convert with cast(x, 'float32')",
      "truths that are added up": "ShapeError: scatterAdd: values are bool; convert with cast(x, 'float32')",
      "two kinds of floats": "ShapeError: mul: element types differ: float32 and float64; convert with cast(x, 'float32')",
      "two numbers": "ConfigError: add: both operands are numbers (1 and 2); one must be a tensor",
    }
  `);
});

test('numbers of tensors that have none', async () => {
  expect(
    await failures({
      'a place in a graph': () => x.square().data(),
      'the number of several': () => x.item(),
      'the number of a place': () => x.sum().item(),
    }),
  ).toMatchInlineSnapshot(`
    {
      "a place in a graph": "ConfigError: data: the result of square with shape [2, 3] is a place in a graph, not numbers; return it from a compiled function",
      "the number of a place": "ConfigError: data: the result of sum with shape [] is a place in a graph, not numbers; return it from a compiled function",
      "the number of several": "ShapeError: item: shape [2, 3] has 6 elements, not 1",
    }
  `);
});

test('functions that cannot be compiled', async () => {
  const result = (value: unknown) =>
    compile(
      function model() {
        return value;
      },
      { backend },
    )();
  const argument = (value: unknown) =>
    compile(
      function model(_anything: unknown) {
        return x.neg();
      },
      { backend },
    )(value);
  class Layer {
    readonly w = x;
  }
  expect(
    await failures({
      'a result that is a number': () => result({ loss: x.sum(), steps: 3 }),
      'a result that is missing': () => result(undefined),
      'a result that is a function': () => result([x, (a: Tensor) => a.neg()]),
      'a result that is a promise': () => result(Promise.resolve(x)),
      'an argument that is a place': () => argument({ model: [x.square()] }),
      'an argument that is a plain array of numbers': () => argument(Float32Array.of(1)),
      'an argument of a class': () => argument(new Layer()),
      'an argument that is a function': () => argument({ loss: Math.sqrt }),
      'two arguments of the same path': () => argument({ 'a.b': x, a: { b: x } }),
      'two results of the same path': () => result({ 'a.b': x, a: { b: x } }),
      'an input of another function': async () => {
        let leaked = x;
        await compile((model: { w: Tensor }) => (leaked = model.w), { backend })({ w: x });
        await result(leaked.square());
      },
      'an operation that the runtime lacks': () =>
        evaluate(ones([2], 'float64').erf(), { backend }),
      'a gradient of nothing scalar': () =>
        compile(
          function step(w: Tensor) {
            return grad((v: Tensor) => v.square())(w);
          },
          { backend },
        )(x),
    }),
  ).toMatchInlineSnapshot(`
    {
      "a gradient of nothing scalar": "ShapeError: grad: the loss has shape [2, 3]; return a scalar, for example its mean()",
      "a result that is a function": "ConfigError: model: returns the function without a name at 1; only tensors can leave a compiled function",
      "a result that is a number": "ConfigError: model: returns the number 3 at steps; only tensors can leave a compiled function",
      "a result that is a promise": "ConfigError: model: returns an object of class Promise at the top; only tensors can leave a compiled function",
      "a result that is missing": "ConfigError: model: returns undefined at the top; only tensors can leave a compiled function",
      "an argument of a class": "ConfigError: model: argument 0 is an object of class Layer; expected a tensor or a plain setting (wrap numbers in tensor(...))",
      "an argument that is a function": "ConfigError: model: argument 0.loss is the function sqrt; expected a tensor or a plain setting (wrap numbers in tensor(...))",
      "an argument that is a place": "ConfigError: model: argument 0.model.0 is the result of square, a place in a graph; pass numbers, or build it inside the function",
      "an argument that is a plain array of numbers": "ConfigError: model: argument 0 is an object of class Float32Array; expected a tensor or a plain setting (wrap numbers in tensor(...))",
      "an input of another function": "ConfigError: model: uses input 0.w of another compiled function; pass it as an argument",
      "an operation that the runtime lacks": "RuntimeUnavailableError: evaluate: erf of float64[2] does not run on node-cpu, which has no Erf(13) for it; use another element type or backend",
      "two arguments of the same path": "ConfigError: model: two tensors have the path 0.a.b; use keys without dots",
      "two results of the same path": "ConfigError: model: two tensors have the path a.b; use keys without dots",
    }
  `);
});

test('derivatives that cannot be taken', async () => {
  const square = (a: Tensor) => a.square();
  const sum = (a: Tensor) => a.sum();
  const doubled = customVjp({
    name: 'doubled',
    forward: (a: Tensor) => a.mul(2),
    backward: () => [ones([7])],
  });
  expect(
    await failures({
      'a loss of several numbers': () => grad(square)(x),
      'a loss of integers': () => grad((a: Tensor) => a.argmax())(ones([3])),
      'a gradient of integers': () => grad((p: { steps: Tensor }) => sum(p.steps))({ steps }),
      'a gradient of nothing': () =>
        grad((p: { rate: number }) => ones([]).mul(p.rate))({ rate: 1 }),
      'a loss in a tree': () =>
        // @ts-expect-error What TypeScript refuses too.
        grad((a: Tensor) => ({ loss: sum(a) }))(x),
      'a cotangent of another shape': () => vjp(square, x)[1](ones([3])),
      'a cotangent of another type': () => vjp(square, x)[1](ones([2, 3], 'float64')),
      'a cotangent too few': () => vjp((a: Tensor) => [a, square(a)], x)[1]([x]),
      'a tangent of another shape': () =>
        jvp((p: { w: Tensor }) => square(p.w), { w: x }, { w: ones([2]) }),
      'a vector of another shape': () => hessianVectorProduct(sum, x, ones([3, 2])),
      'a Jacobian that is too large': () => jacobian(square, ones([5000])),
      "a gradient of one's own, of another shape": () => grad((a: Tensor) => doubled(a).sum())(x),
      'a captured tensor whose gradient would be lost': () =>
        grad((w: Tensor) =>
          customVjp({
            name: 'leaky',
            forward: (a: Tensor) => a.mul(w),
            backward: ({ dy }) => [dy],
          })(x).sum(),
        )(x),
      'a value that stands for one of another shape': () => straightThrough(ones([2]), x),
    }),
  ).toMatchInlineSnapshot(`
    {
      "a Jacobian that is too large": "ShapeError: jacobian: the output has shape [5000], 5000 elements; expected at most 4096",
      "a captured tensor whose gradient would be lost": "ConfigError: leaky: uses the result of alias with shape [2, 3], which is no argument, so its gradient would be lost; pass it as an argument, or stop its gradient with stopGradient outside",
      "a cotangent of another shape": "ShapeError: vjp: the cotangent is float32[3]; expected float32[2, 3]",
      "a cotangent of another type": "ShapeError: vjp: the cotangent is float64[2, 3]; expected float32[2, 3]",
      "a cotangent too few": "ConfigError: zipTensors: trees differ: 1 in the first, nothing in another",
      "a gradient of integers": "ConfigError: grad: steps is of type int32, which has no gradient; pass it as a later argument",
      "a gradient of nothing": "ConfigError: grad: the first argument holds no tensor to differentiate by",
      "a gradient of one's own, of another shape": "ShapeError: doubled: the cotangent of argument 0 has shape [7]; expected [2, 3]",
      "a loss in a tree": "ConfigError: grad: the function returns a tree and not its loss; use valueAndGradWithAux to return more",
      "a loss of integers": "ConfigError: grad: the loss is of type int64, which has no gradient; return floating-point numbers",
      "a loss of several numbers": "ShapeError: grad: the loss has shape [2, 3]; return a scalar, for example its mean()",
      "a tangent of another shape": "ShapeError: jvp: the tangent w is float32[2]; expected float32[2, 3]",
      "a value that stands for one of another shape": "ShapeError: straightThrough: the value is [2] and what it stands for [2, 3]; they must be alike",
      "a vector of another shape": "ShapeError: hessianVectorProduct: the tangent is float32[3, 2]; expected float32[2, 3]",
    }
  `);
});

test('loops and batches that do not fit', async () => {
  const step = (state: Tensor, input: Tensor) => [state.add(input), input] as const;
  expect(
    await failures({
      'no steps': () => unroll(step, 0),
      'inputs for another number of steps': () => unroll(step, 3)(x, ones([2, 2, 3])),
      'a state that grows': () =>
        unroll((state: Tensor) => [concat([state, state], 0), state], 2)(x, ones([2])),
      'a batch of different sizes': () => vmap((a: Tensor, b: Tensor) => a.add(b))(x, ones([3, 3])),
      'a batch of a scalar': () => vmap((a: Tensor) => a)(ones([])),
      'a batch of nothing': () => vmap((rate: number) => x.mul(rate))(3),
    }),
  ).toMatchInlineSnapshot(`
    {
      "a batch of a scalar": "ShapeError: vmap: argument 0 has shape [] and argument 0 []; their first axes must be alike",
      "a batch of different sizes": "ShapeError: vmap: argument 1 has shape [3, 3] and argument 0 [2, 3]; their first axes must be alike",
      "a batch of nothing": "ConfigError: vmap: no argument holds a tensor",
      "a state that grows": "ShapeError: unroll: a step changes the state from float32[2, 3] to float32[4, 3]",
      "inputs for another number of steps": "ShapeError: unroll: input of each step has shape [2, 2, 3]; expected 3 steps along its first axis",
      "no steps": "ConfigError: unroll: steps = 0 is not a positive integer",
    }
  `);
});

test('runs that fail', async () => {
  const pick = compile(
    function pick(table: Tensor, rows: Tensor) {
      return table.gather(rows).exp();
    },
    { backend },
  );
  const disposed = compile((a: Tensor) => a.neg(), { backend, name: 'model' });
  await disposed.dispose();
  const guarded = compile((a: Tensor) => a.log(), { backend, name: 'model', checkFinite: true });
  expect(
    await failures({
      'an index past the end': () => pick(x, tensor([0, 7], { dtype: 'int32' })),
      'a call after dispose': () => disposed(x),
      'an argument of not-a-numbers': () => guarded(tensor([1, NaN])),
      'an explanation with a place': () => pick.explain(x.square(), steps),
    }),
  ).toMatchInlineSnapshot(`
    {
      "a call after dispose": "ConfigError: model: called after dispose; compile it again",
      "an argument of not-a-numbers": "NonFiniteError: model: argument 0 holds NaN in 1 of 2 elements, the first at [1]",
      "an explanation with a place": "ConfigError: pick: argument 0 is the result of square, a place in a graph; pass numbers, or build it inside the function",
      "an index past the end": "DataError: pick: gather refused its values: indices element out of data bounds, idx=7 must be within the inclusive range [-2,1]",
    }
  `);
});

test('an aborted call fails with the reason of its signal', async () => {
  const model = compile((a: Tensor) => a.neg(), { backend });
  const reason = new Error('the visitor left');
  await expect(model.withSignal(AbortSignal.abort(reason))(x)).rejects.toBe(reason);
});

test('a number that varies from call to call', async () => {
  const step = compile(
    function step(w: Tensor, options: { learningRate: number }) {
      return w.mul(options.learningRate);
    },
    { backend, maxSignatures: 2 },
  );
  const shapes = compile((w: Tensor) => w.neg(), { backend, name: 'shapes', maxSignatures: 2 });
  const run = async (calls: readonly (() => Promise<unknown>)[]) => {
    for (const call of calls) await call();
  };
  expect(
    await failures({
      'a setting': () =>
        run([0.1, 0.01, 0.001].map((learningRate) => () => step(x, { learningRate }))),
      'a shape': () => run([1, 2, 3].map((batch) => () => shapes(ones([batch, 2])))),
    }),
  ).toMatchInlineSnapshot(`
    {
      "a setting": "ConfigError: step: called with 3 different signatures; 1.learningRate = 0.1 varies. Pass varying numbers as tensors and keep shapes fixed, or raise maxSignatures",
      "a shape": "ConfigError: shapes: called with 3 different signatures; 0: float32[1, 2] varies. Pass varying numbers as tensors and keep shapes fixed, or raise maxSignatures",
    }
  `);
});

test('trees of different form', async () => {
  const [a, b] = [ones([1]), ones([1])];
  const zip = (first: unknown, second: unknown) => () => zipTensors([first, second], () => a);
  expect(
    await failures({
      'another key': zip({ w: a, b }, { w: a, c: b }),
      'a leaf too few': zip({ w: a, b }, { w: a }),
      'a leaf too many': zip([a], [a, b]),
    }),
  ).toMatchInlineSnapshot(`
    {
      "a leaf too few": "ConfigError: zipTensors: trees differ: b in the first, nothing in another",
      "a leaf too many": "ConfigError: zipTensors: trees differ: 1 is missing in the first",
      "another key": "ConfigError: zipTensors: trees differ: b in the first, c in another",
    }
  `);
});

test('backends that cannot be had', async () => {
  await webBackend({ threads: 2 });
  expect(
    await failures({
      'no threads': () => nodeBackend({ threads: 0 }),
      'half a thread in wasm': () => webBackend({ threads: 0.5 }),
      'other threads than before in wasm': () => webBackend({ threads: 1 }),
    }),
  ).toMatchInlineSnapshot(`
    {
      "half a thread in wasm": "ConfigError: webBackend: threads = 0.5 is not a positive integer",
      "no threads": "ConfigError: nodeBackend: threads = 0 is not a positive integer",
      "other threads than before in wasm": "ConfigError: webBackend: threads = 1, but the runtime already works with 2",
    }
  `);
});
