import type { Backend } from '@working-papers/grad';
import type { DataSource } from '@working-papers/data';
import {
  defineExperiment,
  definePaper,
  notMeasured,
  type Cell,
  type MethodEntry,
  type Row,
  type RunContext,
} from '../src/index.ts';

export const paper = definePaper({
  slug: 'toy-paper',
  title: 'A Toy',
  authors: ['Ada Lovelace'],
  arxivId: '2401.00001',
  published: '2024-01-01',
  organizations: [],
  family: 'diffusion',
  tags: ['toy'],
  links: {},
  summary: 'A paper that exists only here. '.repeat(8),
  claims: {
    c1: { statement: 'The mean is below 3 | or so.', figure: '2.0', setting: 'n = 3' },
    c2: { statement: 'Needs more.', figure: '0.1', setting: 'n = 10⁶' },
  },
});

/** A cell of the toy: n things to measure. */
export interface ToyCell extends Cell {
  readonly n: number;
  readonly seed: number;
}

type Run = (cell: ToyCell, context: RunContext) => AsyncGenerator<Row, void, void>;

/** What the toy compares. */
export const methods: readonly MethodEntry[] = [
  { method: 'ours', role: 'method', tuning: { trials: 4, what: 'rate' } },
  { method: 'theirs', role: 'baseline', tuning: { trials: 5, what: 'rate and decay' } },
];

/** An experiment of one cell that yields what `run` yields, with one rule that decides and one that cannot. */
export function toyExperiment(run: Run) {
  return cellsExperiment(({ n }, seed) => [{ label: 'all', cost: 1, n, seed }], run);
}

/** The same with the cells that `cells` makes of a preset and a seed. */
export function cellsExperiment(
  cells: (config: { n: number }, seed: number) => readonly ToyCell[],
  run: Run,
) {
  return defineExperiment({
    paper,
    presets: { quick: { n: 3 }, standard: { n: 30 } },
    methods,
    cells,
    run,
    verdicts: {
      c1: (rows) => ({
        outcome: 'holds',
        measured: `${rows.length} rows`,
        value: rows.length,
        interval: [0, 10],
        metric: 'rows',
        rule: 'any row',
      }),
      c2: () => notMeasured('error below 0.1', 'quick leaves it out'),
    },
    figures: () => [],
  });
}

/** Doubles of what an experiment gets from outside; the toys use neither. */
export const unused = {
  backend: {
    name: 'none',
    threads: 1,
    version: 'none 0',
    capabilities: { supports: () => true },
    createSession: () => Promise.reject(new Error('no sessions here')),
  } satisfies Backend,
  data: {
    images: () => Promise.reject(new Error('no data here')),
    text: () => Promise.reject(new Error('no data here')),
    wordVectors: () => Promise.reject(new Error('no data here')),
  } satisfies DataSource,
};
