import { execFile, execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wp-terminal-'));
});
afterEach(() => rm(folder, { recursive: true }));

const script = fileURLToPath(new URL('toyWp.ts', import.meta.url));

const hasScript = (() => {
  try {
    // That of util-linux; on macOS its options are others.
    return execFileSync('script', ['--version'], { encoding: 'utf8' }).includes('util-linux');
  } catch {
    return false;
  }
})();

/** What a terminal shows of the command over the toy papers, with ESC for the control character. */
async function inTerminal(parameters: string, env: Readonly<Record<string, string>> = {}) {
  const command = `${process.execPath} --import tsx --conditions=source ${script} ${folder} ${parameters}`;
  const { FORCE_COLOR: _, NO_COLOR: _no, ...own } = process.env;
  const surroundings = { ...own, WORKING_PAPERS_CACHE: folder, TERM: 'xterm', ...env };
  const { stdout } = await promisify(execFile)('script', ['-qec', command, '/dev/null'], {
    env: surroundings,
  });
  return stdout.replaceAll('\u001b', 'ESC');
}

const colour = 'ESC[3';

describe.skipIf(!hasScript)('in a terminal (needs script)', () => {
  it('a run rewrites one line with a bar, and colours what it says', async () => {
    const shown = await inTerminal('run toy-paper');
    expect(shown).toMatch(/\rESC\[K[^\n]*[█░]{20}[^\n]*\d+ % {2}step \d\/3/);
    expect(shown).toContain('ESC[32mholdsESC[39m');
  });

  it('NO_COLOR takes the colours, and leaves the bar', async () => {
    const shown = await inTerminal('run toy-paper', { NO_COLOR: '1' });
    expect(shown).toMatch(/\rESC\[K[^\n]*[█░]{20}/);
    expect(shown).not.toContain(colour);
  });

  it('FORCE_COLOR=0 takes them too', async () => {
    expect(await inTerminal('--help')).toContain(colour);
    expect(await inTerminal('--help', { FORCE_COLOR: '0' })).not.toContain(colour);
  });

  it('a line of progress never begins beside JSON', async () => {
    const shown = await inTerminal('run toy-paper --json');
    const json = shown.split(/\r\n|\rESC\[K/).filter((line) => line.startsWith('{'));
    expect(json.map((line) => (JSON.parse(line) as { kind: string }).kind)).toEqual([
      'row',
      'row',
      'row',
      'done',
    ]);
  });
});
