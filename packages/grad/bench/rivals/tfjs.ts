/**
 * TensorFlow.js on its WebAssembly backend: the same steps, with its own optimiser. In the form `plain`
 * its own gradient of a matrix product, whose transposed products have no fast kernel (1024^3: 5 s
 * instead of 0.1 s); in the form `transposed` a gradient that transposes first.
 */
import * as tf from '@tensorflow/tfjs';
import { getThreadsCount, setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import type { Rival } from '../loaders.ts';
import type { Program, Settings } from '../program.ts';
import { causalMask, pathsUnder, take, type Arrays } from './arrays.ts';

/** What it can run; see {@link Rival}. */
export const tfjs: Rival = {
  begin: async (threads, wasmFolder) => {
    // In Node it has no threads and ignores this.
    setThreadsCount(threads);
    setWasmPaths(wasmFolder());
    await tf.setBackend('wasm');
    await tf.ready();
    const count = getThreadsCount();
    return `@tensorflow/tfjs ${tf.version['tfjs']} on ${count} ${count === 1 ? 'thread' : 'threads'}`;
  },
  makers: { sgemm, mlp, gpt, sae },
};

async function sgemm(arrays: Arrays): Promise<Program> {
  const [a, b] = [tensorAt(arrays, 'a'), tensorAt(arrays, 'b')];
  return {
    name: 'sgemm',
    run: async () => {
      const first = tf.tidy(() => tf.matMul(a, b).slice([0, 0], [1, 1]));
      const [value] = await first.data();
      first.dispose();
      return Number(value);
    },
    dispose: async () => undefined,
  };
}

async function mlp(arrays: Arrays, _: Settings, form: string): Promise<Program> {
  const multiply = products[form] ?? unknownForm(form);
  const [x, y] = [tensorAt(arrays, 'x'), tf.oneHot(tensorAt(arrays, 'y'), 10).cast('float32')];
  return training('mlp', arrays, (weights) => {
    let hidden = x;
    for (let i = 0; i < 3; i++) {
      const affine = multiply(hidden, weights(`layers.${i}.w`)).add(weights(`layers.${i}.b`));
      hidden = i < 2 ? affine.relu() : affine;
    }
    return crossEntropy(hidden, y);
  });
}

const nHeads = 4;

async function gpt(arrays: Arrays, _: Settings, form: string): Promise<Program> {
  const multiply = products[form] ?? unknownForm(form);
  const [batch = 0, seq = 0] = arrays['x']?.shape ?? [];
  const [vocabSize = 0, dModel = 0] = arrays['params.tokens']?.shape ?? [];
  const dHead = dModel / nHeads;
  // The backend has no gradient of a gather.
  const oneHot = (path: string) =>
    tf.oneHot(tensorAt(arrays, path).reshape([batch * seq]), vocabSize).cast('float32');
  const [x, y] = [oneHot('x'), oneHot('y')];
  const mask = tf.tensor(causalMask(seq), [seq, seq], 'float32');
  const heads = (part: tf.Tensor) =>
    part.reshape([batch, seq, nHeads, dHead]).transpose([0, 2, 1, 3]);
  return training('gpt', arrays, (weights) => {
    const norm = (h: tf.Tensor, name: string) => {
      const centred = h.sub(h.mean(-1, true));
      const deviation = centred.square().mean(-1, true).add(1e-5).sqrt();
      return centred
        .div(deviation)
        .mul(weights(`${name}.scale`))
        .add(weights(`${name}.shift`));
    };
    const embedded = multiply(x, weights('tokens')).reshape([batch, seq, dModel]);
    let hidden = embedded.add(weights('positions')).reshape([batch * seq, dModel]);
    for (let i = 0; weights.has(`blocks.${i}.qkv`); i++) {
      const block = `blocks.${i}`;
      const qkv = multiply(norm(hidden, `${block}.norm1`), weights(`${block}.qkv`));
      const [q, k, v] = tf.split(qkv, 3, 1).map(heads);
      if (!q || !k || !v) throw new Error('internal: split gave too few parts');
      const scores = multiply(q, swapped(k)).div(Math.sqrt(dHead)).add(mask);
      const mixed = multiply(tf.softmax(scores), v).transpose([0, 2, 1, 3]);
      const merged = mixed.reshape([batch * seq, dModel]);
      hidden = hidden.add(multiply(merged, weights(`${block}.out`)));
      const up = multiply(norm(hidden, `${block}.norm2`), weights(`${block}.up`));
      const wide = gelu(up.add(weights(`${block}.bias`)));
      hidden = hidden.add(multiply(wide, weights(`${block}.down`)));
    }
    return crossEntropy(multiply(norm(hidden, 'norm'), weights('head')), y);
  });
}

function gelu(x: tf.Tensor): tf.Tensor {
  return x.mul(0.5).mul(tf.erf(x.div(Math.SQRT2)).add(1));
}

async function sae(arrays: Arrays, _: Settings, form: string): Promise<Program> {
  const multiply = products[form] ?? unknownForm(form);
  const x = tensorAt(arrays, 'x');
  return training('sae', arrays, (weights) => {
    const shifted = x.sub(weights('bDec'));
    const u = multiply(shifted, swapped(weights('wEnc'))).add(weights('bEnc'));
    const reconstruction = multiply(largest(u, 32), weights('wDec')).add(weights('bDec'));
    // In two steps: one long sum in float32 loses digits.
    return reconstruction.sub(x).square().mean(1).mean();
  });
}

/** The k largest elements of each row where they are positive, the others 0: topk has no gradient there. */
function largest(u: tf.Tensor, k: number): tf.Tensor {
  return tf.customGrad((x: tf.Tensor, save: tf.Save) => {
    const last = tf.topk(x, k).values.min(1, true);
    const mask = x.greaterEqual(last.relu()).cast('float32');
    save([mask]);
    return { value: x.mul(mask), gradFunc: (dy, [kept = mask]) => dy.mul(kept) };
  })(u);
}

type Product = (a: tf.Tensor, b: tf.Tensor) => tf.Tensor;

const products: Readonly<Record<string, Product>> = {
  plain: (a, b) => a.matMul(b),
  transposed: tf.customGrad((a: tf.Tensor, b: tf.Tensor, save: tf.Save) => {
    save([a, b]);
    return {
      value: a.matMul(b),
      gradFunc: (dy, [left = a, right = b]) => [
        dy.matMul(swapped(right)),
        swapped(left).matMul(dy),
      ],
    };
  }),
};

function unknownForm(form: string): never {
  throw new Error(`no form ${form}; there are ${Object.keys(products).join(', ')}`);
}

/** The last two axes exchanged, in memory too. */
function swapped(x: tf.Tensor): tf.Tensor {
  const axes = x.shape.map((_, i) => i);
  return x.transpose([...axes.slice(0, -2), ...axes.slice(-2).toReversed()]);
}

/** Mean cross-entropy of logits with one-hot classes. */
function crossEntropy(logits: tf.Tensor, oneHot: tf.Tensor): tf.Tensor {
  return tf.logSoftmax(logits).mul(oneHot).sum(-1).mean().neg();
}

/** Finds a weight by its path. */
interface Weights {
  (path: string): tf.Tensor;
  readonly has: (path: string) => boolean;
}

/** Adam steps on all inputs under `params`; `loss` finds the weights by path. */
function training(name: string, arrays: Arrays, loss: (weights: Weights) => tf.Tensor): Program {
  const variables = new Map(
    pathsUnder(arrays, 'params').map((path) => [path, tf.variable(tensorAt(arrays, path))]),
  );
  const find = (path: string) => {
    const variable = variables.get(`params.${path}`);
    if (variable === undefined) throw new Error(`internal: ${name} has no weight ${path}`);
    return variable;
  };
  const weights = Object.assign(find, { has: (path: string) => variables.has(`params.${path}`) });
  const optimizer = tf.train.adam(1e-3, 0.9, 0.999, 1e-8);
  return {
    name,
    run: async () => {
      const value = optimizer.minimize(() => loss(weights), true);
      const [number] = await value.data();
      value.dispose();
      return Number(number);
    },
    dispose: async () => optimizer.dispose(),
  };
}

function tensorAt(arrays: Arrays, path: string): tf.Tensor {
  const { data, shape, dtype } = take(arrays, path);
  return tf.tensor(data, shape, dtype);
}
