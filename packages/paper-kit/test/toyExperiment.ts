import type { Backend } from '@working-papers/grad';
import type { DataSource } from '@working-papers/data';
import {
  defineExperiment,
  definePaper,
  notMeasured,
  type RunContext,
  type Row,
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

/** An experiment that yields what `run` yields, with one rule that decides and one that cannot. */
export function toyExperiment(
  run: (config: { n: number }, context: RunContext) => AsyncGenerator<Row, void, void>,
) {
  return defineExperiment({
    paper,
    presets: { quick: { n: 3 }, standard: { n: 30 } },
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
  data: { images: () => Promise.reject(new Error('no data here')) } satisfies DataSource,
};
