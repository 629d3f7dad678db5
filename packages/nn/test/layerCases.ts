import { tensor, type DType, type Tensor } from '@working-papers/grad';
import {
  adaLnBlock,
  adaLnHead,
  batchNormLayer,
  conv1dLayer,
  conv2dLayer,
  conv3dLayer,
  convTranspose1dLayer,
  convTranspose2dLayer,
  convTranspose3dLayer,
  crossAttention,
  embeddingLayer,
  gaussianKl,
  gridCoordinates,
  groupNormLayer,
  gruLayer,
  layerNormLayer,
  learnedPositions,
  lstmLayer,
  rmsNormLayer,
  rope,
  ropeRotation,
  selfAttention,
  sinusoidalPositions,
  swiglu,
  timestepEmbedding,
  transformerBlock,
  type Projection,
} from '../src/index.ts';

/** An array of a fixture. */
export interface Stored {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

/** A case of scripts/reference/nn.py. */
export interface LayerCase {
  readonly kind: string;
  readonly nHeads?: number;
  readonly nKvHeads?: number;
  readonly mask?: string | Stored;
  readonly isRotary?: boolean;
  readonly epsilon?: number;
  readonly groups?: number;
  readonly momentum?: number | string;
  readonly sizes?: readonly number[];
  readonly layout?: string;
  readonly base?: number;
  readonly options?: Readonly<Record<string, number | readonly number[]>>;
  readonly inputs: Readonly<Record<string, Stored>>;
  readonly outputs: Readonly<Record<string, Stored>>;
  readonly dys: Readonly<Record<string, Stored>>;
  readonly grads: Readonly<Record<string, Stored>>;
}

/** Tensors by the path that the fixture gives them. */
export type Named = Readonly<Record<string, Tensor>>;

/** The tensor of an array of a fixture. */
export function stored({ dtype, shape, data }: Stored): Tensor {
  const types: Readonly<Record<string, DType>> = { bool: 'bool', int32: 'int32' };
  return tensor(data, { shape, dtype: types[dtype] ?? 'float32' });
}

/** What a case's kind computes, as a user writes it. */
export function computeLayer(x: Named, reference: LayerCase): Named {
  const compute = kinds[reference.kind];
  if (compute === undefined) throw new Error(`no kind ${reference.kind}`);
  return compute(x, reference);
}

type Compute = (x: Named, reference: LayerCase) => Named;

const convolutions = {
  conv1d: conv1dLayer,
  conv2d: conv2dLayer,
  conv3d: conv3dLayer,
  convTranspose1d: convTranspose1dLayer,
  convTranspose2d: convTranspose2dLayer,
  convTranspose3d: convTranspose3dLayer,
};

const kinds: Readonly<Record<string, Compute>> = {
  ...Object.fromEntries(
    Object.entries(convolutions).map(([name, layer]): [string, Compute] => [
      name,
      (x, { options }) => ({ y: layer.apply(projectionOf(x, ''), at(x, 'x'), options) }),
    ]),
  ),
  layerNorm: (x, { epsilon = 0 }) => ({
    y: layerNormLayer.apply(channelNormOf(x), at(x, 'x'), { epsilon }),
  }),
  rmsNorm: (x, { epsilon }) => ({
    y: rmsNormLayer.apply(normOf(x), at(x, 'x'), epsilon === undefined ? {} : { epsilon }),
  }),
  groupNorm: (x, { groups = 1, epsilon = 0 }) => ({
    y: groupNormLayer.apply(channelNormOf(x), at(x, 'x'), { groups, epsilon }),
  }),
  batchNorm: threeBatches,
  selfAttention: (x, reference) => ({
    y: selfAttention.apply(attentionOf(x), at(x, 'x'), headsOf(reference)),
  }),
  crossAttention: (x, reference) => {
    const [q, kv, out] = [projectionOf(x, 'q.'), projectionOf(x, 'kv.'), projectionOf(x, 'out.')];
    const context = at(x, 'context');
    return { y: crossAttention.apply({ q, kv, out }, at(x, 'x'), context, headsOf(reference)) };
  },
  rope: (x, reference) => {
    const { sizes = [], base = 1 } = reference;
    const rotation = ropeRotation(gridCoordinates(sizes), { dHead: widthOf(x), base });
    return { y: rope(at(x, 'x'), rotation, { layout: layoutOf(reference) }) };
  },
  sinusoidal: (x, reference) => {
    const options = { layout: layoutOf(reference) };
    const places = gridCoordinates(reference.sizes ?? []);
    return { y: at(x, 'x').add(sinusoidalPositions(places, widthOf(x), options)) };
  },
  timestep: (x) => ({ y: timestepEmbedding(at(x, 't'), 8) }),
  learnedPositions: (x) => ({ y: learnedPositions.apply({ table: at(x, 'table') }, at(x, 'x')) }),
  embedding: (x) => ({ y: embeddingLayer.apply({ table: at(x, 'table') }, at(x, 'indices')) }),
  swiglu: (x) => ({ y: swiglu.apply(gatedOf(x, ''), at(x, 'x')) }),
  block: (x, reference) => {
    const [norm1, norm2] = [normOf(x, 'norm1.'), normOf(x, 'norm2.')];
    const params = { norm1, attention: attentionOf(x, 'attention.'), norm2, mlp: feedForwardOf(x) };
    const rotation = ropeRotation(gridCoordinates([4]), { dHead: 4 });
    const options = {
      ...headsOf(reference),
      ...(reference.isRotary && { transform: (heads: Tensor) => rope(heads, rotation) }),
    };
    return { y: transformerBlock.apply(params, at(x, 'x'), options) };
  },
  adaLnBlock: (x, reference) => {
    const [modulation, attention] = [affineOf(x, 'modulation.'), attentionOf(x, 'attention.')];
    const params = { modulation, attention, mlp: feedForwardOf(x) };
    return { y: adaLnBlock.apply(params, at(x, 'x'), at(x, 'condition'), headsOf(reference)) };
  },
  adaLnHead: (x) => {
    const params = { modulation: affineOf(x, 'modulation.'), linear: affineOf(x, 'linear.') };
    return { y: adaLnHead.apply(params, at(x, 'x'), at(x, 'condition')) };
  },
  gru: (x) => ({ ...gruLayer.apply(recurrentOf(x), at(x, 'x'), x['h']) }),
  lstm: (x) => {
    const first = 'h' in x ? { h: at(x, 'h'), c: at(x, 'c') } : undefined;
    const { y, state } = lstmLayer.apply(recurrentOf(x), at(x, 'x'), first);
    return { y, ...state };
  },
  gaussianKl: (x) => ({
    y: gaussianKl(gaussianOf(x, 'p.'), 'q.mean' in x ? gaussianOf(x, 'q.') : undefined),
  }),
};

function threeBatches(x: Named, { momentum = 0, epsilon = 0 }: LayerCase): Named {
  const params = channelNormOf(x);
  const weight = typeof momentum === 'number' ? momentum : ('cumulative' as const);
  let state = batchNormLayer.initState(params.scale.size);
  const outputs: Record<string, Tensor> = {};
  for (const i of [0, 1, 2]) {
    const options = { momentum: weight, epsilon };
    const result = batchNormLayer.train(params, at(x, `x${i}`), state, options);
    state = result.state;
    const { mean, variance } = state;
    Object.assign(outputs, { [`y${i}`]: result.y, [`mean${i}`]: mean, [`variance${i}`]: variance });
  }
  const evaluated = batchNormLayer.apply(params, at(x, 'x0'), state, { epsilon });
  return { ...outputs, evaluated };
}

function at(values: Named, name: string): Tensor {
  const value = values[name];
  if (value === undefined) throw new Error(`the fixture has no ${name}`);
  return value;
}

function affineOf(x: Named, prefix: string) {
  return { w: at(x, `${prefix}w`), b: at(x, `${prefix}b`) };
}

function projectionOf(x: Named, prefix: string): Projection {
  return `${prefix}b` in x ? affineOf(x, prefix) : { w: at(x, `${prefix}w`) };
}

function attentionOf(x: Named, prefix = '') {
  return { qkv: projectionOf(x, `${prefix}qkv.`), out: projectionOf(x, `${prefix}out.`) };
}

function channelNormOf(x: Named, prefix = '') {
  return { scale: at(x, `${prefix}scale`), shift: at(x, `${prefix}shift`) };
}

function normOf(x: Named, prefix = '') {
  return `${prefix}shift` in x ? channelNormOf(x, prefix) : { scale: at(x, `${prefix}scale`) };
}

function gatedOf(x: Named, prefix: string) {
  return { gateUp: projectionOf(x, `${prefix}gateUp.`), down: projectionOf(x, `${prefix}down.`) };
}

function feedForwardOf(x: Named) {
  return 'mlp.gateUp.w' in x
    ? gatedOf(x, 'mlp.')
    : { layers: [affineOf(x, 'mlp.layers.0.'), affineOf(x, 'mlp.layers.1.')] };
}

function recurrentOf(x: Named) {
  const [wIn, wHidden] = [at(x, 'wIn'), at(x, 'wHidden')];
  return { wIn, wHidden, bIn: at(x, 'bIn'), bHidden: at(x, 'bHidden') };
}

function gaussianOf(x: Named, prefix: string) {
  return { mean: at(x, `${prefix}mean`), logVariance: at(x, `${prefix}logVariance`) };
}

function headsOf({ nHeads = 1, nKvHeads = nHeads, mask }: LayerCase) {
  if (mask === undefined) return { nHeads, nKvHeads };
  return { nHeads, nKvHeads, mask: typeof mask === 'string' ? ('causal' as const) : stored(mask) };
}

function layoutOf({ layout }: LayerCase): 'half' | 'interleaved' {
  return layout === 'half' ? 'half' : 'interleaved';
}

function widthOf(x: Named): number {
  return at(x, 'x').shape.at(-1) ?? 0;
}
