import type { Backend, Session } from '@working-papers/grad';
import { expect, it } from 'vitest';
import { withTurns } from '../src/lib/run/turns.ts';

/** A backend whose runs block for some time and finish at once, as those of WebAssembly do. */
function blockingBackend(runMs: number): Backend {
  const session: Session = {
    run: () => {
      const end = performance.now() + runMs;
      while (performance.now() < end);
      return Promise.resolve({});
    },
    release: () => Promise.resolve(),
  };
  return {
    name: 'blocking',
    threads: 1,
    version: 'test',
    capabilities: { supports: () => true },
    createSession: () => Promise.resolve(session),
  };
}

/** Runs until a message comes, at most 100 times. */
async function runsUntilMessage(backend: Backend): Promise<number> {
  const session = await backend.createSession(new Uint8Array(), { optimization: 'basic' });
  const { port1, port2 } = new MessageChannel();
  let isStopped = false;
  port1.onmessage = () => (isStopped = true);
  port2.postMessage('stop');
  let runs = 0;
  while (!isStopped && runs < 100) {
    await session.run({});
    runs++;
  }
  port1.close();
  return runs;
}

it('lets a message in between runs, which would else wait for the end', async () => {
  expect(await runsUntilMessage(blockingBackend(2))).toBe(100);
  expect(await runsUntilMessage(withTurns(blockingBackend(2)))).toBeLessThan(60);
});
