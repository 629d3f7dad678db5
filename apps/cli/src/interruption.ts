import { exitCode } from './exitCode.ts';
import type { Channel } from './terminal.ts';

/** What Ctrl-C and a polite kill ask for. */
export interface Interruption {
  /** Aborts at the first signal. */
  readonly signal: AbortSignal;
  /** What to exit with after it. */
  readonly code: () => number;
  /** Gives the signals back. */
  readonly release: () => void;
}

/** A terminal and the launchers between may each deliver the same Ctrl-C. */
const samePressMs = 500;

/**
 * Listens for SIGINT and SIGTERM: the first asks the run to end at its next step, a second, half a
 * second or more after it, ends the process at once.
 */
export function listenForInterruption(stderr: Channel): Interruption {
  const controller = new AbortController();
  let code: number = exitCode.interrupted;
  let firstAtMs = 0;
  const onSignal = (name: NodeJS.Signals) => {
    if (controller.signal.aborted) {
      if (performance.now() - firstAtMs >= samePressMs) process.exit(code);
      return;
    }
    code = name === 'SIGTERM' ? exitCode.terminated : exitCode.interrupted;
    firstAtMs = performance.now();
    controller.abort();
    stderr.write('\nstopping after this step; Ctrl-C again ends at once\n');
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  return {
    signal: controller.signal,
    code: () => code,
    release: () => void process.off('SIGINT', onSignal).off('SIGTERM', onSignal),
  };
}
