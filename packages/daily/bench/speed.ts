import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import process from 'node:process';
import { keyOf, uniformStream } from '@working-papers/grad';
import { denseWeight } from '../src/search/retrieval.ts';
import type { IndexQuery, IndexedPaper, SearchIndex } from '../src/search/searchIndex.ts';
import { withIndex, type OpenIndex } from './retrieval.ts';
import { syntheticPaper, syntheticVectors, syntheticWord, zipfRanks } from './syntheticPapers.ts';

const seed = 1;
const batch = 500;

/** Prints what a library takes on a synthetic catalogue: to build, in memory, on disk, per query. */
export async function benchSpeed(
  open: OpenIndex,
  { papers, rounds }: { readonly papers: number; readonly rounds: number },
): Promise<void> {
  await withIndex(open, async (index, folder) => {
    const start = performance.now();
    await index.rebuild(catalogue(papers), { changeSeq: papers, vectors: syntheticVectors });
    const seconds = (performance.now() - start) / 1000;
    const megabytes = process.memoryUsage().rss / 1e6;
    console.log(`${papers} papers: built in ${seconds.toFixed(1)} s`);
    console.log(
      `resident ${megabytes.toFixed(0)} MB, on disk ${(await sizeOf(folder)).toFixed(0)} MB`,
    );
    console.log(`queries                         p50 ms   p95 ms   (${rounds} each)`);
    for (const [name, make] of Object.entries(kinds)) await report(index, { name, make, rounds });
  });
}

async function* catalogue(papers: number): AsyncGenerator<readonly IndexedPaper[]> {
  for (let from = 0; from < papers; from += batch) {
    const length = Math.min(batch, papers - from);
    yield Array.from({ length }, (_, i) => syntheticPaper(from + i, seed));
  }
}

const everything: IndexQuery = {
  any: [],
  all: [],
  none: [],
  prefix: null,
  filters: {},
  dense: null,
  limit: 200,
};

type Make = (random: () => number) => Partial<IndexQuery>;

const between = (random: () => number, low: number, high: number) =>
  syntheticWord(low + Math.floor(random() * (high - low)));
const vectorOf = (random: () => number) => {
  const vector = Float32Array.from({ length: syntheticVectors.dimension }, () => random() - 0.5);
  const length = Math.hypot(...vector);
  return { vector: vector.map((value) => value / length), weight: denseWeight };
};
const mixed: Make = (random) => {
  const rank = zipfRanks(random);
  return { any: Array.from({ length: 5 }, () => syntheticWord(rank())) };
};

/** Kinds of queries, each with the words that make it slow or quick. */
const kinds: Readonly<Record<string, Make>> = {
  'two rare words': (random) => ({ any: [1, 2].map(() => between(random, 5000, 50_000)) }),
  'two frequent words': (random) => ({ any: [1, 2].map(() => between(random, 5, 50)) }),
  'five words of any kind': mixed,
  'five words and a vector': (random) => ({ ...mixed(random), dense: vectorOf(random) }),
  'the same, filtered': (random) => ({
    ...mixed(random),
    dense: vectorOf(random),
    filters: { from: '2020-01-01', category: 'cs.LG' },
  }),
  'a word being typed': (random) => ({
    any: [between(random, 5, 500)],
    prefix: between(random, 500, 20_000).slice(0, 4),
  }),
  'a misspelt word': (random) => ({
    any: [between(random, 50, 500), `${between(random, 500, 5000).slice(0, -1)}qx`],
  }),
  'filters alone': () => ({ filters: { runsHere: true } }),
};

async function report(
  index: SearchIndex,
  { name, make, rounds }: { readonly name: string; readonly make: Make; readonly rounds: number },
): Promise<void> {
  const random = uniformStream(keyOf(seed));
  const times: number[] = [];
  for (let i = 0; i < rounds + 5; i++) {
    const start = performance.now();
    await index.search({
      ...everything,
      ...make(random),
    });
    if (i >= 5) times.push(performance.now() - start);
  }
  times.sort((one, other) => one - other);
  const quantile = (share: number) => times[Math.ceil(share * times.length) - 1]?.toFixed(1) ?? '';
  console.log(`${name.padEnd(31)} ${quantile(0.5).padEnd(8)} ${quantile(0.95)}`);
}

async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const sizes = await Promise.all(
    files.map(async (entry) => (await stat(join(entry.parentPath, entry.name))).size),
  );
  return sizes.reduce((sum, size) => sum + size, 0) / 1e6;
}
