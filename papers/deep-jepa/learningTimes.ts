/** When features are learned, read off a descent. */
import type { Snapshot } from './descent.ts';

/**
 * The time at which each strength first reaches its target, between snapshots along the logarithm of
 * the strength, which grows by orders of magnitude.
 *
 * @param targets - As many as strengths of a snapshot.
 * @returns A time of each feature; null if it was not learned.
 */
export function learningTimes(
  snapshots: readonly Snapshot[],
  targets: ArrayLike<number>,
): readonly (number | null)[] {
  return Array.from(targets, (target, i) => {
    const after = snapshots.findIndex(({ strengths }) => strengths[i]! >= target);
    const [from, to] = [snapshots[after - 1], snapshots[after]];
    if (to === undefined) return null;
    if (from === undefined) return to.time;
    const [low, high] = [from.strengths[i]!, to.strengths[i]!];
    const share = Math.log(target / low) / Math.log(high / low);
    return from.time + share * (to.time - from.time);
  });
}
