import type { Command } from 'commander';
import { exitCode } from '../src/exitCode.ts';

const meanings: Readonly<Record<keyof typeof exitCode, string>> = {
  ok: 'done',
  internal: 'a fault in `wp`; `--debug` shows where',
  usage: 'wrong input or surroundings: what was typed, a file, a folder, the network',
  negative: '`reproduce`: not reproduced; `doctor`: something needed is missing',
  interrupted: 'stopped by Ctrl-C (SIGINT); what was measured is kept',
  terminated: 'stopped by SIGTERM, likewise',
};

/** The text of docs/cli.md: what the program says of itself. */
export function reference(program: Command): string {
  const codes = Object.entries(exitCode).map(([name, code]) => {
    return `- ${code}: ${meanings[name as keyof typeof exitCode]}`;
  });
  return [
    '# The command `wp`',
    '',
    'In a clone, `npx wp` is the command; a test sees to it that this page is what the program says.',
    'Data goes to standard output, all else to standard error. With `--json` every line of standard output',
    'is one JSON value. Colours are for terminals: `NO_COLOR` turns them off everywhere, `FORCE_COLOR` on.',
    'The cache is `$WORKING_PAPERS_CACHE`, or `working-papers` in the user’s folder for caches.',
    '',
    '## Exit codes',
    '',
    ...codes,
    '',
    ...helps(program, 'wp'),
  ].join('\n');
}

/** The help of a command and of those below it. */
function helps(command: Command, path: string): string[] {
  let text = '';
  command.configureOutput({ writeOut: (part) => void (text += part) }).outputHelp();
  const own = [`## ${path}`, '', '```text', text.trimEnd(), '```', ''];
  return [...own, ...command.commands.flatMap((child) => helps(child, `${path} ${child.name()}`))];
}

/** All commands of a program, with their paths. */
export function commandsOf(
  command: Command,
  path = command.name(),
): readonly { readonly path: string; readonly command: Command }[] {
  const below = command.commands.flatMap((child) => commandsOf(child, `${path} ${child.name()}`));
  return [{ path, command }, ...below];
}
