/** The definitions of the commands that keep, bring back and move the site's database. */
import type { Command } from 'commander';
import type { Host } from './program.ts';

/** Adds `wp backup`, `wp restore` and `wp db` to the program. */
export function addSnapshotCommands(program: Command, host: Host): void {
  addBackup(program, host);
  addRestore(program, host);
  addDb(program, host);
}

interface Given {
  readonly data?: string;
  readonly json?: true;
}

function flagsOf({ data, json }: Given) {
  return { json: json === true, ...(data === undefined ? {} : { data }) };
}

const dataOption = [
  '--data <folder>',
  'folder of the database, default .working-papers (or WP_DATA)',
] as const;
const jsonOption = ['--json', 'what happened as one line of JSON'] as const;

function addBackup(program: Command, { context, onExitCode }: Host): void {
  program
    .command('backup')
    .description("write the site's database into a file")
    .argument('<file>', 'compressed if its name ends in .gz')
    .option(...dataOption)
    .option(...jsonOption)
    .addHelpText('after', backupHelp)
    .action(async (file: string, options: Given) => {
      const { backupCommand } = await import('./backupCommand.ts');
      onExitCode(await backupCommand(file, flagsOf(options), context));
    });
}

const backupHelp = `
The file holds everything, e-mail addresses too, and only you may read it. A site without DATABASE_URL must
be stopped; it writes such a file itself every night and when it stops, into snapshots of its data folder.
The secret of the data folder is not in it.

Example:
  wp backup papers.jsonl.gz`;

function addRestore(program: Command, { context, onExitCode }: Host): void {
  program
    .command('restore')
    .description("make the site's database of such a file")
    .argument('<file>', 'as wp backup and the site write it')
    .option('--replace', 'move the database aside that is in the folder')
    .option(...dataOption)
    .option(...jsonOption)
    .addHelpText('after', restoreHelp)
    .action(async (file: string, options: Given & { replace?: true }) => {
      const { restoreCommand } = await import('./backupCommand.ts');
      const flags = { ...flagsOf(options), isReplacing: options.replace === true };
      onExitCode(await restoreCommand(file, flags, context));
    });
}

const restoreHelp = `
The file is checked whole before anything is written, and every table is compared afterwards. With
DATABASE_URL the database there must be empty. A file of an earlier version is brought up to this one.

Example:
  wp restore .working-papers/snapshots/2026-03-01.jsonl.gz --replace`;

function addDb(program: Command, { context, onExitCode }: Host): void {
  const db = program
    .command('db')
    .description('move the database')
    .addHelpText('after', '\nExample:\n  wp db import papers.jsonl.gz');
  db.command('import')
    .description('fill the empty database of DATABASE_URL from a backup')
    .argument('<file>', 'as wp backup writes it')
    .option(...jsonOption)
    .addHelpText('after', importHelp)
    .action(async (file: string, options: Given) => {
      const { dbImportCommand } = await import('./dbCommand.ts');
      onExitCode(await dbImportCommand(file, { json: options.json === true }, context));
    });
}

const importHelp = `
Ids, times and hashes are kept, counts and checksums compared. See docs/self-hosting.md.

Example:
  DATABASE_URL=postgres://papers@localhost/papers wp db import papers.jsonl.gz`;
