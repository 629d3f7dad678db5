import { fileURLToPath } from 'node:url';
import type { PaperRoots } from '@working-papers/papers/catalogue';

/** The papers beside this file, with READMEs and results elsewhere. */
export function toyPapers(folders: string): PaperRoots {
  return { modules: fileURLToPath(new URL('papers', import.meta.url)), folders };
}
