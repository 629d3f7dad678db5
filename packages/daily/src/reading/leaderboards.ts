import type { Standing } from '@working-papers/paper-kit';
import type { FamilyRun } from './runs.ts';

/** A standing and the run that produced it. */
export interface PlacedStanding extends Standing {
  readonly run: FamilyRun;
}

/** Methods against metrics on one benchmark. */
export interface Board {
  readonly benchmark: string;
  readonly metrics: readonly Pick<Standing, 'metric' | 'better'>[];
  /** The best at the first metric on top; those without a figure there come last. */
  readonly lines: readonly BoardLine[];
}

/** One method of one paper: a figure per metric, or none. */
export interface BoardLine {
  readonly method: string;
  readonly run: FamilyRun;
  readonly figures: readonly (PlacedStanding | null)[];
}

/** Puts standings into one table per benchmark. */
export function arrangeBoards(standings: readonly PlacedStanding[]): readonly Board[] {
  return [...groupBy(standings, ({ benchmark }) => benchmark)].map(([benchmark, own]) => {
    const metrics = [...new Map(own.map((each) => [each.metric, each])).values()].map(
      ({ metric, better }) => ({ metric, better }),
    );
    const methods = groupBy(own, ({ run, method }) => `${run.runId}\0${method}`);
    const lines = [...methods.values()].flatMap(([first, ...rest]) =>
      first === undefined ? [] : [lineOf(first, [first, ...rest], metrics)],
    );
    return { benchmark, metrics, lines: lines.toSorted((a, b) => rank(a) - rank(b)) };
  });
}

function lineOf(
  { method, run }: PlacedStanding,
  own: readonly PlacedStanding[],
  metrics: Board['metrics'],
): BoardLine {
  const figures = metrics.map(({ metric }) => own.find((each) => each.metric === metric) ?? null);
  return { method, run, figures };
}

function rank({ figures: [first] }: BoardLine): number {
  if (!first) return Infinity;
  return first.better === 'higher' ? -first.value : first.value;
}

/** Items with the same key together, in the order of their first. */
function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}
