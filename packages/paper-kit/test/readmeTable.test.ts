import { describe, expect, it } from 'vitest';
import type { Result } from '../src/index.ts';
import { duration, fillReadme, generateReadmeTable } from '../src/node.ts';
import { storedProvenance } from './storedProvenance.ts';
import { methods, paper } from './toyExperiment.ts';

const result: Result = {
  schema: 1,
  paper: 'toy-paper',
  preset: 'standard',
  config: {},
  seed: 3,
  isComplete: true,
  rows: [],
  verdicts: {
    c1: { outcome: 'holds', measured: 'mean 2.1', value: 2.1, interval: [1.98765, 2.2], rule: 'x' },
    c2: { outcome: 'not measured', measured: 'no\nroom', rule: 'x' },
  },
  figures: [],
  provenance: {
    ...storedProvenance,
    isDirty: true,
    command: 'npx wp run toy-paper --preset standard --seed 3',
  },
};

it('puts claims beside measurements and says where they come from', () => {
  expect(generateReadmeTable(paper, result)).toMatchInlineSnapshot(`
    "| | claim | paper's figure | ours | 95 % interval | verdict |
    | --- | --- | --- | --- | --- | --- |
    | c1 | The mean is below 3 \\| or so. | 2.0 | mean 2.1 | [1.988, 2.2] | holds |
    | c2 | Needs more. | 0.1 | no room |  | not measured |

    Preset standard, seed 3, measured on 2026-11-23 in 16 min on Abacus, 2 threads (node-cpu) at commit 0123456789ab with local changes: \`npx wp run toy-paper --preset standard --seed 3\`."
  `);
});

it('says what was spent on tuning each method', () => {
  const lines = generateReadmeTable(paper, { ...result, methods }).split('\n');
  expect(lines.filter((line) => /trial|tuned/.test(line))).toEqual([
    '| method | role | tuned with | what |',
    '| ours | method | 4 trials | rate |',
    '| theirs | baseline | 5 trials | rate and decay |',
  ]);
});

describe('fillReadme', () => {
  const readme = '# Toy\n\n<!-- results:begin -->\nold\n<!-- results:end -->\n\nEnd.\n';

  it('replaces what is between the markers and nothing else', () => {
    const filled = fillReadme(readme, 'TABLE', 'README.md');
    expect(filled).toMatchInlineSnapshot(`
      "# Toy

      <!-- results:begin -->

      <!-- prettier-ignore-start -->

      TABLE

      <!-- prettier-ignore-end -->

      <!-- results:end -->

      End.
      "
    `);
    expect(fillReadme(filled, 'TABLE', 'README.md')).toBe(filled);
  });

  it.each(['no markers', '<!-- results:end --> <!-- results:begin -->', readme + readme])(
    'names the file whose markers are missing, turned round or twice there: %j',
    (text) => {
      expect(() => fillReadme(text, 'TABLE', 'papers/toy/README.md')).toThrow(
        'papers/toy/README.md: expected one <!-- results:begin --> and one <!-- results:end --> after it',
      );
    },
  );
});

it('duration keeps two or three digits', () => {
  const texts = ['0.4 s', '10 s', '99 s', '2 min', '100 min', '2.5 h'];
  expect([0.4, 10, 99, 101, 5999, 9000].map(duration)).toEqual(texts);
});
