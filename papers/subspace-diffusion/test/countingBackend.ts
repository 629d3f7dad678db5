import type { Backend } from '@working-papers/grad';
import { backend } from './numbers.ts';

/** A backend that knows how many of its sessions are not released yet. */
export function countingBackend(): {
  readonly counted: Backend;
  readonly openSessions: () => number;
} {
  let open = 0;
  const createSession: Backend['createSession'] = async (...args) => {
    const session = await backend.createSession(...args);
    open += 1;
    return {
      run: session.run,
      release: () => {
        open -= 1;
        return session.release();
      },
    };
  };
  return { counted: { ...backend, createSession }, openSessions: () => open };
}
