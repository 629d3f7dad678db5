import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runToEnd, startSite, temporaryFolder, type RunningSite } from './server.ts';

let folder: string;
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** The paper pages that a site serves. */
async function paperCount({ url }: RunningSite): Promise<number> {
  const html = await (await fetch(url)).text();
  return html.match(/<article/g)?.length ?? 0;
}

describe('a data folder', () => {
  it('opens again after a clean stop and after a kill, and is then served at once', async () => {
    const first = await startSite(folder);
    expect(await paperCount(first)).toBeGreaterThan(10);
    expect(await first.stop()).toBe(0);
    expect((await readdir(folder)).includes('lock')).toBe(false);

    const second = await startSite(folder);
    const exited = once(second.process, 'exit');
    second.process.kill('SIGKILL');
    await exited;

    const third = await startSite(folder);
    expect(await paperCount(third)).toBeGreaterThan(10);
    expect(await third.stop()).toBe(0);
  });

  it('is refused to a second process, in one line', async () => {
    const first = await startSite(folder);
    const second = await runToEnd({ WP_DATA: folder, PORT: '0' });
    expect(second).toMatchObject({ code: 2, stdout: '' });
    expect(second.stderr).toBe(
      `site: data folder: ${folder} is in use by process ${first.process.pid}; stop that one, or set WP_DATA to another folder\n`,
    );
    expect(await paperCount(first)).toBeGreaterThan(10);
    await first.stop();
  });

  it('that cannot be made or written is refused in one line', async () => {
    const blocked = join('/proc', 'working-papers');
    const result = await runToEnd({ WP_DATA: blocked, PORT: '0' });
    expect(result.code).toBe(2);
    expect(result.stderr).toMatch(
      /^site: data folder: \/proc\/working-papers cannot be written \(E[A-Z]+\); make it writable, or set WP_DATA to another folder\n$/,
    );
  });

  const isRoot = process.getuid?.() === 0;
  it.skipIf(isRoot)('that is read-only is refused (needs a user other than root)', async () => {
    const readOnly = join(folder, 'read-only');
    await mkdir(readOnly);
    await chmod(readOnly, 0o500);
    const result = await runToEnd({ WP_DATA: readOnly, PORT: '0' });
    expect(result.code).toBe(2);
    expect(result.stderr).toMatch(/^site: data folder: .* cannot be written \(EACCES\);/);
    expect(await readdir(readOnly)).toEqual([]);
  });
});

describe('an address', () => {
  it('that is taken is refused in one line, and the data folder stays untouched', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const result = await runToEnd({ WP_DATA: folder, PORT: String(port) });
    other.close();
    expect(result).toEqual({
      code: 2,
      stdout: '',
      stderr: `site: port ${port} is in use; stop what uses it, or choose another with PORT=${port + 1}\n`,
    });
    expect(await readdir(folder)).toEqual([]);
  });

  it('that is none is refused in one line', async () => {
    const result = await runToEnd({ WP_DATA: folder, PORT: 'http' });
    expect(result).toMatchObject({
      code: 2,
      stderr: 'site: PORT is "http"; set it to a number from 0 to 65535\n',
    });
    const unknown = await runToEnd({ WP_DATA: folder, PORT: '0', HOST: '203.0.113.7' });
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toMatch(/^site: cannot listen on 203\.0\.113\.7, port 0 \(E\w+\);.*\n$/);
  });
});

it('computes nothing on the server for a run: the worker never gets the native runtime', () => {
  const built = new URL('../build/client/', import.meta.url).pathname;
  const found = spawnSync('grep', ['-rlE', 'onnxruntime[-_]node|onnxruntime_binding', built]);
  expect(found.stdout.toString()).toBe('');
});
