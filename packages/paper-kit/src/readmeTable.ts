import { DataError } from '@working-papers/grad';
import type { Tuning } from './methods.ts';
import type { Paper } from './paper.ts';
import type { Result } from './result.ts';
import { short, type Verdict } from './verdict.ts';

const begin = '<!-- results:begin -->';
const end = '<!-- results:end -->';

/** What a README says of a recorded result: a table of verdicts and where it was measured. */
export function generateReadmeTable(paper: Paper, result: Result): string {
  const lines = Object.entries(paper.claims).map(([id, claim]) => {
    const verdict = result.verdicts[id];
    const cells = [
      id,
      claim.statement,
      claim.figure,
      verdict?.measured ?? '',
      intervalText(verdict),
      verdict?.outcome ?? 'no rule',
    ];
    return `| ${cells.map(escapeCell).join(' | ')} |`;
  });
  return [
    "| | claim | paper's figure | ours | 95 % interval | verdict |",
    '| --- | --- | --- | --- | --- | --- |',
    ...lines,
    '',
    ...tuningLines(result),
    sentence(result),
  ].join('\n');
}

/** What was spent on tuning each method; nothing in results from before that was recorded. */
function tuningLines({ methods }: Result): string[] {
  if (!methods) return [];
  return [
    '| method | role | tuned with | what |',
    '| --- | --- | --- | --- |',
    ...methods.map(({ method, role, tuning }) => {
      const cells = [method, role, budgetText(tuning), tuning.what];
      return `| ${cells.map(escapeCell).join(' | ')} |`;
    }),
    '',
  ];
}

/** A tuning budget as a table shows it. */
export function budgetText({ trials }: Tuning): string {
  if (typeof trials !== 'number') return trials;
  return trials === 1 ? '1 trial' : `${trials} trials`;
}

/**
 * Replaces what stands between the markers of a README.
 *
 * @param readme - Text of the README, with one pair of markers `results:begin` and `results:end`.
 * @param path - Names the file in errors.
 * @throws {DataError} If the markers are not there once each, in order.
 */
export function fillReadme(readme: string, table: string, path: string): string {
  const [from, to] = [readme.indexOf(begin), readme.indexOf(end)];
  if (
    from < 0 ||
    to < from ||
    from !== readme.lastIndexOf(begin) ||
    to !== readme.lastIndexOf(end)
  ) {
    throw new DataError(`${path}: expected one ${begin} and one ${end} after it`);
  }
  // Prettier would pad the columns to the longest cell.
  const block = `${begin}\n\n<!-- prettier-ignore-start -->\n\n${table}\n\n<!-- prettier-ignore-end -->\n\n`;
  return readme.slice(0, from) + block + readme.slice(to);
}

/** The interval of a verdict as a table shows it; empty where there is none. */
export function intervalText(verdict: Verdict | undefined): string {
  if (!verdict?.interval) return '';
  const [low, high] = verdict.interval;
  return `[${short(low)}, ${short(high)}]`;
}

function sentence(result: Result): string {
  const { provenance, preset, seed } = result;
  const { cpu, threads, backend, wallSeconds, commit, isDirty, startedAt } = provenance;
  const state = isDirty && commit !== 'unknown' ? ' with local changes' : '';
  const parts = [
    `Preset ${preset}, seed ${seed}, measured on ${startedAt.slice(0, 10)}`,
    `in ${duration(wallSeconds)} on ${cpu}, ${threads} threads (${backend})`,
    `at commit ${commit.slice(0, 12)}${state}`,
  ];
  return `${parts.join(' ')}: \`${provenance.command}\`.`;
}

/** A time span as a person says it: `1.5 s`, `48 s`, `16 min`, `2.5 h`. */
export function duration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 100) return `${Math.round(seconds)} s`;
  if (seconds < 100 * 60) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}

function escapeCell(text: string): string {
  return text.replace(/\|/g, '\\|').replace(/\s*\n\s*/g, ' ');
}
