import { ConfigError, ShapeError } from './errors.ts';
import { formatShape } from './shape.ts';
import { hostData, type Tensor } from './tensor.ts';

/** A sequence of labels, without blanks, and how probable it is. */
export interface CtcHypothesis {
  readonly labels: readonly number[];
  /** Natural logarithm: of the best path for greedy decoding, of all alignments in the beam for beam search. */
  readonly logProb: number;
}

/**
 * The labels of the most probable path: the best class of each frame, the lower of equals, with
 * repetitions merged and then blanks removed. Computed on the host.
 *
 * @param logProbs - Natural logarithms, [frames, classes], concrete.
 * @param blank - The class that stands for no label. Default 0.
 * @throws {ShapeError} If `logProbs` has not two axes or `blank` is no class.
 */
export function ctcGreedyDecode(logProbs: Tensor, blank = 0): CtcHypothesis {
  const frames = rowsOf('ctcGreedyDecode', logProbs, blank);
  const best = frames.map((row) => row.indexOf(Math.max(...row)));
  return {
    labels: best.filter((label, i) => label !== blank && label !== best[i - 1]),
    logProb: frames.reduce((total, row) => total + Math.max(...row), 0),
  };
}

/** Options of {@link ctcBeamSearch}. */
export interface CtcBeamOptions {
  /** Prefixes kept after each frame. */
  readonly beamSize: number;
  /** The class that stands for no label. Default 0. */
  readonly blank?: number;
}

/**
 * The most probable sequences of labels, by prefix beam search: alignments that spell the same prefix are
 * added up (Graves 2012; Hannun et al. 2014, arXiv:1408.2873). Exact if the beam holds every prefix.
 * Computed on the host, in frames x beamSize x classes steps.
 *
 * @param logProbs - Natural logarithms, [frames, classes], concrete.
 * @returns At most `beamSize` hypotheses, the most probable first.
 * @throws {ShapeError} If `logProbs` has not two axes or `blank` is no class.
 * @throws {ConfigError} If `beamSize` is not a positive integer.
 */
export function ctcBeamSearch(
  logProbs: Tensor,
  { beamSize, blank = 0 }: CtcBeamOptions,
): readonly CtcHypothesis[] {
  if (!Number.isInteger(beamSize) || beamSize < 1) {
    throw new ConfigError(`ctcBeamSearch: beamSize = ${beamSize} is not a positive integer`);
  }
  let beam: readonly Prefix[] = [{ labels: [], blank: 0, label: -Infinity }];
  for (const row of rowsOf('ctcBeamSearch', logProbs, blank)) {
    beam = extend(beam, row, blank)
      .filter((prefix) => total(prefix) > -Infinity)
      .toSorted((a, b) => total(b) - total(a))
      .slice(0, beamSize);
  }
  return beam.map((prefix) => ({ labels: prefix.labels, logProb: total(prefix) }));
}

/** A prefix with the log-probabilities of its alignments that end with a blank and with its last label. */
interface Prefix {
  readonly labels: readonly number[];
  blank: number;
  label: number;
}

function extend(beam: readonly Prefix[], row: readonly number[], blank: number): Prefix[] {
  const next = new Map<string, Prefix>();
  const at = (labels: readonly number[]): Prefix => {
    const key = labels.join();
    const known = next.get(key) ?? { labels, blank: -Infinity, label: -Infinity };
    next.set(key, known);
    return known;
  };
  for (const prefix of beam) {
    const last = prefix.labels.at(-1);
    row.forEach((logProb, label) => {
      const same = at(prefix.labels);
      if (label === blank) {
        same.blank = logAdd(same.blank, total(prefix) + logProb);
        return;
      }
      const longer = at([...prefix.labels, label]);
      if (label === last) {
        same.label = logAdd(same.label, prefix.label + logProb);
        longer.label = logAdd(longer.label, prefix.blank + logProb);
      } else {
        longer.label = logAdd(longer.label, total(prefix) + logProb);
      }
    });
  }
  return [...next.values()];
}

function total(prefix: Prefix): number {
  return logAdd(prefix.blank, prefix.label);
}

/** log(e^a + e^b). */
function logAdd(a: number, b: number): number {
  const larger = Math.max(a, b);
  return larger === -Infinity ? larger : larger + Math.log1p(Math.exp(Math.min(a, b) - larger));
}

function rowsOf(operation: string, logProbs: Tensor, blank: number): readonly number[][] {
  const [frames, classes] = logProbs.shape;
  if (logProbs.rank !== 2 || frames === undefined || classes === undefined) {
    throw new ShapeError(
      `${operation}: log-probabilities are ${formatShape(logProbs.shape)}; expected [frames, classes] of one sequence`,
    );
  }
  if (!Number.isInteger(blank) || blank < 0 || blank >= classes) {
    throw new ShapeError(`${operation}: blank = ${blank} is not a class from 0 to ${classes - 1}`);
  }
  const values = Array.from(hostData(logProbs), Number);
  return Array.from({ length: frames }, (_, i) => values.slice(i * classes, (i + 1) * classes));
}
