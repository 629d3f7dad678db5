import { describe, expect, test } from 'vitest';
import { ctcBeamSearch, ctcGreedyDecode } from '../src/ctcDecode.ts';
import { keyOf, uniforms } from '../src/random.ts';
import { full, hostData, tensor, type Tensor } from '../src/tensor.ts';
import { expectClose } from './closeness.ts';
import { ctc } from './references/ctc.ts';

/** Normalised log-probabilities, [frames, classes]. */
function draw(seed: number, frames: number, classes: number): Tensor {
  const values = Array.from(uniforms(keyOf(seed), frames * classes), (value) => 0.05 + value);
  const rows = Array.from({ length: frames }, (_, i) => {
    const row = values.slice(i * classes, (i + 1) * classes);
    const sum = row.reduce((a, b) => a + b);
    return row.map((value) => Math.log(value / sum));
  });
  return tensor(rows, { dtype: 'float64' });
}

/** log P(labels) by going through every path. */
function logLikelihood(logProbs: Tensor, labels: readonly number[], blank: number): number {
  const [frames = 0] = logProbs.shape;
  const one = (value: number) => ({ shape: [1], data: [value] });
  const data = Array.from(hostData(logProbs), Number);
  const targets = { shape: [1, labels.length], data: labels };
  const inputs = [
    { shape: [1, ...logProbs.shape], data },
    targets,
    one(frames),
    one(labels.length),
  ];
  const loss = ctc['ctcLoss']?.(inputs, { blank } as never);
  return loss !== undefined && 'data' in loss ? -(loss.data[0] ?? NaN) : NaN;
}

describe('greedy decoding', () => {
  test('merges repetitions, then removes blanks', () => {
    const path = [1, 1, 0, 1, 2, 2, 0, 0, 3];
    const logProbs = tensor(
      path.map((best) => [0, 1, 2, 3].map((label) => Math.log(label === best ? 0.7 : 0.1))),
      { dtype: 'float64' },
    );
    const { labels, logProb } = ctcGreedyDecode(logProbs);
    expect(labels).toEqual([1, 1, 2, 3]);
    expectClose([logProb], [9 * Math.log(0.7)], 1e-12, 'log-probability');
    expect(ctcGreedyDecode(logProbs, 2).labels).toEqual([1, 0, 1, 0, 3]);
    expect(ctcGreedyDecode(full([3, 2], 0)).labels).toEqual([]);
  });
});

describe('beam search', () => {
  test.each([1, 2, 3, 4])('with room for all prefixes is exact, draw %d', (seed) => {
    const blank = seed % 3;
    const logProbs = draw(seed, 5, 3);
    const all = ctcBeamSearch(logProbs, { beamSize: 1000, blank });
    const expected = all.map(({ labels }) => logLikelihood(logProbs, labels, blank));
    expectClose(
      all.map(({ logProb }) => logProb),
      expected,
      1e-12,
      'log-probabilities',
    );
    const sum = expected.reduce((total, value) => total + Math.exp(value), 0);
    expectClose([sum], [1], 1e-12, 'probability of everything');
    expect(expected).toEqual(expected.toSorted((a, b) => b - a));
  });

  test('finds what is probable only as a sum, which greedy decoding misses', () => {
    const logProbs = tensor(
      [
        [0.6, 0.4],
        [0.6, 0.4],
      ].map((row) => row.map(Math.log)),
      {
        dtype: 'float64',
      },
    );
    expect(ctcGreedyDecode(logProbs).labels).toEqual([]);
    const [best] = ctcBeamSearch(logProbs, { beamSize: 2 });
    expect(best?.labels).toEqual([1]);
    expectClose([best?.logProb ?? NaN], [Math.log(0.64)], 1e-12, 'log-probability');
  });

  test('keeps no more than the beam', () => {
    expect(ctcBeamSearch(draw(9, 6, 4), { beamSize: 3 })).toHaveLength(3);
  });
});

test('what does not fit is refused', () => {
  const refusals = [
    () => ctcGreedyDecode(full([2, 3, 4], 0)),
    () => ctcGreedyDecode(full([3, 4], 0), 4),
    () => ctcBeamSearch(full([3, 4], 0), { beamSize: 0 }),
  ].map((act) => {
    try {
      act();
      return 'no error';
    } catch (error) {
      return String(error);
    }
  });
  expect(refusals).toMatchInlineSnapshot(`
    [
      "ShapeError: ctcGreedyDecode: log-probabilities are [2, 3, 4]; expected [frames, classes] of one sequence",
      "ShapeError: ctcGreedyDecode: blank = 4 is not a class from 0 to 3",
      "ConfigError: ctcBeamSearch: beamSize = 0 is not a positive integer",
    ]
  `);
});
