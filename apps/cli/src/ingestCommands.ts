/** The definitions of the commands that take in papers from elsewhere. */
import type { Command } from 'commander';
import type { FileForm, IngestFlags, SourceFlags } from './ingestCommand.ts';
import type { Host } from './program.ts';

/** Adds `wp ingest` with its subcommands to the program. */
export function addIngestCommands(program: Command, host: Host): void {
  const ingest = program
    .command('ingest')
    .description('take in papers from a file, arXiv or Hugging Face')
    .addHelpText('after', ingestHelp);
  addFile(ingest, host, {
    form: 'listing',
    description: 'a page of Daily Papers, copied as text',
    file: 'page.txt',
  });
  addFile(ingest, host, { form: 'bibtex', description: 'a BibTeX file', file: 'library.bib' });
  addFile(ingest, host, {
    form: 'jsonl',
    description: 'a paper as JSON per line',
    file: 'p.jsonl',
  });
  addIds(ingest, host);
  addArxiv(ingest, host);
  addHuggingFace(ingest, host);
}

const ingestHelp = `
The same records twice change nothing. What cannot be read is reported by its line, and the rest is kept.
What is fetched needs WP_CONTACT, an e-mail address that is sent along.
The data must not be in use: stop the site first, or set DATABASE_URL. See docs/ingest.md.

Examples:
  wp ingest listing page.txt --dry-run
  pbpaste | wp ingest listing -`;

/** The options that all of them have. */
interface Given {
  readonly data?: string;
  readonly day?: string;
  readonly dryRun?: true;
  readonly json?: true;
}

function flagsOf({ data, day, dryRun, json }: Given): IngestFlags {
  return {
    isDryRun: dryRun === true,
    json: json === true,
    ...(data === undefined ? {} : { data }),
    ...(day === undefined ? {} : { day }),
  };
}

function withOptions(command: Command): Command {
  return command
    .option('--dry-run', 'say what would happen, and change nothing')
    .option('--data <folder>', 'folder of the database, default .working-papers (or WP_DATA)')
    .option('--json', 'what happened as one line of JSON');
}

interface FileCommand {
  readonly form: FileForm;
  readonly description: string;
  /** Of the example. */
  readonly file: string;
}

function addFile(ingest: Command, { context, onExitCode }: Host, given: FileCommand): void {
  const { form, description, file } = given;
  const command = withOptions(
    ingest
      .command(form)
      .description(`take in ${description}`)
      .argument('<file>', 'path, or - for standard input'),
  );
  if (form === 'listing') command.option('--day <day>', 'its day, YYYY-MM-DD; default its heading');
  command
    .addHelpText('after', `\nExample:\n  wp ingest ${form} ${file}`)
    .action(async (path: string, options: Given) => {
      const { ingestFileCommand } = await import('./ingestCommand.ts');
      onExitCode(await ingestFileCommand(form, path, flagsOf(options), context));
    });
}

function addIds(ingest: Command, { context, onExitCode }: Host): void {
  withOptions(
    ingest
      .command('ids')
      .description('take in the papers whose arXiv ids stand in a text, as arXiv describes them')
      .argument('<file>', 'path, or - for standard input'),
  )
    .addHelpText('after', '\nExample:\n  wp ingest ids notes.txt')
    .action(async (path: string, options: Given) => {
      const { ingestIdsCommand } = await import('./ingestCommand.ts');
      onExitCode(await ingestIdsCommand(path, flagsOf(options), context));
    });
}

function addArxiv(ingest: Command, { context, onExitCode }: Host): void {
  withOptions(
    ingest
      .command('arxiv')
      .description("take in today's announcements of arXiv, or what changed since a day")
      .argument('[category...]', 'for example cs.LG; default those of WP_ARXIV_CATEGORIES'),
  )
    .option('--from <day>', 'what changed since this day, YYYY-MM-DD, new papers included')
    .addHelpText('after', arxivHelp)
    .action(async (categories: string[], options: Given & { from?: string }) => {
      const { ingestArxivCommand } = await import('./ingestCommand.ts');
      const { from } = options;
      const flags: SourceFlags = {
        ...flagsOf(options),
        categories,
        ...(from === undefined ? {} : { from }),
      };
      onExitCode(await ingestArxivCommand(flags, context));
    });
}

const arxivHelp = `
One request in three seconds, as arXiv asks for. What a run has stored stays when it is cut off. With
--dry-run only the first page of changes is read.

Examples:
  wp ingest arxiv cs.LG cs.CL
  wp ingest arxiv cs.LG --from 2026-01-01`;

function addHuggingFace(ingest: Command, { context, onExitCode }: Host): void {
  withOptions(
    ingest.command('huggingface').description('take in the Daily Papers of Hugging Face of a day'),
  )
    .option('--day <day>', 'YYYY-MM-DD; default today')
    .addHelpText('after', '\nExample:\n  wp ingest huggingface --day 2025-06-10')
    .action(async (options: Given) => {
      const { ingestHuggingFaceCommand } = await import('./ingestCommand.ts');
      onExitCode(await ingestHuggingFaceCommand(flagsOf(options), context));
    });
}
