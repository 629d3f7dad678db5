import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startScript } from './runScript.ts';
import { temporaryFolder } from './temporaryFolder.ts';

const bin = (name: string): string => fileURLToPath(new URL(`../${name}.js`, import.meta.url));

/** A port that another program has. */
async function takenPort(host: string): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : expect.fail('no port');
}

describe('npm start', () => {
  const start = (...args: string[]) => startScript([bin('start'), ...args]).ended;

  it.each(['127.0.0.1', '0.0.0.0'])('refuses a port that is taken on %s', async (host) => {
    const port = await takenPort(host);
    expect(await start('--port', String(port))).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: `npm start: port ${port} is in use; stop the program that has it, or choose another with npm start -- --port ${port + 1}\n`,
    });
  });

  it('refuses what it does not understand, in one line', async () => {
    const calls = [
      ['--prot', '1'],
      ['--port', '80x'],
      ['--port', '65536'],
      ['--host', '192.0.2.1'],
      ['now'],
    ];
    const results = await Promise.all(calls.map((args) => start(...args)));
    expect(results.map(({ exitCode }) => exitCode)).toEqual(calls.map(() => 2));
    expect(results.map(({ stderr }) => stderr)).toMatchInlineSnapshot(`
      [
        "npm start: unknown option '--prot'; the options are --port N, --host H, --data DIR and --help
      ",
        "npm start: port 80x is not a number from 0 to 65535; name one with -- --port N
      ",
        "npm start: port 65536 is not a number from 0 to 65535; name one with -- --port N
      ",
        "npm start: cannot listen on 192.0.2.1 (EADDRNOTAVAIL); name an address of this machine with -- --host H
      ",
        "npm start: unexpected argument 'now'; the options are --port N, --host H, --data DIR and --help
      ",
      ]
    `);
  });

  it('refuses a data folder that it cannot use', async () => {
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    const { exitCode, stderr } = await start('--port', '0', '--data', file);
    expect(exitCode).toBe(2);
    expect(stderr).toBe(
      `npm start: the data folder ${file} cannot be used: it is not a folder; make it writable or choose another with -- --data DIR\n`,
    );
  });
});

it.each(['wp', 'start', 'test', 'check'])(
  '%s says which Node it needs on an old one',
  async (name) => {
    const old =
      'data:text/javascript,Object.defineProperty(process, "versions", { value: { node: "20.18.3" } })';
    expect(await startScript(['--import', old, bin(name)]).ended).toEqual({
      exitCode: 2,
      stdout: '',
      stderr:
        'Working Papers needs Node 20.19 or newer and this is 20.18.3; install a current version from https://nodejs.org and run the same command again.\n',
    });
  },
);

it('npm run check refuses an unknown option', async () => {
  const { exitCode, stderr } = await startScript([bin('check'), '--fix']).ended;
  expect(exitCode).toBe(2);
  expect(stderr).toBe('npm run check: unknown option --fix; the only one is --no-tests\n');
});

it('npm test ends with its counts when it fails before any test', async () => {
  const { exitCode, stdout, stderr } = await startScript([bin('test'), '--watch']).ended;
  expect(exitCode).toBe(2);
  expect(stderr).toBe(
    'npm test: unknown option --watch; give parts of file names, --strict, --all, --turns\n',
  );
  expect(stdout).toBe('0 passed, 1 failed, 0 skipped\n');
});
