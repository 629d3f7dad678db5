import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLanceIndex } from '../src/search/lanceIndex.ts';
import { openMiniSearchIndex } from '../src/search/miniSearchIndex.ts';
import type { SearchIndex } from '../src/search/searchIndex.ts';
import { makeWorkbench } from '../src/search/workbench.ts';
import { fillIndex, ownPapers, scoresOf, titleQueries } from '../test/search/retrievalSample.ts';

/** Opens the index of a library in a folder. */
export type OpenIndex = (folder: string) => Promise<SearchIndex>;

/** The libraries by the name that the setting has. */
export const libraries: Readonly<Record<'minisearch' | 'lancedb', OpenIndex>> = {
  minisearch: (folder) => openMiniSearchIndex(makeWorkbench(), folder),
  lancedb: (folder) => openLanceIndex(folder),
};

/** Prints how well each library finds our own papers, with vectors and without. */
export async function benchRetrieval(): Promise<void> {
  const own = await ownPapers();
  const tasks = [
    { name: `${own.queries.length} stored queries`, ...own },
    { name: `${own.papers.length} titles against texts`, ...titleQueries(own.papers) },
  ];
  console.log(`library     queries                     vectors  recall@1  recall@10  MRR`);
  for (const [library, open] of Object.entries(libraries)) {
    for (const { name, papers, queries } of tasks) {
      await withIndex(open, async (index) => {
        const model = await fillIndex(index, papers);
        for (const dense of [null, model]) {
          const { recallAt1, recallAt10, mrr } = await scoresOf(index, queries, dense);
          const numbers = [recallAt1, recallAt10, mrr].map((value) => value.toFixed(3));
          const [first, tenth, mean] = numbers;
          console.log(
            `${library.padEnd(11)} ${name.padEnd(27)} ${(dense === null ? 'no' : `${model.kind.dimension}`).padEnd(8)} ${first?.padEnd(9)} ${tenth?.padEnd(10)} ${mean}`,
          );
        }
      });
    }
  }
}

/** An index in a folder that is removed afterwards. */
export async function withIndex(
  open: OpenIndex,
  work: (index: SearchIndex, folder: string) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'wp-bench-search-'));
  const index = await open(folder);
  try {
    await work(index, folder);
  } finally {
    await index.close();
    await rm(folder, { recursive: true, force: true });
  }
}
