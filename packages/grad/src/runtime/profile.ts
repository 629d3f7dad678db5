import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { InferenceSession } from 'onnxruntime-common';
import type { RuntimeTensor } from './backend.ts';
import type { OrtModule } from './ort.ts';

const nRuns = 10;

/** A node's run in ONNX Runtime's profile, which is a trace for Chrome's viewer. */
interface ProfileEvent {
  readonly cat?: string;
  readonly name?: string;
  /** Microseconds. */
  readonly dur?: number;
}

/**
 * How long each node of a graph takes in ONNX Runtime's own profile, which it writes into a file.
 *
 * @returns Milliseconds of one run by node name: the mean of ten after a first one.
 */
export async function profileRuns(
  { ort, model, options }: ProfiledGraph,
  inputs: Readonly<Record<string, RuntimeTensor>>,
): Promise<ReadonlyMap<string, number>> {
  const folder = await mkdtemp(join(tmpdir(), 'grad-profile-'));
  try {
    const session = await ort.InferenceSession.create(model, {
      ...options,
      enableProfiling: true,
      profileFilePrefix: join(folder, 'run'),
    });
    const feeds = Object.fromEntries(
      Object.entries(inputs).map(([name, { dtype, shape, data }]) => {
        // The constructor's overloads tie each element type to its array, as RuntimeTensor does not.
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion
        return [name, new ort.Tensor(dtype as 'float32', data as Float32Array, shape)];
      }),
    );
    for (let i = 0; i < 1 + nRuns; i++) await session.run(feeds);
    session.endProfiling();
    await session.release();
    const [file] = await readdir(folder);
    if (file === undefined) throw new Error('internal: ONNX Runtime wrote no profile');
    return meanTimes(parse(await readFile(join(folder, file), 'utf8')));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** A graph with how it is run. */
export interface ProfiledGraph {
  readonly ort: OrtModule;
  readonly model: Uint8Array;
  readonly options: InferenceSession.SessionOptions;
}

function parse(text: string): readonly ProfileEvent[] {
  const events: unknown = JSON.parse(text);
  if (!Array.isArray(events)) throw new Error('internal: a profile is a list of events');
  return events.filter(isEvent);
}

function isEvent(value: unknown): value is ProfileEvent {
  return typeof value === 'object' && value !== null;
}

function meanTimes(events: readonly ProfileEvent[]): ReadonlyMap<string, number> {
  const durations = new Map<string, number[]>();
  for (const { cat, name = '', dur = 0 } of events) {
    if (cat !== 'Node' || !name.endsWith('_kernel_time')) continue;
    const node = name.slice(0, -'_kernel_time'.length);
    const known = durations.get(node);
    if (known) known.push(dur);
    else durations.set(node, [dur]);
  }
  return new Map(
    [...durations].map(([node, [, ...later]]) => [
      node,
      later.reduce((sum, each) => sum + each, 0) / nRuns / 1000,
    ]),
  );
}
