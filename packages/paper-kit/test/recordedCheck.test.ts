import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { judge } from '../src/index.ts';
import { checkResults, currentReadme, writeResult, type UndrawnResult } from '../src/node.ts';
import { ramp } from './tinyFigures.ts';
import { storedProvenance } from './storedProvenance.ts';
import { methods, toyExperiment } from './toyExperiment.ts';

const toy = toyExperiment(async function* () {
  yield await Promise.resolve({ i: 0 });
});
const rows = [{ i: 0 }, { i: 1 }];
const result: UndrawnResult = {
  schema: 1,
  paper: 'toy-paper',
  preset: 'quick',
  config: { n: 3 },
  seed: 0,
  isComplete: true,
  rows,
  verdicts: judge(toy, rows, true),
  provenance: storedProvenance,
};

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wp-recorded-'));
});
afterEach(() => rm(folder, { recursive: true }));

const record = (change: Partial<UndrawnResult> = {}) =>
  writeResult(join(folder, 'results'), { ...result, ...change }, [ramp]);
const check = () => checkResults({ experiment: toy, folder });

it('has nothing to say where nothing is recorded or all is well', async () => {
  expect(await check()).toEqual([]);
  await record();
  expect(await check()).toEqual([]);
});

it('names what no longer follows from the code', async () => {
  const [ours, theirs] = methods;
  await record({
    paper: 'other',
    isComplete: false,
    config: { n: 4 },
    methods: [ours!, { ...theirs!, tuning: { trials: 9, what: 'more' } }],
    rows: [{ i: 0 }],
  });
  await rm(join(folder, 'results', 'figures', 'quick-heat.svg'));
  expect(await check()).toMatchInlineSnapshot(`
    [
      "results/quick.json: it is a result of other",
      "results/quick.json: the run was stopped; run "npx wp run toy-paper --record"",
      "results/quick.json: the preset has changed since; run "npx wp run toy-paper --record"",
      "results/quick.json: methods or their tuning have changed since; run "npx wp run toy-paper --record"",
      "results/quick.json: its rows give other verdicts now; run "npx wp run toy-paper --record"",
      "results/quick.json: figures/quick-heat.svg is missing; run "npx wp run toy-paper --record"",
    ]
  `);
});

it('takes another last digit for the same verdict, and another digit for another', async () => {
  const [c1, c2] = [result.verdicts['c1']!, result.verdicts['c2']!];
  await record({ verdicts: { c1: { ...c1, interval: [0, 10 + 1e-12] }, c2 } });
  expect(await check()).toEqual([]);
  await record({ verdicts: { c1: { ...c1, interval: [0, 10 + 1e-6] }, c2 } });
  expect(await check()).toEqual([
    expect.stringMatching(/^results\/quick.json: its rows give other verdicts now/),
  ]);
  await record({ verdicts: { c1 } });
  expect(await check()).toHaveLength(1);
});

it('compares the README with the costliest recorded preset', async () => {
  const path = join(folder, 'README.md');
  const readme = () => currentReadme({ experiment: toy, folder });
  expect(await readme()).toBeUndefined();
  await record();
  await record({ preset: 'standard', config: { n: 30 } });
  await writeFile(path, '# Toy\n\n<!-- results:begin -->\n<!-- results:end -->\n');
  const stale = await readme();
  expect(stale?.isCurrent).toBe(false);
  expect(stale?.text).toContain('Preset standard, seed 0');
  await writeFile(path, stale?.text ?? '');
  expect((await readme())?.isCurrent).toBe(true);
  await record({ preset: 'standard', config: { n: 30 }, seed: 1 });
  expect((await readme())?.isCurrent).toBe(false);
  expect(await readFile(path, 'utf8')).toBe(stale?.text);
});

it('keeps a zero of either sign as zero, which JSON does not tell apart', async () => {
  const signed = toyExperiment(async function* () {
    yield await Promise.resolve({ i: 0 });
  });
  const verdict = {
    outcome: 'holds',
    measured: '0',
    value: -0,
    interval: [-0, 0],
    rule: 'x',
  } as const;
  const experiment = { ...signed, verdicts: { ...signed.verdicts, c1: () => verdict } };
  await record({ verdicts: judge(experiment, rows, true) });
  expect(await checkResults({ experiment, folder })).toEqual([]);
});
