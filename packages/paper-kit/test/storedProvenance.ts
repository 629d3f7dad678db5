import type { Provenance } from '../src/index.ts';

/** As a run records it. */
export const storedProvenance: Provenance = {
  commit: '0123456789abcdef0123456789abcdef01234567',
  isDirty: false,
  command: 'npx wp run toy-paper',
  versions: { node: '20.20.2' },
  backend: 'node-cpu',
  platform: 'linux x64',
  cpu: 'Abacus',
  threads: 2,
  wallSeconds: 961,
  peakMemoryBytes: 1e8,
  startedAt: '2026-11-23T10:00:00.000Z',
};
