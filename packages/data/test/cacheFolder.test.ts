import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { cacheFolder } from '../src/cacheFolder.ts';

const home = '/home/ada';
const linux = { platform: 'linux', home };

test('is the folder for caches of each platform', () => {
  expect(cacheFolder({ ...linux, env: {} })).toBe('/home/ada/.cache/working-papers');
  expect(cacheFolder({ platform: 'darwin', home, env: {} })).toBe(
    '/home/ada/Library/Caches/working-papers',
  );
  const env = { LOCALAPPDATA: '/local' };
  expect(cacheFolder({ platform: 'win32', home, env })).toBe('/local/working-papers');
  expect(cacheFolder({ platform: 'win32', home, env: {} })).toBe(
    '/home/ada/AppData/Local/working-papers',
  );
});

test('follows XDG_CACHE_HOME if it is absolute, as its specification says', () => {
  expect(cacheFolder({ ...linux, env: { XDG_CACHE_HOME: '/x' } })).toBe('/x/working-papers');
  expect(cacheFolder({ ...linux, env: { XDG_CACHE_HOME: 'x' } })).toBe(
    '/home/ada/.cache/working-papers',
  );
});

test('is what WORKING_PAPERS_CACHE says, on every platform', () => {
  const env = { WORKING_PAPERS_CACHE: 'here', XDG_CACHE_HOME: '/x', LOCALAPPDATA: '/local' };
  for (const platform of ['linux', 'darwin', 'win32']) {
    expect(cacheFolder({ platform, home, env })).toBe(resolve('here'));
  }
});
