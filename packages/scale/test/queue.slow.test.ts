import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { findPostgres, howToGetPostgres, startPostgres } from '../../../bin/lib/postgres.js';
import { enqueue, queueCrew, runElsewhere, work, type QueueCrewOptions } from '../src/index.ts';
import { endWorkers, startedWorker, type StartedWorker } from './startedWorker.ts';
import { followed, makeToyPlace, type ToyPlace } from './toyRun.ts';
import type { ToyWorkerOptions } from './toyWorker.ts';
import { toyExperiment, type ToyCell } from './toyWorkbench.ts';

const programs = findPostgres();
const needs = programs === undefined ? ` (needs a database: ${howToGetPostgres})` : '';

describe.skipIf(programs === undefined)(`a queue in PostgreSQL${needs}`, () => {
  let server: Awaited<ReturnType<typeof startPostgres>>;
  let place: ToyPlace;
  let source = '';
  let count = 0;
  beforeAll(async () => {
    server = await startPostgres(programs ?? '');
  });
  afterAll(() => server.remove());
  beforeEach(async () => {
    // Another version of the code for each test, so that none sees the cells of another.
    source = `source ${count++}`;
    place = await makeToyPlace(source);
  });
  afterEach(async () => {
    await endWorkers();
    await place.remove();
  });

  const start = (options: Partial<ToyWorkerOptions> = {}): StartedWorker =>
    startedWorker({ url: server.url, source, workbench: place.workbench(), ...options });

  const run = (cells: readonly Partial<ToyCell>[], options: Partial<QueueCrewOptions> = {}) =>
    runElsewhere(toyExperiment(cells), 'quick', {
      seed: 1,
      signal: new AbortController().signal,
      storage: place.storage(),
      machines: 'any',
      crew: queueCrew({
        url: server.url,
        commit: 'a'.repeat(40),
        leaseSeconds: 2,
        searchSeconds: 1,
        pollSeconds: 0.1,
        ...options,
      }),
      progressIntervalMs: 0,
    });

  const rowsOf = (cells: number) => Array.from({ length: 2 * cells }, (_, i) => Math.floor(i / 2));

  it('gives the rows of all cells in their order, whoever measured them', async () => {
    const cells = [{ ms: 300 }, {}, {}, { ms: 100 }, {}];
    const workers = [start({ idleSeconds: 2 }), start({ idleSeconds: 2 })];
    const { outcome } = await followed(run(cells));
    expect(outcome.rows.map(({ index }) => index)).toEqual(rowsOf(5));
    expect(outcome.isComplete).toBe(true);
    expect((await place.store.written()).toSorted()).toEqual(cells.map((_, i) => `toy ${i}`));
    // Nobody has to stop them: the queue was empty for idleSeconds.
    for (const { ended } of workers) expect(await ended).toEqual({ how: 0, stderr: '' });
  });

  it('loses and doubles no row when one of two workers is killed, 20 times', async () => {
    const nCells = 60;
    const cells = Array.from({ length: nCells }, () => ({ ms: 300 }));
    const outcome = followed(run(cells, { attempts: 20 })).then((all) => all.outcome);
    let workers = [start(), start()];
    const timesBegun = async (label: string) =>
      (await place.store.begun()).filter((each) => each === label).length;
    const interrupted: { label: string; begunBefore: number }[] = [];
    let nBefore = 0;
    while (interrupted.length < 20) {
      await sleep(20);
      const nWritten = (await place.store.written()).length;
      const victim = workers.find((worker) => worker.current() !== undefined);
      const label = /"(.*)"/.exec(victim?.current() ?? '')?.[1];
      // Only in the middle of a cell, and after another one was completed.
      if (!victim || label === undefined || nWritten === nBefore) continue;
      nBefore = nWritten;
      victim.signal('SIGKILL');
      expect((await victim.ended).how).toBe('SIGKILL');
      workers = [...workers.filter((worker) => worker !== victim), start()];
      // It may have come to the end of the cell just before.
      if ((await place.store.written()).includes(label)) continue;
      interrupted.push({ label, begunBefore: await timesBegun(label) });
    }
    const { rows, isComplete } = await outcome;
    expect(isComplete).toBe(true);
    expect(rows.map(({ index }) => index)).toEqual(rowsOf(nCells));
    for (const { label, begunBefore } of interrupted) {
      expect(await timesBegun(label), label).toBeGreaterThan(begunBefore);
    }
  });

  it('takes a cell from a worker that is silent, and bears that it lives', async () => {
    const [outcome, frozen] = [followed(run([{ ms: 1500 }])), start()];
    await frozen.says(({ kind }) => kind === 'begun');
    frozen.signal('SIGSTOP');
    const other = start();
    await other.says(({ kind }) => kind === 'begun');
    frozen.signal('SIGCONT');
    await frozen.says(({ kind }) => kind === 'lost' || kind === 'measured');
    expect((await outcome).outcome.rows.map(({ index }) => index)).toEqual([0, 0]);
  });

  it('gets a cell back from a worker that is asked to leave, at no attempt', async () => {
    const outcome = followed(run([{ ms: 1500 }], { attempts: 1 }));
    const first = start();
    await first.says(({ kind }) => kind === 'begun');
    first.signal('SIGTERM');
    expect(await first.ended).toEqual({ how: 0, stderr: '' });
    expect(first.lines.at(-1)).toEqual({
      kind: 'handed back',
      name: 'toy-paper: cell "toy 0"',
    });
    start();
    expect((await outcome).outcome.isComplete).toBe(true);
  });

  it('gives a cell up after its attempts, and says why the last one failed', async () => {
    start();
    const broken = followed(run([{}, { throws: true }], { attempts: 2 }));
    await expect(broken.catch(withoutMachine)).resolves.toMatchInlineSnapshot(
      `"CellError: toy-paper: cell "toy 1": given up after 2 attempts; the last: the toy is broken; mend it (host, process 1)"`,
    );
    const deadly = followed(run([{}, { deaths: 9 }], { attempts: 2 }));
    await expect(deadly.catch(withoutMachine)).resolves.toMatchInlineSnapshot(
      `"CellError: toy-paper: cell "toy 1": given up after 2 attempts; the last: its process was ended by SIGKILL (host, process 1)"`,
    );
    // Mended, the cell is tried again.
    const mended = await followed(run([{}, {}], { attempts: 2 }));
    expect(mended.outcome.rows.map(({ index }) => index)).toEqual(rowsOf(2));
  });

  it('keeps cells from a worker with other code, who says so', async () => {
    const old = start({ source: 'older source', commit: 'b'.repeat(40) });
    const outcome = followed(run([{}, {}]));
    const { notice } = await old.says((line) => line.notice?.includes(`"${source}"`) === true);
    expect(notice?.replace(source, 'source 1')).toMatchInlineSnapshot(
      `"refuses 2 cells of toy-paper: they are for commit aaaaaaaaaaaa, "source 1", and this worker has bbbbbbbbbbbb, "older source"; start one with their code and backend"`,
    );
    start();
    expect((await outcome).outcome.isComplete).toBe(true);
    expect(old.lines.filter(({ kind }) => kind !== undefined)).toEqual([]);
  });

  it('keeps the cells of a run that is stopped, for the same run later', async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const stopped = runElsewhere(toyExperiment([{}, {}]), 'quick', {
      seed: 1,
      signal,
      storage: place.storage(),
      crew: async (tasks) => {
        await enqueue(tasks, { url: server.url, commit: 'a'.repeat(40), signal });
        controller.abort();
      },
    });
    expect((await followed(stopped)).outcome).toMatchObject({ isComplete: false, rows: [] });
    const worker = start({ idleSeconds: 1 });
    expect((await worker.ended).how).toBe(0);
    expect((await followed(run([{}, {}]))).outcome.cells).toMatchObject([
      { isTakenOver: true },
      { isTakenOver: true },
    ]);
  });

  it('waits for a database that goes away, and says so', async () => {
    const notices: string[] = [];
    const onNotice = (notice: string) => void notices.push(hidePort(notice));
    const worker = start();
    const outcome = followed(run([{ ms: 200 }, { ms: 3000 }, {}], { onNotice, leaseSeconds: 10 }));
    await worker.says(({ kind }) => kind === 'measured');
    await server.halt();
    await sleep(1500);
    await server.start();
    expect((await outcome).outcome.rows.map(({ index }) => index)).toEqual(rowsOf(3));
    const told = worker.lines.map(({ notice = '' }) => hidePort(notice));
    for (const each of [notices, told]) {
      const [away, back] = each.filter((text) => text.startsWith('postgres:'));
      expect(away).toMatch(/^postgres:..host:5432.postgres: no answer \(.+\); trying again for up/);
      expect(back).toBe('postgres://host:5432/postgres: answers again');
    }
  });

  it('takes user and password from the environment, as psql does', async () => {
    const { username, password, host } = new URL(server.url);
    vi.stubEnv('PGUSER', username);
    vi.stubEnv('PGPASSWORD', decodeURIComponent(password));
    const worker = start({ url: `postgres://${host}/postgres`, idleSeconds: 0 });
    vi.unstubAllEnvs();
    expect(await worker.ended).toEqual({ how: 0, stderr: '' });
  });

  it.each([
    [
      (url: string) => url.replace(/:[^:@]*@/, ':wrong-secret@'),
      'ConfigError: postgres://host:5432/postgres: refuses user or password; check them in the address',
    ],
    [
      (url: string) => url.replace('/postgres', '/nothing'),
      'ConfigError: postgres://host:5432/nothing: has no such database; create it or correct the address',
    ],
    [
      (url: string) => `${url}?sslmode=verify-full`,
      'ConfigError: postgres://host:5432/postgres: no TLS connection (The server does not support SSL connections); check sslmode and sslrootcert in the address',
    ],
    [
      () => 'postgres://tester:wrong-secret@127.0.0.1:1/postgres',
      'ServiceError: postgres://host:5432/postgres: no answer for 0 s (ECONNREFUSED); check the address, the network and the server',
    ],
    [
      () => 'mysql://tester:wrong-secret@127.0.0.1/postgres',
      'ConfigError: queue: not the address of a database; expected postgres://user:password@host:5432/database',
    ],
  ])('says what is wrong, and repeats no secret: %#', async (change, expected) => {
    const signal = new AbortController().signal;
    const failed = work(change(server.url), {
      sourceOf: () => Promise.resolve(source),
      commit: 'a'.repeat(40),
      workbench: place.workbench(),
      patienceSeconds: 0,
      signal,
    });
    const message = await failed.then(
      () => 'no error',
      (error: unknown) => hidePort(String(error)),
    );
    expect(message).toBe(expected);
  });
});

const hidePort = (text: string) => text.replaceAll(/127\.0\.0\.1:\d+/g, 'host:5432');
const withoutMachine = (error: unknown) =>
  String(error).replace(/\([^()]*, process \d+\)/, '(host, process 1)');
