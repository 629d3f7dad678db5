/** The definitions of the commands that compute: run, reproduce, prepare, worker. */
import { Option, type Command } from 'commander';
import { atLeast, backendFor } from './parsers.ts';
import type { PrepareFlags } from './prepareCommand.ts';
import type { Host } from './program.ts';
import type { ReproduceFlags } from './reproduceCommand.ts';
import type { RunFlags } from './runCommand.ts';
import { UsageError } from './usageError.ts';
import type { WorkerFlags } from './workerCommand.ts';

/** Adds them to the program. */
export function addRunCommands(program: Command, host: Host): void {
  addRun(program, host);
  addReproduce(program, host);
  addPrepare(program, host);
  addWorker(program, host);
}

type Chosen<Flags, Given extends keyof Flags> = Partial<Flags> & Pick<Flags, Given>;

function addRun(program: Command, { context, onExitCode }: Host): void {
  const name = 'wp run';
  const command = program
    .command('run')
    .description('measure the claims of a paper')
    .argument('<paper>', 'slug or arXiv id')
    .option(
      '--preset <preset>',
      'quick (a minute), standard (the recorded result) or full',
      'quick',
    )
    .option('--seed <n>', 'what all random numbers derive from', atLeast(0, '--seed', name), 0)
    .option('--json', 'rows and verdicts as JSON lines')
    .option('--progress', 'with --json: progress as JSON lines too')
    .addOption(new Option('--out <folder>', 'write result and figures there').conflicts('record'))
    .option('--record', "write them to the paper's results, which the repository keeps")
    .option('--fresh', 'measure every cell anew, also those that earlier runs finished')
    .option('--from-scratch', 'make shared artefacts anew, such as tokenizers and base models');
  addEngine(command, name)
    .addOption(workersOption(name).conflicts('queue'))
    .option(
      '--queue <url>',
      'have workers measure that serve this PostgreSQL; see "wp help worker"',
    )
    .option(
      '--store <store>',
      'with --workers or --queue: folder or s3://bucket/prefix of the cells',
    )
    .addHelpText('after', runHelp)
    .action(async (paper: string, options: Chosen<RunFlags, 'preset' | 'seed' | 'backend'>) => {
      const { runCommand } = await import('./runCommand.ts');
      const off = { json: false, progress: false, record: false, fresh: false, fromScratch: false };
      onExitCode(await runCommand(paper, { ...off, ...options }, context));
    });
}

const runHelp = `
The table goes to standard output, progress to standard error.

A run consists of cells, and each is kept when it is measured. Ctrl-C ends the run after the current
step, keeps the rows so far and says where; the same command goes on from there, as it does after a
crash. Cells are measured again when code that they use, the runtime or --threads changed. With --record
only cells that the same clean commit measured are taken over.

Examples:
  wp run subspace-diffusion
  wp run maestro --preset standard --workers 4
  wp run maestro --json | jq 'select(.kind == "row") | .row'
  wp run maestro --queue postgres://db.example.com/papers --store s3://my-bucket/papers`;

function addReproduce(program: Command, { context, onExitCode }: Host): void {
  const name = 'wp reproduce';
  const command = program
    .command('reproduce')
    .description('measure a recorded result again and compare the two')
    .argument('<paper>', 'slug or arXiv id')
    .option('--preset <preset>', 'which recorded result; default the cheapest')
    .option('--json', 'rows and comparison as JSON lines')
    .option('--progress', 'with --json: progress as JSON lines too');
  addEngine(command, name)
    .addOption(workersOption(name))
    .addHelpText('after', reproduceHelp)
    .action(async (paper: string, options: Chosen<ReproduceFlags, 'backend'>) => {
      if (options.progress && !options.json) {
        throw new UsageError(
          `${name}: --progress needs --json; without it progress is always shown`,
        );
      }
      const { reproduceCommand } = await import('./reproduceCommand.ts');
      const flags = { json: false, progress: false, ...options };
      onExitCode(await reproduceCommand(paper, flags, context));
    });
}

const reproduceHelp = `
Nothing is taken over from earlier runs; a reproduction that was interrupted goes on where it was. A verdict
agrees if its outcome is the same and the figures agree by their intervals, or within 2 %.

Exit code: 0 if every verdict agrees, 3 if one does not.

Examples:
  wp reproduce subspace-diffusion
  wp reproduce subspace-diffusion --preset standard --json`;

function addPrepare(program: Command, { context, onExitCode }: Host): void {
  const name = 'wp prepare';
  const command = program
    .command('prepare')
    .description('make shared artefacts, such as tokenizers and base models, before runs need them')
    .argument('[paper...]', 'slugs or arXiv ids; default all')
    .option('--preset <preset>', 'whose cells: quick, standard or full', 'standard')
    .option('--seed <n>', 'the seed of the runs', atLeast(0, '--seed', name), 0)
    .option('--from-scratch', 'make them anew')
    .option('--store <store>', 'folder or s3://bucket/prefix; default the cache')
    .option('--json', 'a line of JSON for each');
  addEngine(command, name)
    .addHelpText('after', prepareHelp)
    .action(
      async (papers: string[], options: Chosen<PrepareFlags, 'preset' | 'seed' | 'backend'>) => {
        const { prepareCommand } = await import('./prepareCommand.ts');
        const flags = { json: false, fromScratch: false, ...options };
        onExitCode(await prepareCommand(papers, flags, context));
      },
    );
}

const prepareHelp = `
Each artefact is kept when it is made; what is there is only read. Both costs are printed.

Examples:
  wp prepare
  wp prepare deep-jepa maestro --from-scratch`;

function addWorker(program: Command, { context, onExitCode }: Host): void {
  const name = 'wp worker';
  const command = program
    .command('worker')
    .description('measure cells that runs on any machine have put into a queue')
    .requiredOption('--queue <url>', 'PostgreSQL: postgres://host:5432/database')
    .option('--store <store>', 'where cells are kept, as for the runs; default the cache')
    .option('--workers <n>', 'cells at once, each in a process', atLeast(1, '--workers', name), 1)
    .option(
      '--exit-when-idle <seconds>',
      'end when no cell has been unfinished for so long',
      atLeast(0, '--exit-when-idle', name),
    )
    .option('--json', 'what happens as JSON lines');
  addEngine(command, name)
    .addHelpText('after', workerHelp)
    .action(async (options: Chosen<WorkerFlags, 'queue' | 'workers' | 'backend'>) => {
      const { workerCommand } = await import('./workerCommand.ts');
      onExitCode(await workerCommand({ json: false, ...options }, context));
    });
}

const workerHelp = `
User and password come from PGUSER and PGPASSWORD, where they do not show in the list of processes. At
Ctrl-C or SIGTERM the cells at hand go back into the queue. docs/scaling.md has the whole story.

Examples:
  wp worker --queue postgres://db.example.com/papers --store s3://my-bucket/papers
  wp worker --queue postgres://localhost/papers --workers 2 --exit-when-idle 60`;

function addEngine(command: Command, name: string): Command {
  return command
    .option('--backend <backend>', 'what computes: node (native) or wasm', backendFor(name), 'node')
    .option(
      '--threads <n>',
      'threads of one operation, or of all workers together',
      atLeast(1, '--threads', name),
    );
}

function workersOption(name: string): Option {
  return new Option('--workers <n>', 'measure in so many processes of this machine').argParser(
    atLeast(1, '--workers', name),
  );
}
