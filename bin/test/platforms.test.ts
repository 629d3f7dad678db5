import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { startScript } from './runScript.ts';

it('docs/platforms.md says what the lock file carries', async () => {
  const script = fileURLToPath(new URL('../../scripts/platforms.ts', import.meta.url));
  const args = ['--import', import.meta.resolve('tsx'), script, '--check'];
  expect(await startScript(args).ended).toEqual({ exitCode: 0, stdout: '', stderr: '' });
});
