import { fileURLToPath } from 'node:url';
import { sourceState } from '@working-papers/paper-kit/node';
import { work, type WorkEvent } from '@working-papers/scale';
import { openBackend, type BackendName } from './backend.ts';
import { exitCode } from './exitCode.ts';
import { listenForInterruption } from './interruption.ts';
import { openStorage } from './runStorage.ts';
import type { CommandContext, Terminal } from './terminal.ts';
import { modulePathOf, workbenchOf } from './workbench.ts';

/** What `wp worker` was told. */
export interface WorkerFlags {
  /** `postgres://host:5432/database`; see docs/scaling.md for user and password. */
  readonly queue: string;
  /** Where records, artefacts and checkpoints are: a folder or `s3://bucket/prefix`. Default the cache. */
  readonly store?: string;
  /** How many cells at once. */
  readonly workers: number;
  readonly backend: BackendName;
  /** Of all workers together. */
  readonly threads?: number;
  /** Ends when no cell has been unfinished for so many seconds. */
  readonly exitWhenIdle?: number;
  /** What happens, as JSON lines on standard output. */
  readonly json: boolean;
}

const root = fileURLToPath(new URL('../../../', import.meta.url));

/**
 * `wp worker`: measures cells that runs on any machine have put into a queue, until it is interrupted or
 * idle for long enough. The cells at hand go back into the queue at an interruption.
 *
 * @returns The exit code.
 * @throws {ConfigError} If the address of the queue or of the store is wrong.
 * @throws {ServiceError} If database or store do not answer.
 */
export async function workerCommand(
  flags: WorkerFlags,
  { terminal, papers }: CommandContext,
): Promise<number> {
  const onNotice = (notice: string) => terminal.stderr.write(`wp worker: ${notice}\n`);
  const { backend: name, store, threads, exitWhenIdle } = flags;
  const source = await sourceState(root);
  // Computes nothing here: only its name and version count.
  const backend = await openBackend(name, 1, onNotice);
  const interruption = listenForInterruption(terminal.stderr);
  try {
    await work(flags.queue, {
      commit: source.commit,
      sourceOf: async (paper) => {
        const modulePath = modulePathOf(paper, papers);
        const storage = { modulePath, source, backend, takeOver: 'all', onNotice } as const;
        return (await openStorage(storage)).source;
      },
      workbench: workbenchOf({
        backend: name,
        source,
        isQueued: true,
        ...(papers !== undefined && { papers }),
        ...(store !== undefined && { store }),
      }),
      workers: flags.workers,
      signal: interruption.signal,
      onNotice,
      onEvent: (event) => tell(event, flags.json, terminal),
      ...(threads !== undefined && { threads }),
      ...(exitWhenIdle !== undefined && { idleSeconds: exitWhenIdle }),
    });
    return interruption.signal.aborted ? interruption.code() : exitCode.ok;
  } finally {
    interruption.release();
  }
}

function tell(event: WorkEvent, isJson: boolean, { stdout, stderr }: Terminal): void {
  if (isJson) {
    stdout.write(`${JSON.stringify(event)}\n`);
    return;
  }
  const { kind, name, message } = event;
  stderr.write(`${name}: ${kind}${message === undefined ? '' : `: ${message}`}\n`);
}
