import { readFile } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import { cacheFolder } from '@working-papers/data/node';
import { listPapers, type PaperRoots } from '@working-papers/papers/catalogue';
import { codeHash } from './codeHash.ts';
import { filesIn, type SizedFile } from './fileSizes.ts';
import { modulePathOf } from './workbench.ts';

/** A file of the cache that no run will read again. */
export interface StaleFile extends SizedFile {
  readonly why: 'cell of other code' | 'checkpoint of other code' | 'orphan' | 'left behind';
}

/** What a process that was killed leaves is older than this; what one writes now is younger. */
const leftBehindMs = 24 * 3600 * 1000;

/**
 * Files of the cache that only older code could use: cells and checkpoints of another version of their
 * paper, tensors that belong to no artefact, and temporary files of processes that are no more. Data
 * sets, artefacts and results are none of them.
 *
 * @throws The system's error if the cache cannot be read.
 */
export async function staleFiles(papers?: PaperRoots): Promise<readonly StaleFile[]> {
  const entries = (await listPapers(papers)).filter(({ hasExperiment }) => hasExperiment);
  const codes = new Set<string>();
  // One after the other: each bundles a paper with all that it imports.
  for (const { paper } of entries) codes.add(await codeHash(modulePathOf(paper.slug, papers)));
  const cells = await filesIn(join(cacheFolder(), 'cells'));
  const checkpoints = await filesIn(join(cacheFolder(), 'checkpoints'));
  const artefacts = await filesIn(join(cacheFolder(), 'artefacts'));
  return [
    ...leftBehind([...cells, ...artefacts]),
    ...(await cellsOfOtherCode(cells, codes)),
    ...checkpointsOfOtherCode(checkpoints, codes),
    ...(await orphans(artefacts)),
  ];
}

function leftBehind(files: readonly SizedFile[]): StaleFile[] {
  const isOld = ({ modifiedMs }: SizedFile) => Date.now() - modifiedMs > leftBehindMs;
  return files
    .filter((file) => /\.(tmp|lock)$/.test(file.path) && isOld(file))
    .map((file) => ({ ...file, why: 'left behind' }));
}

/** The source of a cell ends with the hash of its code; see `openStorage`. */
async function cellsOfOtherCode(
  files: readonly SizedFile[],
  codes: ReadonlySet<string>,
): Promise<StaleFile[]> {
  const stale: StaleFile[] = [];
  for (const file of files.filter(({ path }) => path.endsWith('.json'))) {
    const text = await readFile(file.path, 'utf8').catch(() => '');
    const code = /"source":"[^"]* ([0-9a-f]{64})"/.exec(text)?.[1];
    if (code === undefined || !codes.has(code)) stale.push({ ...file, why: 'cell of other code' });
  }
  return stale;
}

/** `checkpoints/<address>/<first 12 digits of the code>-<commit>/...`. */
function checkpointsOfOtherCode(
  files: readonly SizedFile[],
  codes: ReadonlySet<string>,
): StaleFile[] {
  const known = new Set([...codes].map((code) => code.slice(0, 12)));
  return files
    .filter(({ path }) => {
      const [, code = ''] = relative(join(cacheFolder(), 'checkpoints'), path).split(sep);
      // An artefact of any paper may have been in the making: its address tells no code.
      return /^[0-9a-f]{12}-/.test(code) && !known.has(code.slice(0, 12));
    })
    .map((file) => ({ ...file, why: 'checkpoint of other code' }));
}

/** Tensors are named by their hash, which the artefact's JSON file has. */
async function orphans(files: readonly SizedFile[]): Promise<StaleFile[]> {
  const used = new Set<string>();
  for (const { path } of files.filter((file) => file.path.endsWith('.json'))) {
    const text = await readFile(path, 'utf8').catch(() => '');
    const hash = /"tensorsSha256":"([0-9a-f]{16})/.exec(text)?.[1];
    if (hash !== undefined) used.add(`${basename(path, '.json')}-${hash}.safetensors`);
  }
  return files
    .filter(({ path }) => path.endsWith('.safetensors') && !used.has(basename(path)))
    .map((file) => ({ ...file, why: 'orphan' }));
}
