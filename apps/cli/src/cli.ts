import { WorkingPapersError } from '@working-papers/grad';
import { Command, CommanderError, Option } from 'commander';
import { backendNames, type BackendName } from './backend.ts';
import { exitCode } from './exitCode.ts';
import type { RunFlags } from './runCommand.ts';
import type { CommandContext, Terminal } from './terminal.ts';
import { UsageError } from './usageError.ts';

/**
 * Runs the `wp` command. Each subcommand loads what it needs when it is called, so that listing
 * papers does not wait for the engine.
 *
 * @param parameters - What follows `wp`.
 * @param context - Where it writes, and which papers it knows.
 * @returns The exit code: 0, 1 for a fault of ours, 2 for what was typed or found wrong, 130 or 143
 * after an interruption.
 */
export async function runCli(
  parameters: readonly string[],
  context: CommandContext,
): Promise<number> {
  let code: number = exitCode.ok;
  const program = createProgram(context, (result) => (code = result));
  try {
    await program.parseAsync(parameters, { from: 'user' });
    return code;
  } catch (error) {
    return explain(error, parameters, context.terminal);
  }
}

function createProgram(context: CommandContext, onExitCode: (code: number) => void): Command {
  const { stdout, stderr } = context.terminal;
  const program = new Command('wp')
    .description('Lists papers, shows them, and runs those that run here.')
    .option('--debug', 'show the stack of an error')
    .configureOutput({
      writeOut: stdout.write,
      writeErr: stderr.write,
      outputError: () => undefined, // explained once, in our form
    })
    .exitOverride()
    .addHelpText('after', programHelp);
  program
    .command('list')
    .description('all papers, newest first')
    .option('--json', 'as JSON')
    .action(async (flags: { json?: true }) => {
      const { listCommand } = await import('./listCommand.ts');
      await listCommand({ json: flags.json === true }, context);
    });
  program
    .command('show')
    .description('facts, summary, claims and recorded verdicts of a paper')
    .argument('<paper>', 'slug or arXiv id')
    .option('--json', 'as JSON')
    .action(async (paper: string, flags: { json?: true }) => {
      const { showCommand } = await import('./showCommand.ts');
      await showCommand(paper, { json: flags.json === true }, context);
    });
  addRunCommand(program, context, onExitCode);
  return program;
}

type RunOptions = Partial<RunFlags> & Pick<RunFlags, 'preset' | 'seed' | 'backend'>;

function addRunCommand(
  program: Command,
  context: CommandContext,
  onExitCode: (code: number) => void,
): void {
  program
    .command('run')
    .description('measure the claims of a paper on this machine')
    .argument('<paper>', 'slug or arXiv id')
    .option('--preset <name>', 'quick (a minute), standard (the recorded result) or full', 'quick')
    .option('--seed <n>', 'what all random numbers derive from', atLeast(0, '--seed'), 0)
    .option('--json', 'rows and verdicts as JSON lines')
    .option('--progress', 'with --json: progress as JSON lines too')
    .addOption(new Option('--out <folder>', 'write result and figures there').conflicts('record'))
    .option('--record', "write them to the paper's results, which the repository keeps")
    .option('--fresh', 'measure every cell anew, also those that earlier runs finished')
    .option('--from-scratch', 'make shared artefacts anew, such as tokenizers and base models')
    .option('--backend <name>', 'what computes: node (native) or wasm', parseBackend, 'node')
    .option('--threads <n>', 'threads of one operation', atLeast(1, '--threads'))
    .addHelpText('after', runHelp)
    .action(async (paper: string, options: RunOptions) => {
      if (options.progress === true && options.json !== true) {
        throw new UsageError(
          'wp run: --progress needs --json; without it progress is always shown',
        );
      }
      const { runCommand } = await import('./runCommand.ts');
      const off = { json: false, progress: false, record: false, fresh: false, fromScratch: false };
      const flags = { ...off, ...options };
      onExitCode(await runCommand(paper, flags, context));
    });
}

function atLeast(least: number, option: string): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < least) {
      const expected = least === 0 ? 'a non-negative integer' : 'a positive integer';
      throw new UsageError(`wp run: ${option} "${text}" is not ${expected}`);
    }
    return value;
  };
}

function parseBackend(text: string): BackendName {
  const name = backendNames.find((known) => known === text);
  if (name) return name;
  throw new UsageError(
    `wp run: no backend "${text}"; the backends are ${backendNames.join(' and ')}`,
  );
}

/** One line about an error, and its exit code. */
function explain(error: unknown, parameters: readonly string[], { stderr }: Terminal): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return exitCode.ok; // help was asked for
    if (error.code !== 'commander.help') stderr.write(`${inOurForm(error, parameters)}\n`);
    return exitCode.usage;
  }
  const isKnown = error instanceof WorkingPapersError;
  const message = error instanceof Error ? error.message : String(error);
  const [line = ''] = message.split('\n');
  const command = `wp ${parameters[0]}`;
  if (isKnown) stderr.write(`${line.startsWith('wp ') ? line : `${command}: ${line}`}\n`);
  else stderr.write(`${command}: internal error: ${line}; --debug shows where\n`);
  if (parameters.includes('--debug') && error instanceof Error) stderr.write(`${error.stack}\n`);
  return isKnown ? exitCode.usage : exitCode.internal;
}

/** `error: unknown option '--x'\n(Did you mean --y?)` as `wp run: unknown option "--x"; did you mean --y?` */
function inOurForm(error: CommanderError, parameters: readonly string[]): string {
  const isProgram = error.code === 'commander.unknownCommand' || parameters[0]?.startsWith('-');
  const command = isProgram ? 'wp' : `wp ${parameters[0]}`;
  const [problem = '', suggestion] = error.message
    .replace(/^error: /, '')
    .replaceAll("'", '"')
    .split('\n');
  const hint = suggestion
    ? suggestion.replace(/^\(Did/, 'did').replace(/\)$/, '')
    : `"${command} --help" shows what there is`;
  return `${command}: ${problem.replace(/\.$/, '')}; ${hint}`;
}

const programHelp = `
Examples:
  wp list                                 all papers; those with * run here
  wp show subspace-diffusion              what a paper claims and what we measured
  wp run subspace-diffusion               measure it, quickly
  wp run subspace-diffusion --json        the same for a program

Exit codes: 0 done, 1 a fault in wp, 2 wrong input, 130 stopped by Ctrl-C.`;

const runHelp = `
The table goes to standard output, progress to standard error.

A run consists of cells, and each is kept when it is measured. Ctrl-C ends the run after the current
step, keeps the rows so far and says where; the same command goes on from there, as it does after a
crash. Cells are measured again when code that they use, the runtime or --threads changed. With --record
only cells that the same clean commit measured are taken over.`;
