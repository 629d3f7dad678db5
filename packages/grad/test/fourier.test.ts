import { describe, expect, test } from 'vitest';
import '../src/methods.ts';
import {
  dct,
  dct2d,
  idct,
  idct2d,
  irfft,
  irfft2d,
  rfft,
  rfft2d,
  type Complex,
} from '../src/ops/fourier.ts';
import { keyOf, normal } from '../src/random.ts';
import { nodeBackend } from '../src/runtime/node.ts';
import { webBackend } from '../src/runtime/web.ts';
import { full, hostData, ones, tensor, type Tensor } from '../src/tensor.ts';
import { compile, evaluate } from '../src/trace/compile.ts';
import { grad } from '../src/trace/gradient.ts';
import { expectClose } from './closeness.ts';
import fixture from './fixtures/fourier.json' with { type: 'json' };

const backends = [await nodeBackend({ threads: 2 }), await webBackend({ threads: 2 })];

const parts = ({ re, im }: Complex): readonly Tensor[] => [re, im];

/** Our call for each of scripts/reference/fourier.py. */
const calls: Readonly<Record<string, (a: Tensor, b: Tensor, n?: number) => readonly Tensor[]>> = {
  rfft: (x) => parts(rfft(x)),
  irfft: (re, im, n) => [irfft({ re, im }, n)],
  rfft2d: (x) => parts(rfft2d(x)),
  irfft2d: (re, im, n) => [irfft2d({ re, im }, n)],
  dct: (x) => [dct(x)],
  idct: (x) => [idct(x)],
  dct2d: (x) => [dct2d(x)],
  idct2d: (x) => [idct2d(x)],
};

describe.each(backends.map((backend) => [backend.name, backend] as const))('%s', (_, backend) => {
  for (const { call, inputs, outputs, n } of fixture.cases) {
    const shapes = inputs.map(({ shape }) => `[${shape.join()}]`).join(' ');
    test(`${call} ${shapes} has SciPy's values`, async () => {
      for (const [dtype, tolerance] of [
        ['float64', 1e-13],
        ['float32', 3e-6],
      ] as const) {
        const run = compile(
          ([a, b]: readonly Tensor[]) => (a && calls[call]?.(a, b ?? a, n)) ?? [],
          { backend, name: call },
        );
        const actual = await run(inputs.map(({ shape, data }) => tensor(data, { shape, dtype })));
        await run.dispose();
        expect(actual.map(({ shape }) => shape)).toEqual(outputs.map(({ shape }) => shape));
        actual.forEach((value, i) =>
          expectClose(hostData(value), outputs[i]?.data ?? [], tolerance, `${dtype} ${i}`),
        );
      }
    });
  }

  test('the gradient of the power at one frequency is the wave of that frequency', async () => {
    const n = 12;
    const x = normal(keyOf(1), [n]);
    const power = (signal: Tensor) => {
      const { re, im } = rfft(signal);
      const at = (part: Tensor) => part.slice({ axis: 0, start: 3, end: 4 }).square().sum();
      return at(re).add(at(im));
    };
    const gradient = await evaluate(grad(power)(x), { backend });
    const values = Array.from(hostData(x), Number);
    const angle = (j: number) => (2 * Math.PI * 3 * j) / n;
    const along = (f: (a: number) => number) =>
      values.reduce((total, value, j) => total + value * f(angle(j)), 0);
    const [c, s] = [along(Math.cos), along(Math.sin)];
    const wanted = values.map((_value, j) => 2 * (c * Math.cos(angle(j)) + s * Math.sin(angle(j))));
    expectClose(hostData(gradient), wanted, 1e-5, 'gradient');
  });
});

const node = await nodeBackend({ threads: 2 });

test.each([1, 2, 7, 64])('inverses undo the transforms of %d elements', async (n) => {
  const x = normal(keyOf(n), [3, n]);
  const back = await evaluate(
    [idct(dct(x)), irfft(rfft(x), n), idct2d(dct2d(x)), irfft2d(rfft2d(x), n)],
    { backend: node },
  );
  for (const value of back) expectClose(hostData(value), hostData(x), 2e-6, 'x');
});

test('parts and sizes that do not fit are refused', () => {
  const refusals = [
    () => rfft(full([], 1)),
    () => irfft({ re: ones([2, 3]), im: ones([3]) }),
    () => irfft({ re: ones([5]), im: ones([5]) }, 10),
    () => irfft({ re: ones([1]), im: ones([1]) }),
    () => dct2d(ones([4])),
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
      "ShapeError: rfft: got a scalar; expected [..., n]",
      "ShapeError: irfft: real and imaginary parts differ: [2, 3] and [3]",
      "ShapeError: irfft: 5 frequencies do not belong to n = 10; expected 8 or 9",
      "ShapeError: irfft: 1 frequencies do not belong to n = 0; expected 0 or 1",
      "ShapeError: dct2d: [4] has fewer than two axes; expected [..., rows, columns]",
    ]
  `);
});
