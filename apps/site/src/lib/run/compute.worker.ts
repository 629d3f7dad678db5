/** Runs experiments and demos. It is started by a click, and loads ONNX Runtime then. */
import { webDataSource } from '@working-papers/data/web';
import type { Backend } from '@working-papers/grad';
import { webBackend } from '@working-papers/grad/web';
import { memoryArtefacts, runExperiment } from '@working-papers/paper-kit';
import { bytesInWords } from '../figures.ts';
import { explainFailure } from './explain.ts';
import type { ComputeReply, ComputeRequest, ComputeSetup } from './messages.ts';
import { loadRunnablePaper } from './papers.ts';
import { withTurns } from './turns.ts';

type Task = Exclude<ComputeRequest, { kind: 'stop' }>;

let setup: ComputeSetup | undefined;
let backend: Promise<Backend> | undefined;
let running: { readonly stop: AbortController; readonly ended: Promise<void> } | undefined;
let latest = 0;

self.onmessage = ({ data }: MessageEvent<ComputeSetup | ComputeRequest>) => {
  if (data.kind === 'setup') setup = data;
  else if (data.kind === 'stop') running?.stop.abort();
  else void replace(data);
};

/** Ends the task at hand, then starts the new one, unless a newer has come meanwhile. */
async function replace(task: Task): Promise<void> {
  const turn = ++latest;
  running?.stop.abort();
  await running?.ended;
  if (turn !== latest) return;
  const stop = new AbortController();
  running = { stop, ended: perform(task, stop.signal) };
}

async function perform(task: Task, signal: AbortSignal): Promise<void> {
  try {
    if (task.kind === 'experiment') await performExperiment(task, signal);
    else await performDemo(task, signal);
  } catch (error) {
    if (signal.aborted) tell({ kind: 'done', isComplete: false });
    else tell({ kind: 'failed', message: explainFailure(error) });
  }
}

async function performExperiment(
  { slug, seed }: Extract<Task, { kind: 'experiment' }>,
  signal: AbortSignal,
): Promise<void> {
  const { experiment } = await prepare(slug);
  const context = { seed, signal, backend: await startBackend(), data, artefacts };
  for await (const event of runExperiment(experiment, 'quick', context)) {
    if (event.kind === 'row' || event.kind === 'progress') tell(event);
    else if (event.kind === 'done') {
      tell({ kind: 'done', isComplete: event.isComplete, verdicts: event.verdicts });
    }
  }
}

async function performDemo(
  { slug, seed, settings }: Extract<Task, { kind: 'demo' }>,
  signal: AbortSignal,
): Promise<void> {
  const { demo } = await prepare(slug);
  if (demo === undefined) throw new Error(`internal: ${slug} has no demo`);
  const context = { seed, signal, backend: await startBackend(), data };
  for await (const frame of demo.run(settings, context)) {
    signal.throwIfAborted();
    tell({ kind: 'frame', frame, settings });
  }
  tell({ kind: 'done', isComplete: true });
}

async function prepare(slug: string) {
  tell({ kind: 'phase', text: 'Loading the method' });
  const module = await loadRunnablePaper(slug);
  tell({ kind: 'phase', text: 'Loading the runtime' });
  await startBackend();
  tell({ kind: 'phase', text: null });
  return module;
}

/** One for the life of the worker: the runtime takes its threads and files once. */
function startBackend(): Promise<Backend> {
  if (setup === undefined) throw new Error('internal: a task came before the setup');
  const { threads, runtime } = setup;
  backend ??= webBackend({ threads, wasmPaths: runtime }).then(withTurns);
  return backend;
}

/** What a run made serves the next one, as long as the worker lives. */
const artefacts = memoryArtefacts();

const data = webDataSource({
  baseUrl: '/data',
  onProgress: ({ name, loadedBytes, totalBytes }) => {
    const isLoaded = loadedBytes >= totalBytes;
    tell({
      kind: 'phase',
      text: isLoaded
        ? null
        : `Loading ${name}: ${bytesInWords(loadedBytes)} of ${bytesInWords(totalBytes)}`,
    });
  },
});

function tell(reply: ComputeReply): void {
  self.postMessage(reply);
}
