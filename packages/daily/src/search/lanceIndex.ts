/**
 * Search with LanceDB, for large catalogues: tables on disk, of which `current.json` names the one in use. A
 * rebuild writes another table and then names that.
 */
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type * as Lance from '@lancedb/lancedb';
import { z } from 'zod';
import { readJson, writeJson } from './keptFile.ts';
import { toRow } from './lanceRow.ts';
import { quote } from './lanceFilter.ts';
import { loadLance } from './lanceLibrary.ts';
import { searchLance } from './lanceSearch.ts';
import type { IndexedPaper, IndexMark, SearchIndex } from './searchIndex.ts';

const currentSchema = z.object({
  table: z.string(),
  papers: z.number(),
  changeSeq: z.number(),
  vectors: z
    .object({ name: z.string(), version: z.string(), dimension: z.int().positive() })
    .nullable(),
});

/** What `current.json` says. */
interface Current extends IndexMark {
  readonly table: string;
  readonly papers: number;
}

/** Vectors are indexed from so many papers on; below, all are compared. */
const leastForVectorIndex = 50_000;

/** Another process may still read what was replaced. */
const keptVersionsMs = 10 * 60_000;

/**
 * The search index with LanceDB.
 *
 * @param folder - Where its tables lie; made if it is not there.
 * @param load - How to load the library.
 * @throws {ConfigError} If LanceDB is not installed.
 */
export async function openLanceIndex(
  folder: string,
  load?: () => Promise<unknown>,
): Promise<SearchIndex> {
  const lance = await loadLance(load);
  const connection = await lance.connect(join(folder, 'lancedb'));
  const file = join(folder, 'lancedb.json');
  let { current, table } = await openCurrent(connection, file);
  const known = new Set<string>();

  const settle = async (changes: Partial<Current>): Promise<void> => {
    const papers = (await table?.countRows()) ?? 0;
    current = { ...current, papers, ...changes };
    await writeJson(file, current);
  };
  const tidy = async (): Promise<void> => {
    await table?.optimize({ cleanupOlderThan: new Date(Date.now() - keptVersionsMs) });
  };
  return {
    upsert: async (papers, changeSeq) => {
      if (papers.length > 0) {
        if (table === null) {
          const name = `papers-${randomUUID()}`;
          table = await createTable(connection, name, { papers, vectors: current.vectors });
          await indexTable(lance, table, current);
          current = { ...current, table: name };
        } else {
          const rows = papers.map((paper) => toRow(paper, current.vectors));
          const merge = table.mergeInsert('id').whenMatchedUpdateAll().whenNotMatchedInsertAll();
          await merge.execute(rows);
          await tidy();
        }
      }
      await settle({ changeSeq });
    },
    remove: async (ids, changeSeq) => {
      if (ids.length > 0) await table?.delete(`id IN (${ids.map(quote).join(', ')})`);
      await settle({ changeSeq });
    },
    search: async (query) => searchLance({ lance, table, known }, query),
    rebuild: async (batches, mark) => {
      const name = `papers-${randomUUID()}`;
      let next: Lance.Table | null = null;
      for await (const papers of batches) {
        if (papers.length === 0) continue;
        if (next === null) {
          next = await createTable(connection, name, { papers, vectors: mark.vectors });
        } else await next.add(papers.map((paper) => toRow(paper, mark.vectors)));
      }
      if (next !== null) await indexTable(lance, next, mark);
      const old = current.table;
      table = next;
      known.clear();
      await settle({ ...mark, table: name });
      // Left over if somebody still reads it; the next start removes it.
      if (old !== '') await connection.dropTable(old).catch(() => undefined);
    },
    status: async () => {
      const { changeSeq, vectors, papers } = current;
      return { library: 'lancedb', changeSeq, vectors, papers };
    },
    close: async () => {
      table?.close();
      connection.close();
    },
  };
}

/** The table in use, if it is what `current.json` says and answers; else none, to be built anew. */
async function openCurrent(
  connection: Lance.Connection,
  file: string,
): Promise<{ current: Current; table: Lance.Table | null }> {
  const none: Current = { table: '', papers: 0, changeSeq: 0, vectors: null };
  const parsed = currentSchema.safeParse(await readJson(file));
  const names = await connection.tableNames();
  const kept = parsed.success && names.includes(parsed.data.table) ? parsed.data : undefined;
  for (const name of names) {
    if (name !== kept?.table) await connection.dropTable(name).catch(() => undefined);
  }
  if (kept === undefined) return { current: none, table: null };
  try {
    const table = await connection.openTable(kept.table);
    const rows = await table.countRows();
    await table.query().fullTextSearch('probe', { columns: 'content' }).limit(1).toArray();
    if (rows === kept.papers) return { current: kept, table };
  } catch {
    // A table that does not open is of no use, whatever the reason: it is a cache.
  }
  await rm(file, { force: true });
  return { current: none, table: null };
}

async function createTable(
  connection: Lance.Connection,
  name: string,
  { papers, vectors }: { papers: readonly IndexedPaper[]; vectors: IndexMark['vectors'] },
): Promise<Lance.Table> {
  return connection.createTable(
    name,
    papers.map((paper) => toRow(paper, vectors)),
  );
}

async function indexTable(lance: typeof Lance, table: Lance.Table, { vectors }: IndexMark) {
  const { Index } = lance;
  // Positions are left out: with them, optimising is reported to crash.
  const text = { withPosition: false, lowercase: true, asciiFolding: true } as const;
  await table.createIndex('content', {
    config: Index.fts({ ...text, language: 'English', stem: true, removeStopWords: true }),
  });
  await table.createIndex('title', {
    config: Index.fts({
      ...text,
      baseTokenizer: 'ngram',
      ngramMinLength: 3,
      ngramMaxLength: 4,
      prefixOnly: true,
      stem: false,
      removeStopWords: false,
    }),
  });
  await table.createIndex('id', { config: Index.btree() });
  await table.createIndex('day', { config: Index.btree() });
  await table.createIndex('family', { config: Index.bitmap() });
  if (vectors !== null && (await table.countRows()) >= leastForVectorIndex) {
    await table.createIndex('vector', { config: Index.ivfPq({ distanceType: 'cosine' }) });
  }
}
