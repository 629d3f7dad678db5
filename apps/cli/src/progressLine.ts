import type { LoadProgress } from '@working-papers/data';
import { short, type RunProgress } from '@working-papers/paper-kit';
import { duration } from '@working-papers/paper-kit/node';
import type { Channel } from './terminal.ts';

/** Shows how far a run is. */
export interface ProgressLine {
  readonly show: (progress: RunProgress) => void;
  /** Shows the transfer of a data set, before the run can go on. */
  readonly showLoading: (progress: LoadProgress) => void;
  /** Removes the line, so that other text can follow. */
  readonly clear: () => void;
}

/** Time between two lines where lines cannot be rewritten. */
const plainIntervalMs = 5000;
const barWidth = 20;

/** One rewritten line on a terminal; elsewhere a plain line every five seconds. */
export function createProgressLine(channel: Channel): ProgressLine {
  if (channel.isTerminal) {
    const rewrite = (text: string) => channel.write(`\r\u001b[K${text}`);
    return {
      show: (progress) => rewrite(fit(progress, channel)),
      showLoading: (progress) => rewrite(loading(progress).slice(0, channel.width - 1)),
      clear: () => channel.write('\r\u001b[K'),
    };
  }
  let shownAt = -Infinity;
  const writeSometimes = (text: () => string) => {
    const now = performance.now();
    if (now - shownAt < plainIntervalMs) return;
    shownAt = now;
    channel.write(`${text()}\n`);
  };
  return {
    show: (progress) => writeSometimes(() => [progress.label, ...parts(progress)].join('  ')),
    showLoading: (progress) => writeSometimes(() => loading(progress)),
    clear: () => undefined,
  };
}

function loading({ name, loadedBytes, totalBytes }: LoadProgress): string {
  const megabytes = (bytes: number) => (bytes / 1e6).toFixed(1);
  return `${name}: fetching, ${megabytes(loadedBytes)} of ${megabytes(totalBytes)} MB`;
}

/** Label, bar if there is room for one, and figures; what does not fit is cut off at the end. */
function fit(progress: RunProgress, { width, colors }: Channel): string {
  const size = width < 80 ? 0 : barWidth;
  const done = Math.round(progress.fraction * size);
  const bar = '█'.repeat(done) + '░'.repeat(size - done);
  const label = progress.label.slice(0, width - size - 16);
  const room = width - 1 - label.length - size - 4;
  const figures = parts(progress).join('  ').slice(0, room);
  return [label, colors.cyan(bar), figures].filter((part) => part !== '').join('  ');
}

function parts({
  fraction,
  step,
  steps,
  stepsPerSecond,
  secondsLeft,
  metric,
}: RunProgress): string[] {
  return [
    `${Math.floor(100 * fraction)} %`,
    `step ${step}/${steps}`,
    stepsPerSecond === null ? '' : `${short(Number(stepsPerSecond.toPrecision(3)))}/s`,
    secondsLeft === null ? '' : `${duration(secondsLeft)} left`,
    metric ? `${metric.name} ${short(metric.value)}` : '',
  ].filter((part) => part !== '');
}
