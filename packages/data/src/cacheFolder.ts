import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';

/** What decides where the cache is. */
export interface CacheSurroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: string;
  readonly home: string;
}

/**
 * The folder for what can be fetched or computed again: `$WORKING_PAPERS_CACHE`, or `working-papers`
 * in the platform's folder for caches ($XDG_CACHE_HOME or ~/.cache, ~/Library/Caches, %LOCALAPPDATA%).
 */
export function cacheFolder(
  { env, platform, home }: CacheSurroundings = {
    env: process.env,
    platform: process.platform,
    home: homedir(),
  },
): string {
  if (env['WORKING_PAPERS_CACHE']) return resolve(env['WORKING_PAPERS_CACHE']);
  return join(platformFolder({ env, platform, home }), 'working-papers');
}

function platformFolder({ env, platform, home }: CacheSurroundings): string {
  if (platform === 'win32') return env['LOCALAPPDATA'] || join(home, 'AppData', 'Local');
  if (platform === 'darwin') return join(home, 'Library', 'Caches');
  // The XDG base directory specification tells to ignore relative paths.
  const xdg = env['XDG_CACHE_HOME'];
  return xdg && isAbsolute(xdg) ? xdg : join(home, '.cache');
}
