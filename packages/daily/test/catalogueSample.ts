import { definePaper, type Paper, type Result, type Verdict } from '@working-papers/paper-kit';
import type { CatalogueEntry } from '../src/catalogue/catalogue.ts';

const summary =
  'A sentence that says what the paper is about. '.repeat(6) + '\n\nA second paragraph, shorter.';

/** A paper of no interest but for what is given. */
export function samplePaper(facts: Partial<Paper> & Pick<Paper, 'slug' | 'arxivId'>): Paper {
  return definePaper({
    title: `On ${facts.slug}`,
    authors: ['Ada Author', 'José Álvarez'],
    published: '2025-03-04',
    organizations: ['Some University'],
    family: 'diffusion',
    tags: ['first tag', 'second tag'],
    links: { code: 'https://example.org/code' },
    summary,
    claims: {
      c1: { statement: 'It is better.', figure: '2 times', setting: 'large' },
      c2: { statement: 'It is faster.', figure: 'a curve', setting: 'small' },
    },
    ...facts,
  });
}

/** A verdict of an outcome. */
export function sampleVerdict(outcome: Verdict['outcome'], more: Partial<Verdict> = {}): Verdict {
  return { outcome, measured: `it ${outcome}`, rule: 'a rule', ...more };
}

/** A recorded result of a paper. */
export function sampleResult(
  paper: string,
  facts: Partial<Result> & Pick<Result, 'preset' | 'verdicts'>,
): Result {
  return {
    schema: 1,
    paper,
    config: { steps: 10 },
    seed: 0,
    isComplete: true,
    rows: [
      { method: 'ours', step: 1, loss: 0.5 },
      { method: 'ours', step: 2, loss: null },
    ],
    figures: [],
    provenance: {
      commit: '0123456789abcdef0123456789abcdef01234567',
      isDirty: false,
      command: `npx wp run ${paper} --preset ${facts.preset}`,
      versions: { node: '20.19.0' },
      backend: 'node-cpu',
      platform: 'linux x64',
      cpu: 'Some CPU',
      threads: 2,
      wallSeconds: 12.5,
      peakMemoryBytes: 300_000_000,
      startedAt: '2026-01-02T03:04:05.000Z',
    },
    ...facts,
  };
}

/** An entry of the catalogue without results. */
export function sampleEntry(
  facts: Parameters<typeof samplePaper>[0],
  more: Partial<CatalogueEntry> = {},
): CatalogueEntry {
  return { paper: samplePaper(facts), results: [], isImplemented: false, ...more };
}
