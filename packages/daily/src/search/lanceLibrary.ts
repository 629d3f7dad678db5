import { ConfigError } from '@working-papers/grad';
import type * as Lance from '@lancedb/lancedb';

const library = '@lancedb/lancedb';
const libraryVersion = '0.37.1';

/**
 * Loads LanceDB, which the operator installs: it is native code of 180 MB that small sites do not need.
 *
 * @param load - How to load it; default from where Node finds it.
 * @throws {ConfigError} If it is not installed or has no build for this machine.
 */
export async function loadLance(
  load: () => Promise<unknown> = () => import(/* @vite-ignore */ library),
): Promise<typeof Lance> {
  const module = await load().catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message.split('\n')[0] : String(cause);
    throw new ConfigError(
      `search: WP_SEARCH = lancedb needs ${library}, which does not load (${reason}); run npm install ${library}@${libraryVersion}, or set WP_SEARCH to minisearch`,
      { cause },
    );
  });
  // The boundary to a library that may be absent: what is there under this name has its types.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return module as typeof Lance;
}
