import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Benchmark, Target } from './benchmarks.ts';
import { lossDifference, type Absent, type Measured } from './measure.ts';

/** A measured comparison and where it comes from. */
export interface Result {
  readonly id: string;
  readonly date: string;
  readonly commit: string;
  readonly machine: string;
  readonly threads: number;
  readonly measured: readonly Measured[];
  readonly absent: readonly Absent[];
}

/** A target with what was reached. */
export interface Verdict {
  readonly target: Target;
  readonly ours: Measured;
  readonly against: Measured;
  readonly ratio: number;
}

const file = fileURLToPath(new URL('results.json', import.meta.url));

/** The last result of each benchmark. */
export function readResults(): readonly Result[] {
  if (!existsSync(file)) return [];
  // Nobody else writes this file.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return JSON.parse(readFileSync(file, 'utf8')) as readonly Result[];
}

/** Replaces the results of the same benchmarks and keeps the others. */
export function storeResults(fresh: readonly Result[], order: readonly Benchmark[]): void {
  const all = new Map([...readResults(), ...fresh].map((result) => [result.id, result]));
  const kept = order.flatMap(({ id }) => all.get(id) ?? []);
  writeFileSync(file, `${JSON.stringify(kept, null, 2)}\n`);
}

/** What the targets of a benchmark came to; those whose sides were measured. */
export function verdictsOf(benchmark: Benchmark, result: Result): readonly Verdict[] {
  return benchmark.targets.flatMap((target) => {
    const ours = fastest(result.measured, (one) => {
      return one.runner === target.ours && one.where === target.where;
    });
    const against = fastest(result.measured, (one) => {
      const where = target.against === 'pytorch' ? 'python' : target.where;
      const isForm = target.forms === undefined || target.forms.includes(one.form);
      return one.runner === target.against && one.where === where && isForm;
    });
    if (ours === undefined || against === undefined) return [];
    return [{ target, ours, against, ratio: against.ms.median / ours.ms.median }];
  });
}

/** The one with the smallest median among those that are asked for. */
export function fastest(
  measured: readonly Measured[],
  isMeant: (one: Measured) => boolean,
): Measured | undefined {
  return measured.filter(isMeant).toSorted((a, b) => a.ms.median - b.ms.median)[0];
}

/** Contenders whose first losses are not those of the first: they compute something else. */
export function strangers(measured: readonly Measured[], tolerance: number): readonly Measured[] {
  const [first] = measured;
  return measured.filter(({ losses }) => {
    const difference = lossDifference(losses, first?.losses ?? []);
    return !(difference <= tolerance);
  });
}
