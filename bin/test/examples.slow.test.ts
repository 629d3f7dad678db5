import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

test('examples/mnist.ts reaches 97 % of the test digits in less than 30 seconds of CPU', async () => {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--import', 'tsx', '--conditions=source', 'examples/mnist.ts'],
    { cwd: new URL('../..', import.meta.url) },
  );
  const last = stdout.trim().split('\n').at(-1) ?? '';
  const [, accuracy, seconds] =
    /, ([\d.]+) % of the test digits, ([\d.]+) s of CPU$/.exec(last) ?? [];
  expect(Number(accuracy)).toBeGreaterThan(97);
  expect(Number(seconds)).toBeLessThan(30);
});
