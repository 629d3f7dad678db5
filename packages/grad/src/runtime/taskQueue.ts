/** Runs tasks one after another, in the order in which they came. */
export class TaskQueue {
  private last: Promise<unknown> = Promise.resolve();

  /** Runs a task when all earlier ones have ended, well or not. */
  add<Result>(task: () => Promise<Result> | Result): Promise<Result> {
    const result = this.last.then(task);
    this.last = result.catch(() => undefined);
    return result;
  }
}
