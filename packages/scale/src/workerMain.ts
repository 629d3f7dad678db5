/**
 * The program of a worker process: it measures one cell after the other for the process that started
 * it, and ends with it.
 */
import { loadWorkbench, type Workbench } from './workbench.ts';
import { orderSchema, packError, type Order, type Report } from './workerMessages.ts';

let workbench: Workbench | undefined;
let current: AbortController | undefined;

// A terminal sends Ctrl-C to all its processes; the parent decides what it means.
process.on('SIGINT', () => undefined).on('SIGTERM', () => undefined);
process.on('disconnect', () => process.exit(1));
process.on('message', (message) => {
  void obey(orderSchema.parse(message));
});

async function obey(order: Order): Promise<void> {
  try {
    await carryOut(order);
  } catch (error) {
    if (current?.signal.aborted === true) say({ kind: 'aborted' });
    else say({ kind: 'failed', error: packError(error) });
  }
}

async function carryOut(order: Order): Promise<void> {
  switch (order.kind) {
    case 'open':
      workbench = await loadWorkbench(order, order.threads);
      say({ kind: 'ready' });
      return;
    case 'measure':
      if (!workbench) throw new Error('internal: the worker has no workbench');
      current = new AbortController();
      await workbench.measure(order.task, {
        signal: current.signal,
        onProgress: (progress) => say({ kind: 'progress', progress }),
      });
      say({ kind: 'measured' });
      return;
    case 'abort':
      current?.abort();
      return;
    case 'close':
      await workbench?.close();
      process.exit(0);
  }
}

function say(report: Report): void {
  if (process.connected) process.send?.(report);
}
