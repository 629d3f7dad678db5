import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { startScript } from './runScript.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

it('the program in the README runs and learns', async () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const [, program = expect.fail('README.md has no ```js block')] =
    /```js\n(.*?)```/s.exec(readme) ?? [];
  // Inside the repository, where the packages are found.
  const folder = mkdtempSync(join(root, 'node_modules/.readme-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'square.mjs');
  writeFileSync(file, program);

  const flags = ['--import', import.meta.resolve('tsx'), '--conditions=source'];
  const { exitCode, stdout, stderr } = await startScript([...flags, file]).ended;
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  const losses = [...stdout.matchAll(/^step \d+: loss (.+)$/gm)].map(([, loss]) => Number(loss));
  expect(losses).toHaveLength(4);
  expect(losses.at(-1)).toBeLessThan((losses[0] ?? NaN) / 50);
});
