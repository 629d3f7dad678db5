import { listPapers, type CatalogueEntry } from '@working-papers/papers/catalogue';
import type { Result } from '@working-papers/paper-kit';
import { bestResult, summarise } from './recorded.ts';
import type { Channel, CommandContext } from './terminal.ts';

/** `wp list`: a line for each paper, newest first. */
export async function listCommand(
  flags: { json: boolean },
  context: CommandContext,
): Promise<void> {
  const { stdout, stderr } = context.terminal;
  const entries = await listPapers(context.papers);
  const items = await Promise.all(
    entries.map(async (entry) => ({ entry, recorded: await bestResult(entry) })),
  );
  if (flags.json) {
    for (const item of items) stdout.write(`${JSON.stringify(toJson(item))}\n`);
    return;
  }
  const slugWidth = Math.max(...entries.map(({ paper }) => paper.slug.length));
  for (const item of items) stdout.write(`${toLine(item, slugWidth, stdout)}\n`);
  const running = entries.filter(({ hasExperiment }) => hasExperiment).length;
  stderr.write(
    `\n${entries.length} papers; ${running} with * ${running === 1 ? 'runs' : 'run'} here: wp run <paper>\n`,
  );
}

interface Item {
  readonly entry: CatalogueEntry;
  readonly recorded: Result | undefined;
}

function toLine({ entry, recorded }: Item, slugWidth: number, stdout: Channel): string {
  const { paper, hasExperiment } = entry;
  const { dim, bold, green } = stdout.colors;
  const verdicts = recorded ? `  [${summarise(recorded)}]` : '';
  const room = stdout.width - 10 - 2 - slugWidth - 2 - 2 - verdicts.length;
  const isTooLong = stdout.isTerminal && paper.title.length > room;
  const title = isTooLong ? `${paper.title.slice(0, Math.max(0, room - 1))}…` : paper.title;
  return [
    dim(paper.published),
    `  ${bold(paper.slug.padEnd(slugWidth))}`,
    `  ${hasExperiment ? green('*') : ' '} ${title}`,
    dim(verdicts),
  ].join('');
}

function toJson({ entry, recorded }: Item) {
  const { slug, title, published, arxivId, family } = entry.paper;
  const { hasExperiment } = entry;
  const result = recorded && { preset: recorded.preset, verdicts: recorded.verdicts };
  return { slug, title, published, arxivId, family, hasExperiment, recorded: result ?? null };
}
