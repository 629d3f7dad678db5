import { webBackend } from '../src/runtime/web.ts';
import { flattenTensors, type Backend } from '../src/index.ts';
import type { Loaded } from './host.ts';
import { programs } from './programs.ts';
import type { Program, Settings } from './program.ts';
import type { StartRequest } from './request.ts';
import type { Arrays } from './rivals/arrays.ts';

/** What a rival's file exports. */
export interface Rival {
  /** Programs that it can run, by name. */
  readonly makers: Readonly<
    Record<string, (arrays: Arrays, settings: Settings, form: string) => Promise<Program>>
  >;
  /** Starts it; returns name and version. */
  readonly begin: (threads: number, wasmFolder: () => string) => Promise<string>;
}

/** Our own program on one of our backends. */
export async function loadOurs(backend: Backend, request: StartRequest): Promise<Loaded> {
  const { make } = await moduleOf(request.program);
  return { program: await make(backend, request.settings), version: backend.version };
}

/** Ours in WebAssembly, or a rival's, from the same initial weights and data. */
export async function loadRival(
  request: StartRequest,
  { wasmFolder }: { readonly wasmFolder: () => string },
): Promise<Loaded> {
  const { runner, program: name, settings, threads } = request;
  if (runner === 'wasm') return loadOurs(await webBackend({ threads }), request);
  const rival: Rival =
    runner === 'tfjs'
      ? (await import('./rivals/tfjs.ts')).tfjs
      : (await import('./rivals/jax.ts')).jax;
  const maker = rival.makers[name];
  if (maker === undefined) throw new Error(`${runner} has no program ${name}`);
  const version = await rival.begin(threads, wasmFolder);
  const { inputs } = await moduleOf(name);
  const leaves = flattenTensors(inputs(settings)).map(({ path, value }) => [path, value] as const);
  return { program: await maker(Object.fromEntries(leaves), settings, request.form), version };
}

function moduleOf(name: string) {
  const load = programs[name];
  if (load === undefined) throw new Error(`there is no program ${name}`);
  return load();
}
