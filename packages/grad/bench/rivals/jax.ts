/**
 * jax-js on its WebAssembly backend: the same steps, each under one `jit`. An array may be used once;
 * `.ref` is one use more.
 */
import {
  blockUntilReady,
  defaultDevice,
  init,
  jit,
  lax,
  nn,
  numpy as np,
  valueAndGrad,
  type Array,
} from '@jax-js/jax';
import manifest from '../package.json' with { type: 'json' };
import type { Rival } from '../loaders.ts';
import type { Program } from '../program.ts';
import { causalMask, pathsUnder, take, type Arrays } from './arrays.ts';

/** What it can run; see {@link Rival}. It takes as many threads as `navigator` says. */
export const jax: Rival = {
  begin: async () => {
    await init('wasm');
    defaultDevice('wasm');
    return `@jax-js/jax ${manifest.dependencies['@jax-js/jax']}`;
  },
  makers: { sgemm, mlp, gpt, sae, unet, vae },
};

type Weights = { [path: string]: Array };

async function sgemm(arrays: Arrays): Promise<Program> {
  const [a, b] = [arrayAt(arrays, 'a'), arrayAt(arrays, 'b')];
  return {
    name: 'sgemm',
    run: async () => Number((await np.matmul(a.ref, b.ref).data())[0]),
    dispose: async () => undefined,
  };
}

async function mlp(arrays: Arrays): Promise<Program> {
  const data = { x: arrayAt(arrays, 'x'), y: nn.oneHot(arrayAt(arrays, 'y'), 10) };
  return training('mlp', arrays, {
    data,
    loss: (params, { x, y }) => {
      let hidden = need(x, 'x');
      for (let i = 0; i < 3; i++) {
        const w = need(params[`params.layers.${i}.w`], 'w');
        const affine = np.matmul(hidden, w).add(need(params[`params.layers.${i}.b`], 'b'));
        hidden = i < 2 ? nn.relu(affine) : affine;
      }
      return crossEntropy(hidden, need(y, 'y'));
    },
  });
}

const nHeads = 4;

async function gpt(arrays: Arrays): Promise<Program> {
  const [batch = 0, seq = 0] = arrays['x']?.shape ?? [];
  const [vocabSize = 0, dModel = 0] = arrays['params.tokens']?.shape ?? [];
  const dHead = dModel / nHeads;
  const nLayers = pathsUnder(arrays, 'params').filter((path) => path.endsWith('.qkv')).length;
  const oneHot = (path: string) =>
    nn.oneHot(arrayAt(arrays, path).reshape([batch * seq]), vocabSize);
  const heads = (qkv: Array, part: number) =>
    qkv
      .slice([], [part * dModel, (part + 1) * dModel])
      .reshape([batch, seq, nHeads, dHead])
      .transpose([0, 2, 1, 3]);
  const mask = np.array(causalMask(seq), { shape: [seq, seq], dtype: np.float32 });
  return training('gpt', arrays, {
    data: { x: oneHot('x'), y: oneHot('y'), mask },
    loss: (params, data) => {
      const weight = (name: string) => need(params[`params.${name}`], name);
      const norm = (x: Array, name: string) => {
        const centred = x.ref.sub(x.mean(-1, { keepdims: true }));
        const variance = np.square(centred.ref).mean(-1, { keepdims: true });
        const scaled = centred.div(np.sqrt(variance.add(1e-5)));
        return scaled.mul(weight(`${name}.scale`)).add(weight(`${name}.shift`));
      };
      const bias = need(data['mask'], 'mask');
      const embedded = np.matmul(need(data['x'], 'x'), weight('tokens'));
      const placed = embedded.reshape([batch, seq, dModel]).add(weight('positions'));
      let hidden = placed.reshape([batch * seq, dModel]);
      for (let i = 0; i < nLayers; i++) {
        const block = `blocks.${i}`;
        const qkv = np.matmul(norm(hidden.ref, `${block}.norm1`), weight(`${block}.qkv`));
        const [q, k, v] = [heads(qkv.ref, 0), heads(qkv.ref, 1), heads(qkv, 2)];
        const scores = np.matmul(q, k.transpose([0, 1, 3, 2])).div(Math.sqrt(dHead));
        const mixed = np.matmul(nn.softmax(scores.add(bias.ref), -1), v).transpose([0, 2, 1, 3]);
        const out = np.matmul(mixed.reshape([batch * seq, dModel]), weight(`${block}.out`));
        hidden = hidden.add(out);
        const up = np.matmul(norm(hidden.ref, `${block}.norm2`), weight(`${block}.up`));
        const wide = nn.gelu(up.add(weight(`${block}.bias`)), { approximate: false });
        hidden = hidden.add(np.matmul(wide, weight(`${block}.down`)));
      }
      bias.dispose();
      const logits = np.matmul(norm(hidden, 'norm'), weight('head'));
      return crossEntropy(logits, need(data['y'], 'y'));
    },
  });
}

