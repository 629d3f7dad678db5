import type { Paper, Verdict } from '@working-papers/paper-kit';
import { intervalText } from '@working-papers/paper-kit/node';
import Table from 'cli-table3';
import { wrapText, type Channel } from './terminal.ts';

/** Below this many columns a table has no room for words, and claims stand under each other. */
const narrow = 80;
/** Beyond this many, lines get hard to follow. */
const widest = 160;

/**
 * Claims of a paper against what was measured, in the width of the terminal.
 *
 * @param verdicts - By claim; undefined if the paper has not been run, and then only its side is shown.
 */
export function verdictTable(
  paper: Paper,
  verdicts: Readonly<Record<string, Verdict>> | undefined,
  channel: Channel,
): string {
  const lines = Object.entries(paper.claims).map(([id, claim]) => ({
    id,
    claim: claim.statement,
    figure: claim.figure,
    verdict: verdicts?.[id],
  }));
  if (channel.width < narrow) return asBlocks(lines, channel);
  return verdicts ? measuredTable(lines, channel) : claimsTable(lines, channel);
}

interface Line {
  readonly id: string;
  readonly claim: string;
  readonly figure: string;
  readonly verdict: Verdict | undefined;
}

function measuredTable(lines: readonly Line[], { width, colors }: Channel): string {
  const intervals = lines.map(({ verdict }) => intervalText(verdict).length + 2);
  const intervalWidth = Math.max(15, ...intervals);
  const words = Math.min(width, widest) - (4 + intervalWidth + 14) - 7; // seven borders
  const [claimWidth, figureWidth] = [share(words, 0.38), share(words, 0.27)];
  const oursWidth = words - claimWidth - figureWidth;
  const table = emptyTable(
    ['', 'claim', "paper's figure", 'ours', '95 % interval', 'verdict'],
    [4, claimWidth, figureWidth, oursWidth, intervalWidth, 14],
    colors,
  );
  for (const { id, claim, figure, verdict } of lines) {
    table.push([
      id,
      cutWords(claim, claimWidth),
      cutWords(figure, figureWidth),
      cutWords(verdict?.measured ?? '', oursWidth),
      intervalText(verdict),
      paintOutcome(verdict, colors),
    ]);
  }
  return table.toString();
}

function claimsTable(lines: readonly Line[], { width, colors }: Channel): string {
  const words = Math.min(width, widest) - 4 - 4; // four borders
  const table = emptyTable(
    ['', 'claim', "paper's figure"],
    [4, share(words, 0.6), share(words, 0.4)],
    colors,
  );
  for (const { id, claim, figure } of lines) table.push([id, claim, figure]);
  return table.toString();
}

function emptyTable(head: readonly string[], widths: readonly number[], colors: Channel['colors']) {
  return new Table({
    head: head.map((text) => colors.bold(text)),
    colWidths: [...widths],
    wordWrap: true,
    style: { head: [], border: [] },
  });
}

function share(width: number, part: number): number {
  return Math.floor(width * part);
}

/** The table would drop the end of a word that is longer than its column. */
function cutWords(text: string, columnWidth: number): string {
  const length = columnWidth - 2;
  return text.replace(new RegExp(`\\S{${length}}(?=\\S)`, 'g'), '$& ');
}

function asBlocks(lines: readonly Line[], { width, colors }: Channel): string {
  return lines
    .map(({ id, claim, figure, verdict }) => {
      const ours = verdict && `ours: ${verdict.measured} ${intervalText(verdict)}`;
      return [
        [colors.bold(id), paintOutcome(verdict, colors)].join('  ').trimEnd(),
        wrapText(claim, width, '    '),
        wrapText(`paper: ${figure}`, width, '    '),
        ...(ours === undefined ? [] : [wrapText(ours.trimEnd(), width, '    ')]),
      ].join('\n');
    })
    .join('\n\n');
}

/** An outcome in its colour; the word alone says it too. */
function paintOutcome(verdict: Verdict | undefined, colors: Channel['colors']): string {
  const outcome = verdict?.outcome;
  switch (outcome) {
    case 'holds':
      return colors.green(outcome);
    case 'partly':
      return colors.yellow(outcome);
    case 'fails':
      return colors.red(outcome);
    case 'not measured':
    case 'untestable':
      return colors.dim(outcome);
    case undefined:
      return '';
  }
}
