import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readResult, readResults, writeResult, type UndrawnResult } from '../src/node.ts';
import { storedProvenance } from './storedProvenance.ts';
import { ramp, swatches } from './tinyFigures.ts';

const result: UndrawnResult = {
  schema: 1,
  paper: 'toy-paper',
  preset: 'quick',
  config: { n: 3, rows: [] },
  seed: 0,
  isComplete: true,
  rows: [
    { i: 0, note: '$& "quoted"', isLast: false },
    { i: 1.5e-300, note: null, isLast: true },
  ],
  verdicts: {
    c1: { outcome: 'holds', measured: '2 rows', value: 2, interval: [1, 3], rule: 'any row' },
    c2: { outcome: 'not measured', measured: 'quick leaves it out', rule: 'error below 0.1' },
  },
  provenance: storedProvenance,
};

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wp-results-'));
});
afterEach(() => rm(folder, { recursive: true }));

const files = async () => (await readdir(folder, { recursive: true })).sort();

describe('writeResult', () => {
  it('writes what readResult reads, figures beside it, and nothing else', async () => {
    const written = await writeResult(folder, result, [swatches, ramp]);
    expect(written.figures.map(({ file }) => file)).toEqual([
      'figures/quick-error-by-n.svg',
      'figures/quick-heat.svg',
    ]);
    expect(await readResult(join(folder, 'quick.json'))).toEqual(written);
    expect(await files()).toEqual([
      'figures',
      ...written.figures.map(({ file }) => file),
      'quick.json',
    ]);
  });

  it('puts each row on a line', async () => {
    await writeResult(folder, result, []);
    const lines = (await readFile(join(folder, 'quick.json'), 'utf8')).split('\n');
    expect(lines).toContain('    {"i":0,"note":"$& \\"quoted\\"","isLast":false},');
  });

  it('replaces an earlier result of the preset with its figures, and leaves other files alone', async () => {
    await writeResult(folder, { ...result, preset: 'standard' }, [ramp]);
    await writeResult(folder, result, [swatches, ramp]);
    await writeFile(join(folder, 'figures', 'quick-mine.svg'), 'mine');
    await writeResult(folder, { ...result, seed: 1 }, [ramp]);
    expect(await files()).toEqual([
      'figures',
      'figures/quick-heat.svg',
      'figures/quick-mine.svg',
      'figures/standard-heat.svg',
      'quick.json',
      'standard.json',
    ]);
    expect((await readResults(folder)).map(({ preset, seed }) => [preset, seed])).toEqual([
      ['quick', 1],
      ['standard', 0],
    ]);
  });

  it('leaves nothing behind and the earlier result as it was if one file cannot be written', async () => {
    const before = await writeResult(folder, result, [ramp]);
    // A folder under the name of the second figure: the first could be written, the second not.
    await mkdir(join(folder, 'figures', 'quick-error-by-n.svg'));
    const listed = await files();
    const broken = writeResult(folder, { ...result, seed: 1 }, [swatches, ramp]);
    await expect(broken).rejects.toThrow(/quick-error-by-n\.svg.*: cannot be written \(E\w+\)/);
    expect(await files()).toEqual(listed);
    expect(await readResult(join(folder, 'quick.json'))).toEqual(before);
  });

  it('removes the folders it made if it fails', async () => {
    await mkdir(join(folder, 'quick.json'));
    await expect(writeResult(folder, result, [ramp])).rejects.toThrow(
      /cannot be written \(EISDIR\)/,
    );
    expect(await files()).toEqual(['quick.json']);
  });

  it('names a file where a folder should be', async () => {
    await writeFile(join(folder, 'occupied'), '');
    const broken = writeResult(join(folder, 'occupied', 'deep'), result, []);
    await expect(broken).rejects.toThrow(/cannot be written \(ENOTDIR\)/);
    expect(await files()).toEqual(['occupied']);
  });

  it('refuses a config that JSON cannot hold', async () => {
    for (const config of [{ n: Number.NaN }, { n: undefined }, new Float32Array(2)]) {
      await expect(writeResult(folder, { ...result, config }, [])).rejects.toThrow('config');
    }
    expect(await files()).toEqual([]);
  });

  it.skipIf(process.getuid?.() === 0)('names a folder that is read-only', async () => {
    await chmod(folder, 0o500);
    await expect(writeResult(folder, result, [])).rejects.toThrow('cannot be written (EACCES)');
    await chmod(folder, 0o700);
  });
});

describe('readResult', () => {
  const path = () => join(folder, 'quick.json');
  const reading = async (change: object) => {
    await writeFile(path(), JSON.stringify({ ...result, figures: [], ...change }));
    return readResult(path()).then(
      () => 'no error',
      (error: unknown) => String(error).replace(path(), 'quick.json'),
    );
  };

  it('names the field that is wrong', async () => {
    const { c1 } = result.verdicts;
    expect(await reading({})).toBe('no error');
    expect([
      await reading({ schema: 2 }),
      await reading({ preset: 'fast' }),
      await reading({ seed: -1 }),
      await reading({ rows: [{ i: 0 }, { i: [1] }] }),
      await reading({ verdicts: { c1: { ...c1, outcome: 'true' } } }),
      await reading({ verdicts: { c1: { ...c1, interval: [3, 1] } } }),
      await reading({
        figures: [{ name: 'x', title: 'x', alt: 'x', file: 'figures/../../x.svg' }],
      }),
      await reading({ provenance: { ...result.provenance, commit: 'main' } }),
      await reading({ mood: 'good' }),
    ]).toMatchInlineSnapshot(`
      [
        "CheckpointError: quick.json: schema: Invalid input: expected 1; record the result again",
        "CheckpointError: quick.json: preset: Invalid option: expected one of "quick"|"standard"|"full"; record the result again",
        "CheckpointError: quick.json: seed: Too small: expected number to be >=0; record the result again",
        "CheckpointError: quick.json: rows.1.i: expected text, a boolean, null or a finite number; record the result again",
        "CheckpointError: quick.json: verdicts.c1.outcome: Invalid option: expected one of "holds"|"partly"|"fails"|"not measured"|"untestable"; record the result again",
        "CheckpointError: quick.json: verdicts.c1.interval: the ends are not in order; record the result again",
        "CheckpointError: quick.json: figures.0.file: not figures/<name>.svg; record the result again",
        "CheckpointError: quick.json: provenance.commit: neither a commit nor "unknown"; record the result again",
        "CheckpointError: quick.json: the file: Unrecognized key: "mood"; record the result again",
      ]
    `);
  });

  it('names a file that is no JSON or does not exist', async () => {
    await writeFile(path(), '{"schema": 1,');
    await expect(readResult(path())).rejects.toThrow(`${path()}: not a JSON file`);
    await expect(readResult(join(folder, 'no.json'))).rejects.toThrow('cannot be read (ENOENT)');
  });

  it('finds no results where there is no folder', async () => {
    expect(await readResults(join(folder, 'nowhere'))).toEqual([]);
  });
});
