import {
  families,
  short,
  type Family,
  type Leaderboard,
  type Standing,
} from '@working-papers/paper-kit';
import { listPapers, loadPaper, type CatalogueEntry } from '@working-papers/papers/catalogue';
import Table from 'cli-table3';
import { csvFormat } from 'd3-dsv';
import { inWords, suggestion } from './nearest.ts';
import { bestResult } from './recorded.ts';
import type { Channel, CommandContext } from './terminal.ts';
import { UsageError } from './usageError.ts';

/** How `wp leaderboard` prints. */
export type LeaderboardFormat = 'table' | 'json' | 'csv';

/** A standing, and where it was measured. */
interface PlacedStanding extends Standing {
  readonly paper: string;
  readonly preset: string;
  readonly seed: number;
  readonly measuredOn: string;
  readonly commit: string;
  readonly isDirty: boolean;
  readonly cpu: string;
}

/**
 * `wp leaderboard`: methods against metrics, from the recorded results of the papers of a family; of
 * each paper the costliest preset counts.
 *
 * @throws {UsageError} If there is no such family.
 */
export async function leaderboardCommand(
  name: string,
  format: LeaderboardFormat,
  { terminal: { stdout, stderr }, papers }: CommandContext,
): Promise<void> {
  const family = familyByName(name);
  const entries = (await listPapers(papers)).filter((entry) => entry.paper.family === family);
  const running = entries.filter(({ hasExperiment }) => hasExperiment);
  const standings: PlacedStanding[] = [];
  for (const entry of running) {
    const { leaderboard } = await loadPaper(entry.paper.slug, papers);
    if (leaderboard) standings.push(...(await standingsOf(entry, leaderboard)));
  }
  if (format === 'json') {
    for (const each of standings) stdout.write(`${JSON.stringify(each)}\n`);
  } else if (format === 'csv') {
    stdout.write(`${csvFormat(standings.map(toLine), columns)}\n`);
  } else {
    const boards = groups(standings, ({ benchmark }) => benchmark);
    for (const own of boards) stdout.write(`${board(own, stdout)}\n\n`);
    for (const [each] of groups(standings, ({ paper }) => paper)) {
      if (each) stdout.write(`${stdout.colors.dim(originOf(each))}\n`);
    }
  }
  if (standings.length === 0) stderr.write(`${emptyNote(family, entries, running)}\n`);
}

function familyByName(name: string): Family {
  const found = families.find((family) => family === name);
  if (found) return found;
  const hint = suggestion(name, families, `the families are ${inWords(families)}`);
  throw new UsageError(`wp leaderboard: no family "${name}"; ${hint}`);
}

async function standingsOf(
  entry: CatalogueEntry,
  leaderboard: Leaderboard,
): Promise<PlacedStanding[]> {
  const result = await bestResult(entry);
  if (!result) return [];
  const { paper, preset, seed, provenance } = result;
  const { commit, isDirty, cpu, startedAt } = provenance;
  const place = { paper, preset, seed, measuredOn: startedAt.slice(0, 10), commit, isDirty, cpu };
  return leaderboard(result.rows).map((standing) => ({ ...standing, ...place }));
}

const columns = [
  'benchmark',
  'method',
  'metric',
  'better',
  'value',
  'low',
  'high',
  'runs',
  'paper',
  'preset',
  'seed',
  'measuredOn',
  'commit',
  'isDirty',
  'cpu',
] as const;

function toLine({ interval, ...rest }: PlacedStanding) {
  return { ...rest, low: interval?.[0] ?? null, high: interval?.[1] ?? null };
}

/** One benchmark: methods in rows, the best at the first metric on top. */
function board(own: readonly PlacedStanding[], { colors }: Channel): string {
  const metrics = groups(own, ({ metric }) => metric).map(([first]) => first!);
  const methods = groups(own, ({ paper, method }) => `${paper}\0${method}`);
  const find = (standings: readonly PlacedStanding[], metric: string) =>
    standings.find((each) => each.metric === metric);
  const [main] = metrics;
  const rank = (standings: readonly PlacedStanding[]) => {
    const value = main && find(standings, main.metric)?.value;
    if (value === undefined) return Infinity;
    return main?.better === 'higher' ? -value : value;
  };
  const sorted = methods.toSorted((a, b) => rank(a) - rank(b));
  const table = new Table({
    head: ['method', 'paper', ...metrics.map(headOf), 'runs'].map((text) => colors.bold(text)),
    style: { head: [], border: [] },
  });
  for (const standings of sorted) {
    const { method, paper, runs } = standings[0]!;
    const cells = metrics.map(({ metric }) => figureOf(find(standings, metric)));
    table.push([method, paper, ...cells, runs]);
  }
  return `${colors.bold(own[0]!.benchmark)}\n${table.toString()}`;
}

function headOf({ metric, better }: Standing): string {
  return `${metric} ${better === 'higher' ? '↑' : '↓'}`;
}

function figureOf(standing: Standing | undefined): string {
  if (!standing) return '';
  const { value, interval } = standing;
  return interval ? `${short(value)} [${short(interval[0])}, ${short(interval[1])}]` : short(value);
}

function originOf({
  paper,
  preset,
  seed,
  measuredOn,
  commit,
  isDirty,
  cpu,
}: PlacedStanding): string {
  const state = isDirty && commit !== 'unknown' ? ' with local changes' : '';
  return `${paper}: preset ${preset}, seed ${seed}, measured on ${measuredOn} at commit ${commit.slice(0, 12)}${state} on ${cpu}; intervals are 95 %`;
}

function emptyNote(
  family: Family,
  entries: readonly CatalogueEntry[],
  running: readonly CatalogueEntry[],
): string {
  const count = `${entries.length} ${entries.length === 1 ? 'paper' : 'papers'}`;
  const run =
    running.length === 0
      ? 'none runs here yet'
      : `those that run here, ${inWords(running.map(({ paper }) => paper.slug))}, have no recorded rows for it`;
  return `no leaderboard of ${family} yet: of its ${count} ${run}`;
}

/** Items with the same key together, in the order of their first. */
function groups<T>(items: readonly T[], keyOf: (item: T) => string): (readonly T[])[] {
  const found = new Map<string, T[]>();
  for (const item of items) {
    const own = found.get(keyOf(item));
    if (own) own.push(item);
    else found.set(keyOf(item), [item]);
  }
  return [...found.values()];
}
