import type { Runner } from './request.ts';
import type { Settings } from './program.ts';

/** What must be reached: the time of `against`, at its best, divided by that of `ours`. */
export interface Target {
  readonly ours: Runner;
  readonly where: 'node' | 'chromium';
  readonly against: 'pytorch' | 'tfjs';
  /** Only the other's forms of these names. Default all of them. */
  readonly forms?: readonly string[];
  readonly atLeast: number;
}

/** A rival and its way of writing the step. */
export interface Rivalry {
  readonly runner: 'tfjs' | 'jax';
  readonly form: string;
}

/** One comparison: the same step by everyone who can make it. */
export interface Benchmark {
  readonly id: string;
  /** What `--only` names. */
  readonly group: string;
  readonly title: string;
  /** File of `programs/` and of `pytorch/`. */
  readonly program: string;
  readonly settings: Settings;
  /** Ways in which PyTorch's side is written, of which the fastest counts. */
  readonly forms: readonly string[];
  readonly rivals: readonly Rivalry[];
  /** Whether it also runs in a browser. */
  readonly inBrowser: boolean;
  /** Why a rival is missing. */
  readonly missing?: string;
  readonly targets: readonly Target[];
}

/** 10x in Node and 2x in Chromium, for each form of TensorFlow.js. */
function overTfjs(...forms: readonly string[]): readonly Target[] {
  const targets: readonly Target[] = [
    { ours: 'node', where: 'node', against: 'tfjs', atLeast: 10 },
    { ours: 'wasm', where: 'chromium', against: 'tfjs', atLeast: 2 },
  ];
  return targets.flatMap((target) => forms.map((form) => ({ ...target, forms: [form] })));
}

function overPytorch(atLeast: number, forms?: readonly string[]): Target {
  return { ours: 'node', where: 'node', against: 'pytorch', atLeast, ...(forms && { forms }) };
}

const plainTfjs: Rivalry = { runner: 'tfjs', form: 'plain' };
const transposedTfjs: Rivalry = { runner: 'tfjs', form: 'transposed' };
const plainJax: Rivalry = { runner: 'jax', form: 'plain' };

const layouts = ['contiguous', 'channels_last'];
/** How people write it with `embedding_bag`, and a gradient of our own over the same kernel. */
const sparseForms = ['embedding_bag', 'sparse'];
const withoutConvolutions =
  'TensorFlow.js is missing: its wasm backend has no gradient of a convolution for the kernel.';

/** Every comparison, in the order of the table. */
export const benchmarks: readonly Benchmark[] = [
  ...[512, 1024, 2048].map((size): Benchmark => ({
    id: `sgemm-${size}`,
    group: 'sgemm',
    title: `Matrix product ${size}³, float32`,
    program: 'sgemm',
    settings: { size },
    forms: ['plain'],
    rivals: [plainTfjs, plainJax],
    inBrowser: false,
    targets: [],
  })),
  {
    id: 'mlp',
    group: 'mlp',
    title: 'MLP 784-512-512-10, batch 256, Adam step',
    program: 'mlp',
    settings: {},
    forms: ['plain', 'foreach'],
    rivals: [plainTfjs, transposedTfjs, plainJax],
    inBrowser: true,
    targets: [overPytorch(2.5), ...overTfjs('plain', 'transposed')],
  },
  {
    id: 'gpt',
    group: 'gpt',
    title: 'GPT d 128, 4 layers, context 128, batch 16, Adam step',
    program: 'gpt',
    settings: {},
    forms: ['plain', 'foreach'],
    rivals: [plainTfjs, transposedTfjs, plainJax],
    inBrowser: true,
    targets: [overPytorch(1.2), ...overTfjs('plain', 'transposed')],
  },
  {
    id: 'vae',
    group: 'vae',
    title: 'Convolutional VAE, 64 pictures 3x32x32, Adam step',
    program: 'vae',
    settings: {},
    forms: layouts,
    rivals: [plainJax],
    inBrowser: false,
    missing: withoutConvolutions,
    targets: [overPytorch(0.6)],
  },
  {
    id: 'unet',
    group: 'unet',
    title: 'Residual block of a U-Net, [16, 64, 32, 32], forward and backward',
    program: 'unet',
    settings: {},
    forms: layouts,
    rivals: [plainJax],
    inBrowser: false,
    missing: withoutConvolutions,
    targets: [],
  },
  {
    id: 'sae',
    group: 'sae',
    title: 'TopK SAE, d 512, 8192 latents, k 32, batch 4096, Adam step',
    program: 'sae',
    settings: {},
    forms: ['dense', ...sparseForms],
    // Plain, TensorFlow.js takes minutes for a step.
    rivals: [transposedTfjs, plainJax],
    inBrowser: true,
    targets: [
      overPytorch(2.5, ['dense']),
      ...sparseForms.map((form) => overPytorch(1.2, [form])),
      ...overTfjs('transposed'),
    ],
  },
  ...[1, 32].map((batch): Benchmark => ({
    id: `decode-${batch}`,
    group: 'decode',
    title: `Decoding 128 tokens, GPT of 3.5M parameters, batch ${batch}`,
    program: 'decode',
    settings: { batch },
    forms: ['preallocated', 'concatenated'],
    rivals: [],
    inBrowser: false,
    missing: 'Not written for TensorFlow.js and jax-js.',
    targets: batch === 1 ? [overPytorch(1.5)] : [],
  })),
];
