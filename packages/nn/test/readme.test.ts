import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { startScript } from '../../../bin/test/runScript.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

test('the program in the README runs and learns', async () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const [, program = expect.fail('README.md has no ```ts block')] =
    /```ts\n(.*?)```/s.exec(readme) ?? [];
  // Inside the repository, where the packages are found.
  const folder = mkdtempSync(join(root, '../../node_modules/.readme-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'program.mts');
  writeFileSync(file, program);

  const flags = ['--import', import.meta.resolve('tsx'), '--conditions=source'];
  const { exitCode, stdout, stderr } = await startScript([...flags, file]).ended;
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  const losses = [...stdout.matchAll(/^step \d+: loss (.+)$/gm)].map(([, loss]) => Number(loss));
  expect(losses).toHaveLength(6);
  // The first three tokens of 16 are their own answer; guessing costs log 8.
  expect(losses[0]).toBeGreaterThan(0.5);
  expect(losses.at(-1)).toBeLessThan(0.05);
});
