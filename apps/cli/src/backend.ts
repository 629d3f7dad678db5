import type { Backend } from '@working-papers/grad';

/** Names that `--backend` takes. */
export const backendNames = ['node', 'wasm'] as const;

/** One of {@link backendNames}. */
export type BackendName = (typeof backendNames)[number];

/**
 * Loads a backend, and only that one; for `node`, that of WebAssembly on machines without a native one.
 *
 * @param threads - Of one operation; without it, the backend's own choice.
 * @param onNotice - Told, in one line, if it is not the backend that was asked for.
 */
export async function openBackend(
  name: BackendName,
  threads: number | undefined,
  onNotice: (notice: string) => void,
): Promise<Backend> {
  const options = threads === undefined ? {} : { threads };
  switch (name) {
    case 'node': {
      const { defaultBackend } = await import('@working-papers/grad/node');
      return defaultBackend({ ...options, onNotice });
    }
    case 'wasm': {
      const { webBackend } = await import('@working-papers/grad/web');
      return webBackend(options);
    }
  }
}
