import { WorkingPapersError } from '@working-papers/grad';
import { CommanderError, type Command } from 'commander';
import { exitCode } from './exitCode.ts';
import { createProgram } from './program.ts';
import type { CommandContext, Terminal } from './terminal.ts';

/**
 * Runs the `wp` command.
 *
 * @param parameters - What follows `wp`.
 * @param context - Where it writes, and which papers it knows.
 * @returns The exit code, one of `exitCode`.
 */
export async function runCli(
  parameters: readonly string[],
  context: CommandContext,
): Promise<number> {
  let code: number = exitCode.ok;
  const program = createProgram({ context, onExitCode: (result) => (code = result) });
  try {
    await program.parseAsync(parameters, { from: 'user' });
    return code;
  } catch (error) {
    return explain(error, { parameters, program, terminal: context.terminal });
  }
}

/** One line about an error, and its exit code. */
function explain(error: unknown, { parameters, program, terminal: { stderr } }: Failure): number {
  const command = commandOf(program, parameters);
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return exitCode.ok; // help was asked for
    if (error.code !== 'commander.help') stderr.write(`${inOurForm(error, command)}\n`);
    return exitCode.usage;
  }
  const isKnown = error instanceof WorkingPapersError;
  const message = error instanceof Error ? error.message : String(error);
  const [line = ''] = message.split('\n');
  if (isKnown) stderr.write(`${line.startsWith('wp ') ? line : `${command}: ${line}`}\n`);
  else stderr.write(`${command}: internal error: ${line}; --debug shows where\n`);
  if (parameters.includes('--debug') && error instanceof Error) stderr.write(`${error.stack}\n`);
  return isKnown ? exitCode.usage : exitCode.internal;
}

interface Failure {
  readonly parameters: readonly string[];
  readonly program: Command;
  readonly terminal: Terminal;
}

/** The command that parameters name: `wp`, `wp run`, `wp data pull`. */
function commandOf(program: Command, parameters: readonly string[]): string {
  let at = program;
  let path = program.name();
  for (const parameter of parameters.filter((each) => !each.startsWith('-'))) {
    const child = at.commands.find((command) => command.name() === parameter);
    if (!child) break;
    at = child;
    path += ` ${parameter}`;
  }
  return path;
}

/** `error: unknown option '--x'\n(Did you mean --y?)` as `wp run: unknown option "--x"; did you mean --y?` */
function inOurForm(error: CommanderError, command: string): string {
  const [problem = '', suggestion] = error.message
    .replace(/^error: /, '')
    .replaceAll("'", '"')
    .split('\n');
  const hint = suggestion
    ? suggestion.replace(/^\(Did/, 'did').replace(/\)$/, '')
    : `"${command} --help" shows what there is`;
  return `${command}: ${problem.replace(/\.$/, '')}; ${hint}`;
}
