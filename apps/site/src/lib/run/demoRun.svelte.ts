import type { ComputeReply, DemoSettings, DrawnFigure } from './messages.ts';
import { startComputer, startDrawer, type Computer, type Drawer } from './workers.ts';

/** At most so many pictures a second are drawn. */
const minFrameMs = 50;
/** A slider in motion starts a new run only when it rests this long. */
const settleMs = 120;

/**
 * A paper's demo: runs in a worker, again whenever a control changes, and keeps the worker warm.
 *
 * @param slug - Of a paper that has a demo.
 */
export function createDemoRun(slug: string) {
  let state = $state<'idle' | 'starting' | 'running' | 'rest' | 'failed'>('idle');
  let phase = $state<string | null>(null);
  let message = $state('');
  let frames = $state(0);
  let figures = $state.raw<readonly DrawnFigure[]>([]);

  let computer: Computer | undefined;
  let drawer: Drawer | undefined;
  let settling: ReturnType<typeof setTimeout> | undefined;
  let isEnding = false;
  let width = 0;

  const release = (): void => {
    computer?.end();
    computer = undefined;
    drawer?.end();
    drawer = undefined;
  };

  const receive = (reply: ComputeReply): void => {
    if (reply.kind === 'phase') {
      phase = reply.text;
      if (reply.text === null) state = 'running';
    } else if (reply.kind === 'frame') {
      frames += 1;
      drawer?.draw(() => ({ ...reply, slug, width }));
    } else if (reply.kind === 'done') {
      phase = null;
      if (isEnding) {
        release();
        state = 'idle';
      } else if (reply.isComplete) {
        state = 'rest';
      }
    } else if (reply.kind === 'failed') {
      message = reply.message;
      state = 'failed';
      release();
    }
  };

  const ask = (seed: number, settings: DemoSettings): void => {
    computer?.ask({ kind: 'demo', slug, seed, settings: { ...settings } });
  };

  return {
    get state() {
      return state;
    },
    get phase() {
      return phase;
    },
    get message() {
      return message;
    },
    /** How many frames have come, over all runs. */
    get frames() {
      return frames;
    },
    get figures() {
      return figures;
    },

    /** Says how wide figures may be, in px. */
    setWidth(px: number): void {
      width = px;
    },

    start(choices: { seed: number; threads: number; settings: DemoSettings }): void {
      isEnding = false;
      [state, message] = [computer ? 'running' : 'starting', ''];
      drawer ??= startDrawer(minFrameMs, {
        figures: (drawn) => (figures = drawn),
        failure: (text) => (message = text),
      });
      computer ??= startComputer(choices.threads, receive);
      ask(choices.seed, choices.settings);
    },

    /** Runs again with other settings, if it was started at all. */
    change(seed: number, settings: DemoSettings): void {
      if (!computer || isEnding) return;
      clearTimeout(settling);
      settling = setTimeout(() => {
        state = 'running';
        ask(seed, settings);
      }, settleMs);
    },

    /** Ends the worker, between runs, and frees its memory. */
    end(): void {
      clearTimeout(settling);
      if (state === 'starting' || state === 'running') {
        isEnding = true;
        computer?.ask({ kind: 'stop' });
      } else if (computer) {
        release();
        state = 'idle';
      }
    },
  };
}
