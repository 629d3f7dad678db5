import type { Backend, Session } from '@working-papers/grad';

/** Longest time without looking at messages, beyond a single run of a graph; a look costs up to 4. */
const maxHoldMs = 50;

/**
 * A backend that lets messages in between its runs. In a worker a run blocks, and what awaits it
 * continues at once: without this no `stop` would be heard before the end of the experiment.
 */
export function withTurns(backend: Backend): Backend {
  let last = performance.now();
  const run = async (...args: [Session, ...Parameters<Session['run']>]) => {
    const [session, inputs] = args;
    const outputs = await session.run(inputs);
    if (performance.now() - last > maxHoldMs) {
      await new Promise((resolve) => setTimeout(resolve, 0));
      last = performance.now();
    }
    return outputs;
  };
  return {
    ...backend,
    createSession: async (model, options) => {
      const session = await backend.createSession(model, options);
      return { ...session, run: (inputs) => run(session, inputs) };
    },
  };
}
