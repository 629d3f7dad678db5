import { at, build, count, logSumExp, none, type Reference, type Values } from './values.ts';

interface Params {
  readonly blank: number;
}

/** Alignments, by going through every sequence of classes. */
export const ctc: Readonly<Record<string, Reference>> = {
  ctcLoss: ([logProbs = none, ...rest], { blank }: Params) =>
    build([logProbs.shape[0] ?? 0], ([item = 0]) => {
      const scores = alignments([logProbs, ...rest], item, blank).map(({ score }) => score);
      return scores.length === 0 ? Infinity : -logSumExp(scores);
    }),
  ctcOccupancy: ([logProbs = none, ...rest], { blank }: Params) => {
    const byItem = count(logProbs.shape[0] ?? 0).map((item) => {
      const paths = alignments([logProbs, ...rest], item, blank);
      const total = logSumExp(paths.map(({ score }) => score));
      return paths.map(({ path, score }) => ({ path, weight: Math.exp(score - total) }));
    });
    return build(logProbs.shape, ([item = 0, frame = 0, label]) =>
      (byItem[item] ?? []).reduce(
        (sum, { path, weight }) => sum + (path[frame] === label ? weight : 0),
        0,
      ),
    );
  },
};

interface Path {
  readonly path: readonly number[];
  readonly score: number;
}

function alignments(inputs: readonly Values[], item: number, blank: number): readonly Path[] {
  const [logProbs = none, targets = none, inputLengths = none, targetLengths = none] = inputs;
  const target = count(at(targetLengths, [item])).map((i) => at(targets, [item, i]));
  const frames = at(inputLengths, [item]);
  return pathsThat({ frames, classes: logProbs.shape[2] ?? 0, blank, target }).map((path) => ({
    path,
    score: path.reduce((sum, label, frame) => sum + at(logProbs, [item, frame, label]), 0),
  }));
}

function spells(path: readonly number[], blank: number): readonly number[] {
  return path.filter((label, i) => label !== path[i - 1]).filter((label) => label !== blank);
}

interface Spelling {
  readonly frames: number;
  readonly classes: number;
  readonly blank: number;
  readonly target: readonly number[];
}

const known = new Map<string, readonly (readonly number[])[]>();

/** Every sequence of classes that spells a target; found once, as differences ask thousands of times. */
function pathsThat(wanted: Spelling): readonly (readonly number[])[] {
  const key = JSON.stringify(wanted);
  const { frames, classes, blank, target } = wanted;
  const paths =
    known.get(key) ??
    count(frames)
      .reduce<readonly (readonly number[])[]>(
        (shorter) => shorter.flatMap((path) => count(classes).map((label) => [...path, label])),
        [[]],
      )
      .filter((path) => spells(path, blank).join() === target.join());
  known.set(key, paths);
  return paths;
}
