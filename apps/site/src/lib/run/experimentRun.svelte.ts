import type { Row, RunProgress, Verdict } from '@working-papers/paper-kit';
import type { ComputeReply, DrawnFigure } from './messages.ts';
import { startComputer, startDrawer, type Computer, type Drawer } from './workers.ts';

/** Where a run is in its life. */
export type RunState = 'idle' | 'starting' | 'running' | 'stopping' | 'done' | 'stopped' | 'failed';

/** What a visitor can choose. */
export interface RunChoices {
  readonly seed: number;
  readonly threads: number;
}

/** Rows and progress reach the page at this pace, figures at half of it: more than eyes can follow. */
const refreshMs = 250;

/**
 * The quick experiment of a paper, run in this browser: its state as the page shows it.
 *
 * @param slug - Of a paper that runs here.
 */
export function createExperimentRun(slug: string) {
  let state = $state<RunState>('idle');
  let phase = $state<string | null>(null);
  let message = $state('');
  let progress = $state.raw<RunProgress | undefined>();
  let rows = $state.raw<readonly Row[]>([]);
  let figures = $state.raw<readonly DrawnFigure[]>([]);
  let verdicts = $state.raw<Readonly<Record<string, Verdict>> | undefined>();

  let computer: Computer | undefined;
  let drawer: Drawer | undefined;
  let refresher: ReturnType<typeof setInterval> | undefined;
  let width = 0;
  let measured: Row[] = [];
  let drawnCount = 0;
  let latestProgress: RunProgress | undefined;

  const showLatest = (): void => {
    if (latestProgress !== progress) progress = latestProgress;
    if (measured.length === rows.length) return;
    rows = [...measured];
    drawer?.draw(() => {
      const fresh = measured.slice(drawnCount);
      drawnCount = measured.length;
      return { kind: 'rows', slug, width, rows: fresh };
    });
  };

  const finish = async (end: RunState): Promise<void> => {
    clearInterval(refresher);
    computer?.end();
    computer = undefined;
    showLatest();
    phase = null;
    const last = drawer;
    drawer = undefined;
    await last?.settled();
    last?.end();
    state = end;
  };

  const receive = (reply: ComputeReply): void => {
    if (reply.kind === 'phase') {
      phase = reply.text;
      if (reply.text === null && state === 'starting') state = 'running';
    } else if (reply.kind === 'row') {
      measured.push(reply.row);
    } else if (reply.kind === 'progress') {
      latestProgress = reply.progress;
    } else if (reply.kind === 'done') {
      if (reply.isComplete) verdicts = reply.verdicts;
      void finish(reply.isComplete ? 'done' : 'stopped');
    } else if (reply.kind === 'failed') {
      message = reply.message;
      void finish('failed');
    }
  };

  return {
    get state() {
      return state;
    },
    /** What is being loaded, if anything is. */
    get phase() {
      return phase;
    },
    /** Why it failed. */
    get message() {
      return message;
    },
    get progress() {
      return progress;
    },
    get rows() {
      return rows;
    },
    get figures() {
      return figures;
    },
    /** Of a complete run. */
    get verdicts() {
      return verdicts;
    },
    get isBusy() {
      return state === 'starting' || state === 'running' || state === 'stopping';
    },

    start({ seed, threads }: RunChoices): void {
      if (computer) return;
      [state, phase, message] = ['starting', 'Starting', ''];
      [progress, rows, figures, verdicts] = [undefined, [], [], undefined];
      [measured, drawnCount, latestProgress] = [[], 0, undefined];
      drawer = startDrawer(2 * refreshMs, {
        figures: (drawn) => (figures = drawn),
        failure: (text) => (message = text),
      });
      refresher = setInterval(showLatest, refreshMs);
      computer = startComputer(threads, receive);
      computer.ask({ kind: 'experiment', slug, seed });
    },

    /** Says how wide figures may be, in px. */
    setWidth(px: number): void {
      width = px;
    },

    /** Asks it to stop; it does so at its next step. */
    stop(): void {
      if (state !== 'starting' && state !== 'running') return;
      state = 'stopping';
      computer?.ask({ kind: 'stop' });
    },

    /** When the visitor leaves: what still runs is asked to stop, what does not is freed. */
    leave(): void {
      clearInterval(refresher);
      drawer?.end();
      drawer = undefined;
      if (state === 'starting' || state === 'running') computer?.ask({ kind: 'stop' });
    },
  };
}
