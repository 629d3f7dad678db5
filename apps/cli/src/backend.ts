import type { Backend } from '@working-papers/grad';

/** Names that `--backend` takes. */
export const backendNames = ['node', 'wasm'] as const;

/** One of {@link backendNames}. */
export type BackendName = (typeof backendNames)[number];

/**
 * Loads a backend, and only that one.
 *
 * @param threads - Of one operation; without it, the backend's own choice.
 * @throws {RuntimeUnavailableError} If this machine does not have it.
 */
export async function openBackend(
  name: BackendName,
  threads: number | undefined,
): Promise<Backend> {
  const options = threads === undefined ? {} : { threads };
  switch (name) {
    case 'node': {
      const { nodeBackend } = await import('@working-papers/grad/node');
      return nodeBackend(options);
    }
    case 'wasm': {
      const { webBackend } = await import('@working-papers/grad/web');
      return webBackend(options);
    }
  }
}
