/**
 * The papers of this repository, found by their folders: adding one means adding a folder. Needs a
 * file system; pages get their papers from the server.
 */
import { readdir, stat } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ConfigError } from '@working-papers/grad';
import type {
  Artefact,
  Cell,
  Demo,
  Experiment,
  Leaderboard,
  ModelExport,
  Paper,
} from '@working-papers/paper-kit';

/** A paper and where it lies. */
export interface CatalogueEntry {
  readonly paper: Paper;
  /** Its folder, with README, results and, in the repository, the sources. */
  readonly folder: string;
  /** Whether it runs here, that is, whether {@link loadPaper} has something to load. */
  readonly hasExperiment: boolean;
}

/** What the folder of a paper that runs here exports, beside the functions of its method. */
export interface PaperModule {
  readonly paper: Paper;
  readonly experiment: Experiment;
  readonly demo?: Demo;
  /** The shared artefacts that a cell will ask for, so that `wp prepare` can make them before. */
  readonly artefactsOf?: (cell: Cell) => readonly Artefact<unknown>[];
  /** What recorded rows say of methods that other papers of the family may measure too. */
  readonly leaderboard?: Leaderboard;
  /** Models for `wp export`, by name. */
  readonly exportedModels?: Readonly<Record<string, ModelExport>>;
}

/** Where modules and folders of papers lie. */
export interface PaperRoots {
  /** Holds `<slug>/paper.ts`, or `.js` if built. */
  readonly modules: string;
  /** Holds `<slug>/README.md` and `<slug>/results`. */
  readonly folders: string;
}

const extension = extname(import.meta.url);
const here = dirname(fileURLToPath(import.meta.url));

/** The papers beside this file; as built, in `dist`, their folders are one level up. */
const ownRoots: PaperRoots = { modules: here, folders: extension === '.ts' ? here : dirname(here) };

/**
 * Lists all papers, newest first; of the same day, the higher arXiv id first.
 *
 * @throws {ConfigError} If a paper's facts are malformed or its slug is not the name of its folder.
 */
export async function listPapers(roots: PaperRoots = ownRoots): Promise<CatalogueEntry[]> {
  const names = await readdir(roots.modules);
  const entries = await Promise.all(names.map((name) => readEntry(name, roots)));
  return entries
    .filter((entry) => entry !== undefined)
    .sort(
      ({ paper: a }, { paper: b }) =>
        compare(b.published, a.published) || compare(b.arxivId, a.arxivId),
    );
}

/**
 * Loads experiment and demo of a paper, and with them the engine.
 *
 * @param slug - Of an entry whose `hasExperiment` is true.
 * @throws {ConfigError} If the paper's `index.ts` exports no experiment.
 */
export async function loadPaper(slug: string, roots: PaperRoots = ownRoots): Promise<PaperModule> {
  const path = join(roots.modules, slug, `index${extension}`);
  const module: unknown = await import(pathToFileURL(path).href);
  if (!isPaperModule(module)) {
    throw new ConfigError(`paper ${slug}: ${path} does not export paper and experiment`);
  }
  return module;
}

async function readEntry(name: string, roots: PaperRoots): Promise<CatalogueEntry | undefined> {
  const path = join(roots.modules, name, `paper${extension}`);
  if (!(await exists(path))) return undefined;
  const module: unknown = await import(pathToFileURL(path).href);
  if (!hasPaper(module)) {
    throw new ConfigError(`paper ${name}: ${path} does not export paper`);
  }
  const { paper } = module;
  if (paper.slug !== name) {
    throw new ConfigError(`paper ${name}: slug is "${paper.slug}"; expected the folder's name`);
  }
  const hasExperiment = await exists(join(roots.modules, name, `index${extension}`));
  return { paper, folder: join(roots.folders, name), hasExperiment };
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

/**
 * The boundary between a file found by its name and types. What is inside was checked when the file
 * called `definePaper` and `defineExperiment`; here only that it is there.
 */
function isPaperModule(module: unknown): module is PaperModule {
  return hasPaper(module) && 'experiment' in module;
}

/** The same for a file that has facts only. */
function hasPaper(module: unknown): module is { readonly paper: Paper } {
  if (typeof module !== 'object' || module === null || !('paper' in module)) return false;
  const { paper } = module;
  return typeof paper === 'object' && paper !== null && 'slug' in paper;
}

/** By code unit, so that the order does not depend on the machine's language. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
