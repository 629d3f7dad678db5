import type { Shape } from '../shape.ts';
import type { GraphBuilder } from './graphBuilder.ts';
import type { OnnxValue } from './model.ts';

/** The most rounds that are written out where the backend has Loop: few nodes start a session faster. */
const unrolledRounds = 8;

/** One round of {@link lowerRounds}. */
export interface Round {
  /** Name of the round's number, counted from 0, of shape [1]: an index for Gather. */
  readonly index: string;
  /** Names of the carried values. */
  readonly values: readonly string[];
}

/** What a round leaves. */
export interface RoundResult {
  readonly values: readonly string[];
  /** A value whose last axis has size 1; those of all rounds are joined along it. */
  readonly column?: string;
}

/** What is left after all rounds. */
export interface Repeated {
  readonly values: readonly string[];
  /** [..., count]; an empty name if the rounds leave no columns. */
  readonly columns: string;
}

/**
 * A fixed number of rounds of the same work: a Loop where the backend has one and it pays, else
 * written out. A round must depend on its number through Gather only.
 *
 * @param carried - The values before the first round; their shapes do not change.
 * @param columnShape - Shape of a round's column, if it leaves one.
 */
export function lowerRounds(
  graph: GraphBuilder,
  { count, carried, columnShape }: RepeatOptions,
  step: (round: Round) => RoundResult,
): Repeated {
  if (count > unrolledRounds && graph.supports('Loop')) {
    const one = graph.int64s([1]);
    const results = graph.loop(graph.constant([count], [], 'int64'), carried, (round, values) => {
      const result = step({ index: graph.node('Reshape', [round, one]), values });
      return [...result.values, ...(result.column === undefined ? [] : [result.column])];
    });
    const stacked = results[carried.length];
    if (stacked === undefined || columnShape === undefined) return { values: results, columns: '' };
    const moved = graph.node('Transpose', [stacked], {
      perm: [...columnShape.map((_, i) => i + 1), 0],
    });
    const shape = graph.int64s([...columnShape.slice(0, -1), count]);
    return {
      values: results.slice(0, carried.length),
      columns: graph.node('Reshape', [moved, shape]),
    };
  }
  let values: readonly string[] = carried.map(({ name }) => name);
  const columns: string[] = [];
  for (let i = 0; i < count; i++) {
    const result = step({ index: graph.constant([i], [1], 'int32'), values });
    values = result.values;
    if (result.column !== undefined) columns.push(result.column);
  }
  return {
    values,
    columns: columns.length === 0 ? '' : graph.node('Concat', columns, { axis: -1 }),
  };
}

/** See {@link lowerRounds}. */
export interface RepeatOptions {
  readonly count: number;
  readonly carried: readonly OnnxValue[];
  readonly columnShape?: Shape;
}