async function sae(arrays: Arrays): Promise<Program> {
  return training('sae', arrays, {
    data: { x: arrayAt(arrays, 'x') },
    loss: (params, data) => {
      const weight = (name: string) => need(params[`params.${name}`], name);
      const [x, bDec] = [need(data['x'], 'x'), weight('bDec')];
      const u = np.matmul(x.ref.sub(bDec.ref), weight('wEnc').transpose()).add(weight('bEnc'));
      const [values, indices] = lax.topK(lax.stopGradient(u.ref), 32);
      indices.dispose();
      const last = np.maximum(values.slice([], [31, 32]), 0);
      const kept = u.ref.greaterEqual(last).astype(np.float32);
      const reconstruction = np.matmul(u.mul(kept), weight('wDec')).add(bDec);
      // In two steps: one long sum in float32 loses digits.
      return np.square(reconstruction.sub(x)).mean(1).mean();
    },
  });
}

async function vae(arrays: Arrays): Promise<Program> {
  const [batch = 0, latents = 0] = arrays['noise']?.shape ?? [];
  return training('vae', arrays, {
    data: { x: arrayAt(arrays, 'x'), noise: arrayAt(arrays, 'noise') },
    loss: (params, data) => {
      const weight = (name: string) => need(params[`params.${name}`], name);
      const affine = (h: Array, name: string) =>
        np.matmul(h, weight(`${name}.w`)).add(weight(`${name}.b`));
      const bias = (name: string) => weight(`${name}.b`).reshape([1, -1, 1, 1]);
      const x = need(data['x'], 'x');
      let h = x.ref;
      for (let i = 0; i < 3; i++) {
        const down = lax.conv(h, weight(`down.${i}.w`), [2, 2], around(1));
        h = nn.relu(down.add(bias(`down.${i}`)));
      }
      const statistics = affine(h.reshape([batch, 2048]), 'toLatent');
      const mean = statistics.ref.slice([], [0, latents]);
      const logVariance = statistics.slice([], [latents, 2 * latents]);
      const deviation = np.exp(logVariance.ref.mul(0.5));
      const z = mean.ref.add(deviation.mul(need(data['noise'], 'noise')));
      h = nn.relu(affine(z, 'fromLatent')).reshape([batch, 128, 4, 4]);
      for (let i = 0; i < 3; i++) {
        const kernel = weight(`up.${i}.w`);
        const up = lax.convTranspose(h, kernel, [2, 2], around(1), { transposeKernel: true });
        h = up.add(bias(`up.${i}`));
        if (i < 2) h = nn.relu(h);
      }
      const kl = np
        .square(mean)
        .add(np.exp(logVariance.ref))
        .sub(logVariance)
        .sub(1)
        .sum()
        .mul(0.5);
      return np.square(h.sub(x)).sum().add(kl).div(batch);
    },
  });
}

function around(size: number): [number, number][] {
  return [
    [size, size],
    [size, size],
  ];
}

