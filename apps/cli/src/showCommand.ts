import type { Result } from '@working-papers/paper-kit';
import { duration } from '@working-papers/paper-kit/node';
import { listPapers, type CatalogueEntry } from '@working-papers/papers/catalogue';
import { paperByName } from './paperByName.ts';
import { bestResult } from './recorded.ts';
import { wrapText, type Channel, type CommandContext } from './terminal.ts';
import { verdictTable } from './verdictTable.ts';

/**
 * `wp show`: facts, our summary, claims with the recorded verdicts, and how to run the paper.
 *
 * @throws {UsageError} If there is no such paper.
 */
export async function showCommand(
  name: string,
  flags: { json: boolean },
  { terminal: { stdout }, papers }: CommandContext,
): Promise<void> {
  const entry = paperByName(await listPapers(papers), name, 'wp show');
  const recorded = await bestResult(entry);
  if (flags.json) {
    const { paper, hasExperiment } = entry;
    stdout.write(`${JSON.stringify({ paper, hasExperiment, recorded: recorded ?? null })}\n`);
    return;
  }
  const width = Math.min(stdout.width, 100);
  const paragraphs = entry.paper.summary.split(/\n{2,}/).map((text) => wrapText(text, width));
  const parts = [
    facts(entry, stdout),
    ...paragraphs,
    verdictTable(entry.paper, recorded?.verdicts, stdout),
    wrapText(origin(entry, recorded), width),
  ];
  stdout.write(`${parts.join('\n\n')}\n`);
}

function facts({ paper }: CatalogueEntry, { width, colors }: Channel): string {
  const unnamed = (paper.authorCount ?? paper.authors.length) - paper.authors.length;
  const authors = paper.authors.join(', ') + (unnamed > 0 ? ` and ${unnamed} more` : '');
  const code =
    paper.links.code && `${paper.links.code} (${paper.codeLicense ?? 'no licence stated'})`;
  const lines: [string, string | undefined][] = [
    ['authors', authors],
    ['from', paper.organizations.join(', ')],
    ['published', [paper.published, paper.venue].filter(Boolean).join(', ')],
    ['paper', `https://arxiv.org/abs/${paper.arxivId}`],
    ['code', code],
    ['project', paper.links.project],
    ['family', `${paper.family}: ${paper.tags.join(', ')}`],
  ];
  const text = lines
    .filter(([, value]) => value !== undefined && value !== '')
    .map(([label, value = '']) => {
      const wrapped = wrapText(value, Math.min(width, 100), ' '.repeat(11));
      return colors.dim(label.padEnd(11)) + wrapped.trimStart();
    });
  return [wrapText(colors.bold(paper.title), width), ...text].join('\n');
}

function origin(entry: CatalogueEntry, recorded: Result | undefined): string {
  if (!entry.hasExperiment) return 'Does not run here yet.';
  const run = `Run it: wp run ${entry.paper.slug}.`;
  if (!recorded) return run;
  const { cpu, wallSeconds, startedAt } = recorded.provenance;
  return (
    `Recorded with preset ${recorded.preset} on ${startedAt.slice(0, 10)} ` +
    `in ${duration(wallSeconds)} on ${cpu}. ${run}`
  );
}
