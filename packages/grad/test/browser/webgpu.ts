import { RuntimeUnavailableError } from '../../src/errors.ts';
import type { Backend } from '../../src/runtime/backend.ts';
import { webgpuBackend, type WebgpuBackendOptions } from '../../src/runtime/web.ts';

/** The backend, or null in a browser without an adapter, where its tests are skipped. */
export async function webgpuIfThere(options?: WebgpuBackendOptions): Promise<Backend | null> {
  try {
    return await webgpuBackend(options);
  } catch (error) {
    if (error instanceof RuntimeUnavailableError) return null;
    throw error;
  }
}
