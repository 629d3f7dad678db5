import { mkdirSync, renameSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { fingerprint } from '../lib/fingerprint.js';
import { temporaryFolder } from './temporaryFolder.ts';

it('changes with names and contents, not with times, skipped paths or other files', () => {
  const root = temporaryFolder();
  mkdirSync(join(root, 'src/build'), { recursive: true });
  mkdirSync(join(root, 'src/deep'));
  writeFileSync(join(root, 'src/deep/a.ts'), 'one');
  writeFileSync(join(root, 'src/build/out.js'), 'made');
  const now = (): string => fingerprint(root, ['src', 'absent'], /^src\/build$/);
  const first = now();

  writeFileSync(join(root, 'src/build/out.js'), 'made anew');
  writeFileSync(join(root, 'beside.ts'), 'not read');
  utimesSync(join(root, 'src/deep/a.ts'), 1, 1);
  expect(now()).toBe(first);

  writeFileSync(join(root, 'src/deep/a.ts'), 'two');
  const second = now();
  expect(second).not.toBe(first);

  renameSync(join(root, 'src/deep/a.ts'), join(root, 'src/deep/b.ts'));
  expect(now()).not.toBe(second);
});
