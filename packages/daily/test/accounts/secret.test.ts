import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { linkOrigin, ownPath } from '../../src/accounts/client.ts';
import { deriveKey, hashPrivately, readSecret } from '../../src/accounts/secret.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wp-secret-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

it('makes a secret that only its owner may read, once', async () => {
  const secret = readSecret({ WP_SECRET: undefined }, folder);
  expect(secret).toMatch(/^[\w-]{64}$/);
  expect((await stat(join(folder, 'secret'))).mode & 0o777).toBe(0o600);
  expect(readSecret({ WP_SECRET: undefined }, folder)).toBe(secret);
});

it('prefers the setting, and then makes no file', async () => {
  const WP_SECRET = 'x'.repeat(32);
  expect(readSecret({ WP_SECRET }, folder)).toBe(WP_SECRET);
  await expect(readFile(join(folder, 'secret'))).rejects.toThrow(/ENOENT/);
});

it('refuses a file that is too short, or that others may read', async () => {
  const file = join(folder, 'secret');
  const read = () => {
    try {
      return readSecret({ WP_SECRET: undefined }, folder);
    } catch (error) {
      return String(error).replace(folder, 'FOLDER');
    }
  };
  await writeFile(file, 'short\n', { mode: 0o600 });
  expect(read()).toMatchInlineSnapshot(
    `"ConfigError: secret: FOLDER/secret has 5 characters, expected 32 or more; remove it, and a new one is made"`,
  );
  await writeFile(file, 'x'.repeat(64));
  await chmod(file, 0o644);
  expect(read()).toMatchInlineSnapshot(
    `"ConfigError: secret: others may read FOLDER/secret (mode 644); run chmod 600 on it, or remove it, which signs everybody out"`,
  );
});

it('derives another key for each purpose, and hashes that need the secret', () => {
  const [a, b] = ['a'.repeat(32), 'b'.repeat(32)];
  expect(deriveKey(a, 'x')).toEqual(deriveKey(a, 'x'));
  expect(deriveKey(a, 'x')).not.toEqual(deriveKey(a, 'y'));
  expect(hashPrivately(a, 'Ada@Example.org')).toBe(hashPrivately(a, 'ada@example.org'));
  expect(hashPrivately(a, 'ada@example.org')).not.toBe(hashPrivately(b, 'ada@example.org'));
});

it.each([
  ['/library?x=1#y', '/library?x=1#y'],
  ['/', '/'],
  ['/papers/../settings', '/settings'],
  ['https://evil.example/', '/'],
  ['//evil.example', '/'],
  ['/\\evil.example', '/'],
  ['\\\\evil.example', '/'],
  ['/.//evil.example', '/'],
  ['/x/..//evil.example', '/'],
  ['/\t/evil.example', '/'],
  ['/\n/evil.example', '/'],
  ['javascript:alert(1)', '/'],
  ['settings', '/'],
  ['', '/'],
  [null, '/'],
])('goes from next=%j to %j', (text, path) => {
  expect(ownPath(text)).toBe(path);
});

it('starts links with ORIGIN, else with this machine only', () => {
  const client = (origin: string) => ({ headers: new Headers(), address: '::1', origin });
  const none = { ORIGIN: undefined };
  expect(linkOrigin({ ORIGIN: 'https://a.example' }, client('http://evil.example'))).toBe(
    'https://a.example',
  );
  expect(linkOrigin(none, client('http://localhost:3000'))).toBe('http://localhost:3000');
  expect(linkOrigin(none, client('http://[::1]:3000'))).toBe('http://[::1]:3000');
  expect(() => linkOrigin(none, client('http://localhost.evil.example'))).toThrow(/set ORIGIN/);
});
