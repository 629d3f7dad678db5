/** The definitions of the commands that look after what runs need: data, serve, doctor, completion. */
import type { Origin } from '@working-papers/data/node';
import type { Command } from 'commander';
import { oneOf } from './parsers.ts';
import type { Host } from './program.ts';
import type { ServeFlags } from './serveSite.ts';

/** Adds them to the program. */
export function addSetupCommands(program: Command, host: Host): void {
  addData(program, host);
  addServe(program, host);
  addDoctor(program, host);
  addCompletion(program, host);
}

function addData(program: Command, host: Host): void {
  const data = program
    .command('data')
    .description('the data sets: what there is, fetch it, remove it')
    .addHelpText('after', dataHelp);
  addDataList(data, host);
  addDataPull(data, host);
  addDataClean(data, host);
}

const dataHelp = `
Runs fetch what they need by themselves; this is for looking, and for working without a network later.

Examples:
  wp data list
  wp data pull mnist fashion-mnist
  wp data clean`;

function addDataList(data: Command, { context }: Host): void {
  data
    .command('list')
    .description('all data sets with size, licence and hash, and what is in the cache')
    .option('--json', 'a line of JSON for each, with credit, split and known faults')
    .addHelpText('after', '\nExample:\n  wp data list')
    .action(async ({ json }: { json?: true }) => {
      const { dataListCommand } = await import('./dataCommand.ts');
      await dataListCommand({ json: json === true }, context);
    });
}

function addDataPull(data: Command, { context, onExitCode }: Host): void {
  data
    .command('pull')
    .description('fetch data sets into the cache, or check those that are there')
    .argument('[set...]', 'names, as "wp data list" has them')
    .option('--all', 'all of them')
    .option(
      '--origin <origin>',
      "npm, or canonical: the authors' own addresses",
      oneOf(['npm', 'canonical'], 'origin', 'wp data pull'),
      'npm',
    )
    .option('--offline', "use npm's cache and never the network")
    .option('--json', 'a line of JSON for each')
    .addHelpText('after', pullHelp)
    .action(async (names: string[], options: PullOptions) => {
      const { dataPullCommand } = await import('./dataCommand.ts');
      const flags = { all: false, offline: false, json: false, ...options };
      onExitCode(await dataPullCommand(names, flags, context));
    });
}

interface PullOptions {
  readonly all?: true;
  readonly origin: Origin;
  readonly offline?: true;
  readonly json?: true;
}

const pullHelp = `
A file is verified before it is kept, whole or not at all.

Examples:
  wp data pull mnist
  wp data pull --all`;

function addDataClean(data: Command, { context, onExitCode }: Host): void {
  data
    .command('clean')
    .description('remove what only older code could use, and the data sets that are named')
    .argument('[set...]', 'data sets to remove too')
    .option('--all', 'all data sets too')
    .option('--yes', 'without asking')
    .option('--json', 'what was removed as JSON lines')
    .addHelpText('after', cleanHelp)
    .action(async (names: string[], options: { all?: true; yes?: true; json?: true }) => {
      const { dataCleanCommand } = await import('./dataCommand.ts');
      const flags = { all: false, yes: false, json: false, ...options };
      onExitCode(await dataCleanCommand(names, flags, context));
    });
}

const cleanHelp = `
Older code: cells and checkpoints of other versions of a paper, tensors of no artefact, and files that
killed processes left a day ago or more. Artefacts and results stay. Without --yes it asks; where nobody
can be asked, it says what it would remove and ends with exit code 2.

Examples:
  wp data clean
  wp data clean cifar-10 --yes`;

function addServe(program: Command, { onExitCode }: Host): void {
  program
    .command('serve')
    .description('serve the site, as "npm start" does')
    .option('--port <n>', 'default 3000 (or PORT); 0 takes a free one')
    .option('--host <host>', 'address to listen on, default 127.0.0.1: this machine only (or HOST)')
    .option('--data <folder>', 'folder of the database, default .working-papers (or WP_DATA)')
    .addHelpText('after', '\nExamples:\n  wp serve\n  wp serve --port 8080 --host 0.0.0.0')
    .action(async (flags: ServeFlags) => {
      const { serveSite } = await import('./serveSite.ts');
      onExitCode(await serveSite(flags));
    });
}

function addDoctor(program: Command, { context, onExitCode }: Host): void {
  program
    .command('doctor')
    .description('look whether all is here that runs need, and say what to do')
    .option('--json', 'a line of JSON for each check')
    .addHelpText('after', doctorHelp)
    .action(async ({ json }: { json?: true }) => {
      const { doctorCommand } = await import('./doctorCommand.ts');
      onExitCode(await doctorCommand({ json: json === true }, context));
    });
}

const doctorHelp = `
ok: as it should be; warn: something does not work without it, and the line says what; fail: papers do not
run. Exit code: 3 if something fails, else 0.

Example:
  wp doctor`;

function addCompletion(program: Command, { context }: Host): void {
  program
    .command('completion')
    .description('a script that completes commands, options and papers in a shell')
    .argument('<shell>', 'bash, zsh or fish')
    .addHelpText('after', completionHelp)
    .action(async (shell: string) => {
      const { completionCommand } = await import('./completionCommand.ts');
      await completionCommand(shell, program, context);
    });
}

const completionHelp = `
It completes the word wp, so put "alias wp='npx wp'" beside it if wp is not on your PATH.

Examples:
  source <(wp completion bash)                              in ~/.bashrc
  source <(wp completion zsh)                               in ~/.zshrc
  wp completion fish > ~/.config/fish/completions/wp.fish`;
