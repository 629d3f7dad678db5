/** The definitions of the commands that read papers: list, show, leaderboard, export. */
import type { Command } from 'commander';
import type { BackendName } from './backend.ts';
import type { ExportFlags } from './exportCommand.ts';
import { atLeast, backendFor } from './parsers.ts';
import type { Host } from './program.ts';
import { UsageError } from './usageError.ts';

/** Adds them to the program. */
export function addPaperCommands(program: Command, host: Host): void {
  addList(program, host);
  addShow(program, host);
  addLeaderboard(program, host);
  addExport(program, host);
}

function addList(program: Command, { context }: Host): void {
  program
    .command('list')
    .description('all papers, newest first')
    .option('--json', 'a line of JSON for each')
    .addHelpText('after', '\nExamples:\n  wp list\n  wp list --json | head -1')
    .action(async (flags: { json?: true }) => {
      const { listCommand } = await import('./listCommand.ts');
      await listCommand({ json: flags.json === true }, context);
    });
}

function addShow(program: Command, { context }: Host): void {
  program
    .command('show')
    .description('facts, summary, claims and recorded verdicts of a paper')
    .argument('<paper>', 'slug or arXiv id')
    .option('--json', 'as a line of JSON, with the recorded result')
    .addHelpText('after', '\nExamples:\n  wp show subspace-diffusion\n  wp show 2409.02426 --json')
    .action(async (paper: string, flags: { json?: true }) => {
      const { showCommand } = await import('./showCommand.ts');
      await showCommand(paper, { json: flags.json === true }, context);
    });
}

function addLeaderboard(program: Command, { context }: Host): void {
  program
    .command('leaderboard')
    .description('methods against metrics, from the recorded results of a family of papers')
    .argument('<family>', 'as "wp show" names it, for example diffusion')
    .option('--json', 'a line of JSON for each figure')
    .option('--csv', 'comma-separated values with a header')
    .addHelpText('after', leaderboardHelp)
    .action(async (family: string, { json, csv }: { json?: true; csv?: true }) => {
      if (json && csv) throw new UsageError('wp leaderboard: --json and --csv exclude each other');
      const { leaderboardCommand } = await import('./leaderboardCommand.ts');
      await leaderboardCommand(family, json ? 'json' : csv ? 'csv' : 'table', context);
    });
}

const leaderboardHelp = `
Of each paper the result of the costliest recorded preset counts. An arrow says which direction is better;
intervals are 95 %.

Examples:
  wp leaderboard representation
  wp leaderboard diffusion --csv > diffusion.csv`;

function addExport(program: Command, { context, onExitCode }: Host): void {
  program
    .command('export')
    .description('train a model of a paper and write it as an ONNX file')
    .argument('<paper>', 'slug or arXiv id')
    .argument('<file.onnx>', 'where to write; a file that is there is replaced')
    .option('--model <name>', 'which model, where a paper has several')
    .option('--preset <preset>', 'whose settings: quick, standard or full', 'quick')
    .option(
      '--seed <n>',
      'what all random numbers derive from',
      atLeast(0, '--seed', 'wp export'),
      0,
    )
    .option('--batch <n>', 'first axis of inputs', atLeast(1, '--batch', 'wp export'), 1)
    .option(
      '--backend <backend>',
      'what trains: node (native) or wasm',
      backendFor('wp export'),
      'node',
    )
    .option('--threads <n>', 'threads of one operation', atLeast(1, '--threads', 'wp export'))
    .option('--json', 'what was written as a line of JSON')
    .addHelpText('after', exportHelp)
    .action(async (paper: string, file: string, options: ExportOptions) => {
      const { exportCommand } = await import('./exportCommand.ts');
      onExitCode(await exportCommand(paper, file, { json: false, ...options }, context));
    });
}

type ExportOptions = Omit<ExportFlags, 'json' | 'backend'> & {
  readonly backend: BackendName;
  readonly json?: true;
};

const exportHelp = `
The file loads in any ONNX runtime. Before it gets its name it is loaded back from the disk and must give what
the engine gives. Names, types and shapes of inputs and outputs are printed.

Examples:
  wp export subspace-diffusion denoiser.onnx
  wp export maestro classifier.onnx --preset standard --batch 64`;
