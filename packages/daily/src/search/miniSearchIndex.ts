import type { SearchIndex } from './searchIndex.ts';
import type { Workbench } from './workbench.ts';

/** Changes are written at most so often. */
const saveMs = 30_000;

/**
 * The search index with MiniSearch, for up to about 30,000 papers: in memory, kept in one file.
 *
 * @param folder - Where the file lies; made when it is written.
 */
export async function openMiniSearchIndex(
  workbench: Workbench,
  folder: string,
): Promise<SearchIndex> {
  await workbench.openShelf(folder);
  let timer: NodeJS.Timeout | undefined;
  const saveSoon = (): void => {
    // A file that could not be written is written at the next change or at the end.
    timer ??= setTimeout(() => {
      timer = undefined;
      workbench.save(null).catch(() => undefined);
    }, saveMs).unref();
  };
  return {
    upsert: async (papers, changeSeq) => {
      await workbench.upsert({ subject: papers, changeSeq });
      saveSoon();
    },
    remove: async (ids, changeSeq) => {
      await workbench.remove({ subject: ids, changeSeq });
      saveSoon();
    },
    search: workbench.search,
    rebuild: async (batches, mark) => {
      await workbench.beginRebuild(mark);
      for await (const papers of batches) await workbench.addToRebuild(papers);
      await workbench.endRebuild(null);
    },
    status: async () => workbench.status(null),
    close: async () => {
      clearTimeout(timer);
      await workbench.save(null);
    },
  };
}
