import { Command } from 'commander';
import { addPaperCommands } from './paperCommands.ts';
import { addRunCommands } from './runCommands.ts';
import { addSetupCommands } from './setupCommands.ts';
import type { CommandContext } from './terminal.ts';

/** What the definition of a command needs to carry it out. */
export interface Host {
  readonly context: CommandContext;
  readonly onExitCode: (code: number) => void;
}

/** The command `wp` with all its subcommands; each loads what it needs when it is called. */
export function createProgram(host: Host): Command {
  const { stdout, stderr } = host.context.terminal;
  const program = new Command('wp')
    .description(
      'Runs the experiments of papers, and looks after what they need and what they find.',
    )
    .option('--debug', 'show the stack of an error')
    .configureOutput({
      writeOut: stdout.write,
      writeErr: stderr.write,
      outputError: () => undefined, // explained once, in our form
      getOutHelpWidth: () => Math.min(stdout.width, 100),
      getErrHelpWidth: () => Math.min(stderr.width, 100),
      // The channel has decided on colours already.
      getOutHasColors: () => true,
      getErrHasColors: () => true,
    })
    .configureHelp({
      styleTitle: (title) => stdout.colors.bold(title),
      styleCommandText: (text) => stdout.colors.cyan(text),
      styleSubcommandText: (text) => stdout.colors.cyan(text),
      styleOptionText: (text) => stdout.colors.cyan(text),
    })
    .helpCommand('help [command]', 'the help of a command')
    .exitOverride()
    .addHelpText('after', examples);
  addPaperCommands(program, host);
  addRunCommands(program, host);
  addSetupCommands(program, host);
  return program;
}

const examples = `
Examples:
  wp doctor                               is all here that runs need?
  wp list                                 all papers; those with * run here
  wp show subspace-diffusion              what a paper claims and what we measured
  wp run subspace-diffusion               measure it, quickly
  wp reproduce subspace-diffusion         measure the recorded result again and compare
  wp run subspace-diffusion --json        the same as run, for a program

Exit codes: 0 done, 1 a fault in wp, 2 wrong input or surroundings, 3 the answer is no (not reproduced,
something needed is missing), 130 stopped by Ctrl-C, 143 by SIGTERM. "wp help run" explains a command.`;
