import type { ClaimRecord } from './publicRecords.ts';
import type { PaperRecord } from './paperRecord.ts';

/** A paper's page as Markdown (CommonMark with tables), for programs that read text. */
export function paperMarkdown(
  paper: PaperRecord,
  claims: readonly ClaimRecord[],
  origin: string,
): string {
  const address = `${origin}/papers/${encodeURIComponent(paper.id)}`;
  const names = paper.authors.flatMap(({ name, status }) => (status === 'hidden' ? [] : [name]));
  const others = paper.authorCount - paper.authors.length;
  const facts: readonly (readonly [string, string | null])[] = [
    ['Authors', [...names, ...(others > 0 ? [`${others} more`] : [])].join(', ') || null],
    ['Organisations', paper.organizations.map(({ name }) => name).join(', ') || null],
    ['Featured', paper.day],
    ['On arXiv', paper.publishedAt?.toISOString().slice(0, 10) ?? null],
    ['Withdrawn', paper.withdrawnAt?.toISOString().slice(0, 10) ?? null],
    ['Venue', paper.venue],
    ['Categories', paper.categories.join(', ') || null],
    ['Votes', String(paper.upvotes)],
    ['Comments', String(paper.commentCount)],
  ];
  const links: readonly (readonly [string, string | null])[] = [
    ['This page', address],
    ['arXiv', arxivAddress(paper.id)],
    ['Code of the authors', paper.code],
    ['Project', paper.project],
    ['Run it here', paper.runsHere ? `${address}/run` : null],
  ];
  const text = paper.abstract ?? paper.summary;
  const heading = paper.abstract === null ? 'Our summary' : 'Abstract';
  return [
    `# ${escapeText(paper.title)}`,
    list(facts.map(([name, value]) => [name, value === null ? null : escapeText(value)])),
    ...(text === null ? [] : [`## ${heading}`, escapeText(text)]),
    ...(claims.length === 0 ? [] : ['## Claims', claimTable(claims)]),
    '## Links',
    list(links.map(([name, value]) => [name, value === null ? null : `<${webAddress(value)}>`])),
    '',
  ].join('\n\n');
}

function claimTable(claims: readonly ClaimRecord[]): string {
  const rows = claims.map(({ id, statement, paperValue, verdict }) => [
    id,
    statement,
    paperValue,
    verdict?.measured ?? '',
    verdict?.outcome ?? 'no run yet',
  ]);
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => escapeText(cell).replace(/\s*\n\s*/g, ' ')).join(' | ')} |`;
  const head = ['', 'claim', 'the paper', 'here', 'verdict'];
  return [line(head), `|${' --- |'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}

function list(items: readonly (readonly [string, string | null])[]): string {
  return items
    .flatMap(([name, value]) => (value === null ? [] : [`- ${name}: ${value}`]))
    .join('\n');
}

function arxivAddress(id: string): string | null {
  return /^\d{4}\.\d{4,5}$/.test(id) ? `https://arxiv.org/abs/${id}` : null;
}

/** An address that cannot end the angle brackets around it. */
function webAddress(text: string): string {
  return new URL(text).href.replace(/[<>]/g, encodeURIComponent);
}

/** Text that stays text: what Markdown would read as structure, HTML, or a link is escaped. */
function escapeText(text: string): string {
  return text
    .replace(/[^\P{Cc}\n]/gu, ' ')
    .replace(/[\\`*[\]<>|&]/g, (found) => `\\${found}`)
    .replace(/^(\s*)([#+-]|\d+[.)])(?=\s|$)/gm, (_, space: string, mark: string) =>
      /^\d/.test(mark) ? `${space}${mark.slice(0, -1)}\\${mark.slice(-1)}` : `${space}\\${mark}`,
    )
    .replace(/^(\s*)(=+|-{2,}|~{3,})/gm, '$1\\$2');
}
