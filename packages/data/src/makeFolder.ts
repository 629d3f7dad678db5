import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Makes a folder and those above it that are missing. Node's own recursive `mkdir` never returns where
 * a parent refuses with ENOENT, as /proc does.
 *
 * @param folder - Absolute path.
 * @returns The topmost folder that was made; undefined if all were there.
 * @throws The system's error if one cannot be made, or a file has its name.
 */
export async function makeFolder(folder: string): Promise<string | undefined> {
  try {
    await mkdir(folder);
    return folder;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EEXIST' && (await isFolder(folder))) return undefined;
    const parent = dirname(folder);
    if (code !== 'ENOENT' || parent === folder) throw error;
    const first = await makeFolder(parent);
    // Refused although its parent is there: the second answer is final, unless another process was
    // faster.
    await mkdir(folder).catch(async (second: unknown) => {
      if (!(await isFolder(folder))) throw second;
    });
    return first ?? folder;
  }
}

async function isFolder(path: string): Promise<boolean> {
  const stats = await stat(path).catch(() => undefined);
  return stats?.isDirectory() === true;
}
