/** What search computes beside the pages: the index of MiniSearch, vectors, recommendations. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { judge, type TasteExamples, type TasteJudgement } from '../recommend/taste.ts';
import {
  embedText,
  fitCorpusModel,
  parseModel,
  serialiseModel,
  type CorpusModel,
} from './corpusModel.ts';
import { readJson, writeJson } from './keptFile.ts';
import { MiniSearchShelf } from './miniSearchShelf.ts';
import { measureGain, type Gain } from './retrieval.ts';
import type {
  IndexAnswer,
  IndexedPaper,
  IndexMark,
  IndexQuery,
  IndexStatus,
  SearchPaper,
  VectorKind,
} from './searchIndex.ts';

/** Calls that go to the thread, by name, each with one argument. */
export interface Workbench {
  readonly openShelf: (folder: string) => Promise<void>;
  readonly upsert: (input: Change<readonly IndexedPaper[]>) => Promise<void>;
  readonly remove: (input: Change<readonly string[]>) => Promise<void>;
  readonly search: (query: IndexQuery) => Promise<IndexAnswer>;
  readonly status: (input: null) => Promise<IndexStatus>;
  readonly beginRebuild: (mark: IndexMark) => Promise<void>;
  readonly addToRebuild: (papers: readonly IndexedPaper[]) => Promise<void>;
  readonly endRebuild: (input: null) => Promise<void>;
  readonly save: (input: null) => Promise<void>;
  /** Reads the model of a folder; null if there is none. */
  readonly loadModel: (folder: string) => Promise<KeptModel | null>;
  /** Fits a model, keeps it in the folder and measures what it brings. Takes a core for long. */
  readonly fitModel: (input: {
    readonly folder: string;
    readonly papers: readonly Pick<SearchPaper, 'id' | 'title' | 'text'>[];
    readonly fittedAt: string;
  }) => Promise<KeptModel | null>;
  /** Vectors of texts by the model that was loaded last. */
  readonly embed: (texts: readonly string[]) => Promise<Float32Array[]>;
  readonly judge: (input: {
    readonly examples: TasteExamples;
    readonly papers: readonly { readonly id: string; readonly text: string }[];
  }) => Promise<TasteJudgement[]>;
}

interface Change<Subject> {
  readonly subject: Subject;
  readonly changeSeq: number;
}

/** A model that lies in a folder, and what it brings to the ranking. */
export interface KeptModel {
  readonly kind: VectorKind;
  readonly gain: Gain;
  /** When it was fitted, ISO 8601, and to how many papers. */
  readonly fittedAt: string;
  readonly papers: number;
}

/** The names of all calls. */
export const workbenchCalls = [
  'openShelf',
  'upsert',
  'remove',
  'search',
  'status',
  'beginRebuild',
  'addToRebuild',
  'endRebuild',
  'save',
  'loadModel',
  'fitModel',
  'embed',
  'judge',
] as const satisfies readonly (keyof Workbench)[];

/** A workbench in the calling thread. */
export function makeWorkbench(): Workbench {
  let shelf: MiniSearchShelf | undefined;
  let model: CorpusModel | null = null;
  const opened = () => {
    if (shelf === undefined) throw new Error('internal: no shelf is open');
    return shelf;
  };
  const loaded = () => {
    if (model === null) throw new Error('internal: no model is loaded');
    return model;
  };
  return {
    openShelf: async (folder) => {
      shelf = await MiniSearchShelf.open(join(folder, 'minisearch.json'));
    },
    upsert: async ({ subject, changeSeq }) => opened().upsert(subject, changeSeq),
    remove: async ({ subject, changeSeq }) => opened().remove(subject, changeSeq),
    search: async (query) => opened().search(query),
    status: async () => opened().status(),
    beginRebuild: async (mark) => opened().beginRebuild(mark),
    addToRebuild: async (papers) => opened().addToRebuild(papers),
    endRebuild: async () => opened().endRebuild(),
    save: async () => opened().save(),
    loadModel: async (folder) => {
      const kept = await readModel(folder);
      model = kept?.model ?? null;
      if (kept === null) return null;
      const { gain, fittedAt, papers } = kept;
      return { kind: kept.model.kind, gain, fittedAt, papers };
    },
    fitModel: async ({ folder, papers, fittedAt }) => {
      const fitted = fitCorpusModel(papers.map(({ title, text }) => `${title}\n${text}`));
      if (fitted === null) {
        await rm(modelFile(folder), { force: true });
        return null;
      }
      const gain = await measureGain(papers, async (texts) =>
        texts.map((text) => embedText(text, fitted)),
      );
      const facts = { gain, fittedAt, papers: papers.length };
      await writeJson(modelFile(folder), { ...facts, model: serialiseModel(fitted) });
      return { kind: fitted.kind, ...facts };
    },
    embed: async (texts) => texts.map((text) => embedText(text, loaded())),
    judge: async ({ examples, papers }) => judge(examples, papers, loaded()),
  };
}

function modelFile(folder: string): string {
  return join(folder, 'corpus-svd.json');
}

const keptSchema = z.object({
  gain: z.object({ queries: z.number(), words: z.number(), fused: z.number() }),
  fittedAt: z.iso.datetime(),
  papers: z.number(),
  model: z.unknown(),
});

async function readModel(folder: string) {
  const kept = keptSchema.safeParse(await readJson(modelFile(folder)));
  if (!kept.success) return null;
  const { gain, fittedAt, papers } = kept.data;
  const model = parseModel(kept.data.model);
  return model === null ? null : { model, gain, fittedAt, papers };
}
