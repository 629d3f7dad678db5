/** How fast steps follow each other. The first, which compiles, counts only while it is the only one. */
export class Pace {
  private readonly now: () => number;
  private readonly begin: number;
  private firstEnd: number;
  private steps = 0;
  private lapBegin: number;
  private lapSteps = 0;

  /** @param now - The time in milliseconds. */
  constructor(now: () => number = () => performance.now()) {
    this.now = now;
    this.begin = now();
    this.firstEnd = this.begin;
    this.lapBegin = this.begin;
  }

  /** A step has ended. */
  count(): void {
    this.steps += 1;
    this.lapSteps += 1;
    if (this.steps === 1) this.firstEnd = this.now();
  }

  /** Work goes on after a pause that is nobody's fault. */
  startLap(): void {
    this.lapBegin = this.now();
    this.lapSteps = 0;
  }

  /** Since the lap began. */
  stepsPerSecond(): number {
    const isFirstLap = this.lapSteps === this.steps && this.steps > 1;
    const [begin, steps] = isFirstLap
      ? [this.firstEnd, this.steps - 1]
      : [this.lapBegin, this.lapSteps];
    return rate(steps, this.now() - begin);
  }

  /** Seconds for further steps, if they follow each other as all did so far, pauses included. */
  secondsFor(steps: number): number {
    if (steps === 0) return 0;
    const [begin, done] =
      this.steps > 1 ? [this.firstEnd, this.steps - 1] : [this.begin, this.steps];
    return steps / rate(done, this.now() - begin);
  }
}

/** Steps per second; clocks of pages can stand still for a step. */
function rate(steps: number, milliseconds: number): number {
  return (1000 * steps) / Math.max(milliseconds, 0.01);
}
