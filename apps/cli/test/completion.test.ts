import { execFile, execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../src/cli.ts';
import { collectingChannel } from './collectingChannel.ts';
import { toyPapers } from './toyPapers.ts';

const run = promisify(execFile);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wp-completion-'));
  for (const shell of ['bash', 'zsh', 'fish']) {
    const [stdout, stderr] = [collectingChannel(), collectingChannel()];
    const context = { terminal: { stdout, stderr }, papers: toyPapers(folder) };
    expect(await runCli(['completion', shell], context)).toBe(0);
    await writeFile(join(folder, `wp.${shell}`), stdout.text());
  }
});
afterAll(() => rm(folder, { recursive: true }));

const has = (shell: string) => {
  try {
    execFileSync(shell, ['-c', 'exit']);
    return true;
  } catch {
    return false;
  }
};

/** What is typed before the key, and what is offered. */
const cases: readonly (readonly [typed: string, offered: string])[] = [
  ['wp re', 'reproduce'],
  ['wp run toy', 'toy-paper'],
  ['wp run toy-paper --pre', '--preset'],
  ['wp run toy-paper --preset st', 'standard'],
  ['wp run toy-paper --backend w', 'wasm'],
  ['wp data pu', 'pull'],
  ['wp data pull fas', 'fashion-mnist'],
  ['wp data clean --y', '--yes'],
  ['wp leaderboard diffusion-', 'diffusion-language'],
  ['wp completion z', 'zsh'],
];

describe.skipIf(!has('bash'))('bash (needs bash)', () => {
  const complete = async (typed: string) => {
    const words = typed.split(' ').map((word) => `'${word}'`);
    const script = `source wp.bash; COMP_WORDS=(${words.join(' ')}); COMP_CWORD=${words.length - 1}; _wp; echo "\${COMPREPLY[*]}"`;
    const { stdout, stderr } = await run('bash', ['-c', script], { cwd: folder });
    expect(stderr).toBe('');
    return stdout.trim();
  };

  it.each(cases)('completes %s to %s', async (typed, offered) => {
    expect(await complete(typed)).toBe(offered);
  });

  it('offers all commands, all papers, all presets', async () => {
    expect((await complete('wp ')).split(' ')).toEqual(
      expect.arrayContaining(['list', 'run', 'data', 'doctor', 'help']),
    );
    expect(await complete('wp show ')).toBe('facts-only toy-paper');
    expect(await complete('wp run toy-paper --preset ')).toBe('quick standard full');
  });

  it('offers files where a file is wanted, and none elsewhere', async () => {
    await writeFile(join(folder, 'toy-file'), '');
    expect(await complete('wp run toy-paper --out toy')).toBe('toy-file');
    expect(await complete('wp run toy')).toBe('toy-paper');
    expect(await complete('wp export toy-paper toy')).toContain('toy-');
  });
});

describe.skipIf(!has('fish'))('fish (needs fish)', () => {
  it.each(cases)('completes %s to %s', async (typed, offered) => {
    const script = `source wp.fish; complete -C '${typed}'`;
    const { stdout } = await run('fish', ['-c', script], { cwd: folder });
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => line.split('\t')[0]),
    ).toEqual([offered]);
  });
});

describe.skipIf(!has('zsh'))('zsh (needs zsh)', () => {
  it('takes the script and knows the command', async () => {
    const script = 'source ./wp.zsh; echo "$_comps[wp]"';
    const { stdout, stderr } = await run('zsh', ['-f', '-c', script], { cwd: folder });
    expect({ stdout, stderr }).toEqual({ stdout: '_bash_complete -F _wp\n', stderr: '' });
  });
});
