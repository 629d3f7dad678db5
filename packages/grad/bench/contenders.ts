import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Benchmark } from './benchmarks.ts';
import type { Chromium } from './chromium.ts';
import type { Absent, Contender } from './measure.ts';
import { startProcess, type Command } from './process.ts';
import type { Runner, StartRequest } from './request.ts';

/** What this machine offers. */
export interface Surroundings {
  readonly threads: number;
  readonly python: Python | Absent;
  readonly chromium: Chromium | Absent;
}

/** An interpreter that has PyTorch. */
export interface Python {
  readonly program: string;
  readonly env: Readonly<Record<string, string>>;
  /** By name; libraries to load before PyTorch's own choice. */
  readonly blas: readonly { readonly name: string; readonly preload?: string }[];
  readonly absent: readonly Absent[];
}

const names: Readonly<Record<Runner, string>> = {
  node: 'ours, native',
  wasm: 'ours, wasm',
  tfjs: 'TensorFlow.js wasm',
  jax: 'jax-js wasm',
  pytorch: 'PyTorch',
};

/**
 * Everyone who can take part in a benchmark, and who cannot. Those of the browser are measured by
 * themselves: they are compared with each other only, and would fill the memory beside the others.
 */
export function contendersOf(
  benchmark: Benchmark,
  surroundings: Surroundings,
  inputs: string,
): { readonly heats: readonly (readonly Contender[])[]; readonly absent: readonly Absent[] } {
  const { threads, python, chromium } = surroundings;
  const startOf = (runner: Runner, form = 'plain'): StartRequest => ({
    op: 'start',
    runner,
    form,
    threads,
    inputs,
    program: benchmark.program,
    settings: benchmark.settings,
  });
  const ours = [
    { runner: 'node', form: 'plain' },
    { runner: 'wasm', form: 'plain' },
  ] as const;
  const inNode = [...ours, ...benchmark.rivals].map(({ runner, form }): Contender => {
    const open = () => Promise.resolve(startProcess(nodeChild));
    return {
      name: nameOf(runner, form, 'Node'),
      where: 'node',
      open,
      start: startOf(runner, form),
    };
  });
  const absent: Absent[] = [];
  const inPython: Contender[] = [];
  if ('reason' in python) absent.push(python);
  else {
    absent.push(...python.absent);
    inPython.push(...benchmark.forms.flatMap((form) => pytorch(python, startOf('pytorch', form))));
  }
  const inChromium: Contender[] = [];
  if (benchmark.inBrowser) {
    if ('reason' in chromium) absent.push(chromium);
    else {
      const { open } = chromium;
      const players = [...ours, ...benchmark.rivals].filter(({ runner }) => runner !== 'node');
      for (const { runner, form } of players) {
        const name = nameOf(runner, form, 'Chromium');
        inChromium.push({ name, where: 'chromium', open, start: startOf(runner, form) });
      }
    }
  }
  return { heats: [[...inNode, ...inPython], inChromium], absent };
}

function nameOf(runner: Runner, form: string, where: string): string {
  return `${names[runner]}, ${form === 'plain' ? '' : `${form}, `}${where}`;
}

function pytorch(python: Python, start: StartRequest): readonly Contender[] {
  const counts = [...new Set([1, start.threads])];
  return python.blas.flatMap((blas) =>
    counts.map((threads): Contender => {
      const form = start.form === 'plain' ? '' : `, ${start.form}`;
      const command: Command = {
        program: python.program,
        args: [fileURLToPath(new URL('pytorch/child.py', import.meta.url))],
        env: {
          ...python.env,
          OMP_NUM_THREADS: String(threads),
          OPENBLAS_NUM_THREADS: String(threads),
          ...(blas.preload !== undefined && { LD_PRELOAD: blas.preload }),
        },
      };
      return {
        name: `PyTorch${form}, ${blas.name}, ${threads} ${threads === 1 ? 'thread' : 'threads'}`,
        where: 'python',
        open: () => Promise.resolve(startProcess(command)),
        start: { ...start, threads },
      };
    }),
  );
}

const nodeChild: Command = {
  program: process.execPath,
  args: [
    '--import',
    'tsx',
    '--conditions=source',
    fileURLToPath(new URL('nodeChild.ts', import.meta.url)),
  ],
};

/** Looks for an interpreter with PyTorch, and for what makes it fast here. */
export async function findPython(): Promise<Python | Absent> {
  for (const program of ['python3', '/usr/bin/python3']) {
    if (await succeeds(program, ['-c', 'import torch'])) {
      const { blas, absent } = findBlas();
      return { program, env: await coreType(), blas, absent };
    }
  }
  return { name: 'PyTorch', reason: 'no python3 here has torch (Debian: python3-torch)' };
}

/** OpenBLAS of 2022 does not know the newer processors with AVX-512 and would use its slow kernels. */
async function coreType(): Promise<Record<string, string>> {
  const cpu = await readFile('/proc/cpuinfo', 'utf8').catch(() => '');
  return /\bavx512f\b/.test(cpu) ? { OPENBLAS_CORETYPE: 'SKYLAKEX' } : {};
}

function findBlas(): Pick<Python, 'blas' | 'absent'> {
  const installed = { name: 'default BLAS' };
  const folders = existsSync('/usr/lib') ? readdirSync('/usr/lib') : [];
  const file = folders
    .map((folder) => `/usr/lib/${folder}/openblas-openmp/libopenblas.so.0`)
    .find((path) => existsSync(path));
  if (file !== undefined) {
    return { blas: [installed, { name: 'OpenMP OpenBLAS', preload: file }], absent: [] };
  }
  const reason = 'not installed (Debian: libopenblas0-openmp)';
  return { blas: [installed], absent: [{ name: 'PyTorch, OpenMP OpenBLAS', reason }] };
}

async function succeeds(program: string, args: readonly string[]): Promise<boolean> {
  return promisify(execFile)(program, [...args]).then(
    () => true,
    () => false,
  );
}
