import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { startScript, type Script } from './runScript.ts';
import { temporaryFolder } from './temporaryFolder.ts';

/** Stands for npm: `ci` removes node_modules, waits, installs, and writes its list last. */
const fakeNpm = `
  const { appendFileSync, existsSync, mkdirSync, rmSync, writeFileSync } = require('node:fs');
  appendFileSync('calls.txt', process.argv.slice(2).join(' ') + '\\n');
  if (existsSync('refuse')) {
    console.error('npm error no network');
    process.exit(3);
  }
  rmSync('node_modules', { recursive: true, force: true });
  mkdirSync('node_modules/vite', { recursive: true });
  setTimeout(() => {
    writeFileSync('node_modules/vite/package.json', '{}');
    const packages = { 'node_modules/vite': { version: '8.0.0' } };
    writeFileSync('node_modules/.package-lock.json', JSON.stringify({ packages }));
  }, 300);
`;

/** A repository that needs one package, and a way to run `ensureInstalled` on it. */
function toyRepository(): { root: string; install: () => Script; calls: () => string[] } {
  const root = temporaryFolder();
  const packages = { '': {}, 'node_modules/vite': { version: '8.0.0' } };
  writeFileSync(join(root, 'package-lock.json'), JSON.stringify({ packages }));
  mkdirSync(join(root, 'npm'));
  writeFileSync(join(root, 'npm/npm-cli.js'), fakeNpm);
  writeFileSync(
    join(root, 'install.mjs'),
    `import { command } from ${JSON.stringify(new URL('../lib/command.js', import.meta.url).href)};
     import { ensureInstalled } from ${JSON.stringify(new URL('../lib/install.js', import.meta.url).href)};
     await command('toy', () => ensureInstalled(${JSON.stringify(root)}));`,
  );
  return {
    root,
    install: () =>
      startScript([join(root, 'install.mjs')], { npm_execpath: join(root, 'npm/npm-cli.js') }),
    calls: () =>
      existsSync(join(root, 'calls.txt'))
        ? readFileSync(join(root, 'calls.txt'), 'utf8').trim().split('\n')
        : [],
  };
}

describe('ensureInstalled', () => {
  it('installs once, with the tools that a production environment would leave out', async () => {
    const { install, calls } = toyRepository();
    const first = await install().ended;
    expect(first).toEqual({
      exitCode: 0,
      stdout: '',
      stderr: 'Installing the dependencies with npm ci ...\n',
    });
    expect(await install().ended).toEqual({ exitCode: 0, stdout: '', stderr: '' });
    expect(calls()).toEqual(['ci --include=dev']);
  });

  it('shares one installation between two commands at once', async () => {
    const { install, calls } = toyRepository();
    const results = await Promise.all([install().ended, install().ended, install().ended]);
    expect(results.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0]);
    expect(calls()).toHaveLength(1);
  });

  it('takes an installation by hand as it is', async () => {
    const { root, install, calls } = toyRepository();
    await install().ended;
    rmSync(join(root, 'node_modules/.working-papers'));
    await install().ended;
    expect(calls()).toHaveLength(1);
  });

  it('installs again after the lock file changed or a package went missing', async () => {
    const { root, install, calls } = toyRepository();
    await install().ended;
    rmSync(join(root, 'node_modules/vite'), { recursive: true });
    rmSync(join(root, 'node_modules/.working-papers'));
    await install().ended;
    expect(calls()).toHaveLength(2);
    const packages = { 'node_modules/vite': { version: '8.0.1' } };
    writeFileSync(join(root, 'package-lock.json'), JSON.stringify({ packages }));
    await install().ended;
    expect(calls()).toHaveLength(3);
  });

  it('repairs an installation that was killed', async () => {
    const { root, install, calls } = toyRepository();
    const killed = install();
    await vi.waitUntil(() => calls().length === 1, { timeout: 20_000 });
    const lock: unknown = JSON.parse(
      readFileSync(join(root, '.working-papers/install.lock'), 'utf8'),
    );
    const { pids } = lock as { pids: number[] };
    for (const pid of pids) process.kill(pid, 'SIGKILL');
    await killed.ended;
    expect(pids).toHaveLength(2);
    expect(existsSync(join(root, 'node_modules/.package-lock.json'))).toBe(false);

    expect((await install().ended).exitCode).toBe(0);
    expect(existsSync(join(root, 'node_modules/vite/package.json'))).toBe(true);
    expect(calls()).toHaveLength(2);
    expect(existsSync(join(root, '.working-papers/install.lock'))).toBe(false);
  });

  it('shows what npm says and ends with one line of its own', async () => {
    const { root, install } = toyRepository();
    writeFileSync(join(root, 'refuse'), '');
    const { exitCode, stderr } = await install().ended;
    expect(exitCode).toBe(1);
    expect(stderr).toBe(
      'Installing the dependencies with npm ci ...\n' +
        'npm error no network\n' +
        'toy: npm ci failed with exit code 3, for the reason that it states above; mend that and run the command again\n',
    );
  });
});
