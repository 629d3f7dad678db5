import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** A file, by its path and size. */
export interface SizedFile {
  readonly path: string;
  readonly bytes: number;
  readonly modifiedMs: number;
}

/** The files of a folder and of those in it; none if it is not there. */
export async function filesIn(folder: string): Promise<SizedFile[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  });
  const found = await Promise.all(
    entries.map(async (entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return filesIn(path);
      // Another process may have removed it meanwhile.
      const stats = await stat(path).catch(() => undefined);
      return stats ? [{ path, bytes: stats.size, modifiedMs: stats.mtimeMs }] : [];
    }),
  );
  return found.flat();
}

/** `340 B`, `12 kB`, `4.2 MB`, `1.3 GB`. */
export function sizeText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1e6) return `${Math.round(bytes / 1e3)} kB`;
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}
