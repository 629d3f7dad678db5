import { expect, describe, it } from 'vitest';
import { missingPackages } from '../lib/install.js';

const linux = { os: 'linux', cpu: 'x64', libc: 'glibc' };

describe('missing packages', () => {
  const vite = { version: '8.0.0' };
  const native = { version: '1.0.0', optional: true, os: ['linux'], cpu: ['x64'], libc: ['glibc'] };

  it('are those that are absent or have another version', () => {
    const locked = {
      '': {},
      'node_modules/vite': vite,
      'node_modules/svelte': { version: '5.0.0' },
    };
    const installed = { 'node_modules/vite': { version: '7.0.0' } };
    expect(missingPackages(locked, installed, linux)).toEqual([
      'node_modules/vite',
      'node_modules/svelte',
    ]);
    expect(
      missingPackages({ 'node_modules/vite': vite }, { 'node_modules/vite': vite }, linux),
    ).toEqual([]);
  });

  it('include the native package of this platform and no other', () => {
    const locked = { 'node_modules/native-linux-x64-gnu': native };
    const missing = ['node_modules/native-linux-x64-gnu'];
    expect(missingPackages(locked, {}, linux)).toEqual(missing);
    expect(missingPackages(locked, {}, { ...linux, libc: 'musl' })).toEqual([]);
    expect(missingPackages(locked, {}, { ...linux, cpu: 'arm64' })).toEqual([]);
    expect(missingPackages(locked, {}, { ...linux, os: 'darwin' })).toEqual([]);
  });

  it('leave out what only the package of another platform needs', () => {
    const locked = { 'node_modules/wasm-runtime': { version: '1.0.0', optional: true } };
    expect(missingPackages(locked, {}, linux)).toEqual([]);
  });
});