/** Gradients alone, of the input too. */
async function unet(arrays: Arrays): Promise<Program> {
  const [batch = 0, channels = 0, size = 0] = arrays['x']?.shape ?? [];
  const groups = 8;
  const all = Object.fromEntries(Object.keys(arrays).map((path) => [path, arrayAt(arrays, path)]));
  const step = jit(
    valueAndGrad((leaves: Weights) => {
      const weight = (name: string) => need(leaves[`params.halves.${name}`], name);
      const perChannel = (name: string) => weight(name).reshape([1, channels, 1, 1]);
      const x = need(leaves['x'], 'x');
      let h = x.ref;
      for (let i = 0; i < 2; i++) {
        const grouped = h.reshape([batch, groups, -1]);
        const centred = grouped.ref.sub(grouped.mean(-1, { keepdims: true }));
        const variance = np.square(centred.ref).mean(-1, { keepdims: true });
        const normed = centred.div(np.sqrt(variance.add(1e-5)));
        const shaped = normed.reshape([batch, channels, size, size]);
        const scaled = shaped.mul(perChannel(`${i}.scale`)).add(perChannel(`${i}.shift`));
        const change = lax.conv(nn.silu(scaled), weight(`${i}.w`), [1, 1], around(1));
        h = change.add(perChannel(`${i}.b`));
      }
      return np.square(x.add(h)).mean([2, 3]).mean();
    }),
  );
  return {
    name: 'unet',
    run: async () => {
      const leaves = Object.entries(all).map(([path, value]) => [path, value.ref] as const);
      const [value, gradients] = step(Object.fromEntries(leaves));
      // All of them, or they would stay unfinished.
      await Promise.all(Object.values(gradients).map((gradient) => blockUntilReady(gradient.ref)));
      for (const gradient of Object.values(gradients)) gradient.dispose();
      return Number((await value.data())[0]);
    },
    dispose: async () => undefined,
  };
}

/** Mean cross-entropy of logits with one-hot classes. */
function crossEntropy(logits: Array, oneHot: Array): Array {
  return nn.logSoftmax(logits).mul(oneHot).sum(-1).mean().neg();
}

interface Training {
  readonly data: Weights;
  readonly loss: (params: Weights, data: Weights) => Array;
}

type State = { params: Weights; m: Weights; v: Weights };

/** Adam steps on all inputs under `params`; it brings no optimiser itself. */
function training(name: string, arrays: Arrays, { data, loss }: Training): Program {
  const paths = pathsUnder(arrays, 'params');
  const blank = (): Weights =>
    Object.fromEntries(paths.map((path) => [path, np.zeros([...(arrays[path]?.shape ?? [])])]));
  const step = jit(({ params, m, v }: State, rates: Array, batch: Weights) => {
    const before = Object.fromEntries(paths.map((path) => [path, need(params[path], path).ref]));
    const [value, gradients] = valueAndGrad(loss)(before, batch);
    const after: State = { params: {}, m: {}, v: {} };
    for (const path of paths) {
      const g = need(gradients[path], path);
      const first = need(m[path], path).mul(0.9).add(g.ref.mul(0.1));
      const second = need(v[path], path).mul(0.999).add(np.square(g).mul(0.001));
      const root = np.sqrt(second.ref.mul(rates.ref.slice(1))).add(1e-8);
      const change = first.ref.mul(rates.ref.slice(0)).div(root);
      after.params[path] = need(params[path], path).sub(change);
      after.m[path] = first;
      after.v[path] = second;
    }
    rates.dispose();
    return { state: after, value };
  });
  const initial = paths.map((path) => [path, arrayAt(arrays, path)] as const);
  let state: State = { params: Object.fromEntries(initial), m: blank(), v: blank() };
  let t = 0;
  return {
    name,
    run: async () => {
      t++;
      const corrections = Float32Array.of(1e-3 / (1 - 0.9 ** t), 1 / (1 - 0.999 ** t));
      const rates = np.array(corrections, { shape: [2], dtype: np.float32 });
      const batch = Object.fromEntries(Object.entries(data).map(([key, x]) => [key, x.ref]));
      const { state: after, value } = step(state, rates, batch);
      state = after;
      return Number((await value.data())[0]);
    },
    dispose: async () => undefined,
  };
}

function arrayAt(arrays: Arrays, path: string): Array {
  const { data, shape, dtype } = take(arrays, path);
  return np.array(data, { shape, dtype: np[dtype] });
}

function need(value: Array | undefined, name: string): Array {
  if (value === undefined) throw new Error(`internal: ${name} is missing`);
  return value;
}
