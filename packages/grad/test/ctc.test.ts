import { describe, expect, test } from 'vitest';
import '../src/methods.ts';
import { ctcLoss } from '../src/ops/ctcLoss.ts';
import { nodeBackend } from '../src/runtime/node.ts';
import { webBackend } from '../src/runtime/web.ts';
import { full, hostData, tensor, type Tensor } from '../src/tensor.ts';
import { compile, evaluate } from '../src/trace/compile.ts';
import { grad } from '../src/trace/gradient.ts';
import { expectClose } from './closeness.ts';
import fixture from './fixtures/ctc.json' with { type: 'json' };

const backends = [await nodeBackend({ threads: 2 }), await webBackend({ threads: 2 })];

describe.each(backends.map((backend) => [backend.name, backend] as const))('%s', (_, backend) => {
  for (const { shape, blank, zeroInfinity, losses, gradient, ...stored } of fixture.cases) {
    const lengths = `${stored.inputLengths.join()} frames, ${stored.targetLengths.join()} labels`;
    const title = `[${shape.join()}], ${lengths}, zeroInfinity ${zeroInfinity}`;
    test(`has PyTorch's losses and gradients by logits, ${title}`, async () => {
      const whole = (values: readonly number[]) => tensor([...values], { dtype: 'int64' });
      const targets = {
        targets: tensor(stored.targets, { dtype: 'int64' }),
        inputLengths: whole(stored.inputLengths),
        targetLengths: whole(stored.targetLengths),
      };
      const impossible = zeroInfinity ? 'zero' : 'infinite';
      const run = compile(
        (logits: Tensor, rest: typeof targets, dy: Tensor) => {
          const all = (x: Tensor) => ctcLoss(x.logSoftmax(), rest, { blank, impossible });
          return {
            losses: all(logits),
            gradient: grad((x: Tensor) => all(x).mul(dy).sum())(logits),
          };
        },
        { backend, name: 'ctc' },
      );
      const logits = tensor(stored.logits, { shape, dtype: 'float64' });
      const actual = await run(logits, targets, tensor(stored.dy, { dtype: 'float64' }));
      await run.dispose();
      const wanted = losses.map((loss) => loss ?? Infinity);
      expectClose(hostData(actual.losses), wanted, 1e-10, 'losses');
      if (gradient !== null) expectClose(hostData(actual.gradient), gradient, 1e-10, 'gradient');
    });
  }

  test('the gradient is 0 where no alignment exists, and right beside it', async () => {
    const gradient = (labels: readonly number[][]) =>
      grad((x: Tensor) => {
        const [batch, frames] = [labels.length, 3];
        const lengths = (value: number) => full([batch], value, 'int32');
        const loss = ctcLoss(x, {
          targets: tensor(labels, { dtype: 'int32' }),
          inputLengths: lengths(frames),
          targetLengths: lengths(3),
        });
        return loss.sum();
      })(full([labels.length, 3, 3], -1));
    const both = await evaluate(
      gradient([
        [1, 2, 1],
        [1, 1, 2],
      ]),
      { backend },
    );
    const possible = [0, -1, 0, 0, 0, -1, 0, -1, 0];
    expectClose(hostData(both), [...possible, ...possible.map(() => 0)], 1e-6, 'gradient');
  });

  test('a probability of 0 rules out the alignments that need it', async () => {
    const [a, b] = [Math.log(0.25), Math.log(0.75)];
    const x = tensor([-Infinity, 0, a, b], { shape: [1, 2, 2] });
    const whole = (value: number) => full([1], value, 'int32');
    const loss = ctcLoss(x, {
      targets: full([1, 1], 1, 'int32'),
      inputLengths: whole(2),
      targetLengths: whole(1),
    });
    expectClose(hostData(await evaluate(loss, { backend })), [0], 1e-6, 'loss');
  });

  test('hundreds of frames stay exact in float32', async () => {
    const frames = 300;
    const uniform = full([1, frames, 4], Math.log(1 / 4));
    const whole = (value: number) => full([1], value, 'int32');
    const loss = ctcLoss(uniform, {
      targets: full([1, 1], 2, 'int32'),
      inputLengths: whole(frames),
      targetLengths: whole(1),
    });
    // The label may stand on any run of frames: T (T + 1) / 2 alignments.
    const expected = frames * Math.log(4) - Math.log((frames * (frames + 1)) / 2);
    expectClose(hostData(await evaluate(loss, { backend })), [expected], 2e-6, 'loss');
  });
});

test('what does not fit is refused', () => {
  const some = full([2, 5, 3], 0);
  const whole = (...shape: readonly number[]) => full(shape, 1, 'int32');
  const call =
    (parts: Partial<Record<'targets' | 'inputLengths' | 'targetLengths', Tensor>>) => () =>
      ctcLoss(some, {
        targets: whole(2, 1),
        inputLengths: whole(2),
        targetLengths: whole(2),
        ...parts,
      });
  const refusals = [
    call({ targets: whole(3, 1) }),
    call({ inputLengths: whole(2, 1) }),
    call({ targetLengths: full([2], 1) }),
    () =>
      ctcLoss(
        some,
        { targets: whole(2, 1), inputLengths: whole(2), targetLengths: whole(2) },
        { blank: 3 },
      ),
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
      "ShapeError: ctcLoss: got [2, 5, 3], [3, 1], [2], [2]; expected log-probabilities [batch, frames, classes], targets [batch, labels], and lengths [batch] of both",
      "ShapeError: ctcLoss: got [2, 5, 3], [2, 1], [2, 1], [2]; expected log-probabilities [batch, frames, classes], targets [batch, labels], and lengths [batch] of both",
      "ShapeError: ctcLoss: element types are float32, int32, int32, float32; expected floating-point log-probabilities, and int32 or int64 targets and lengths",
      "ShapeError: ctcLoss: blank = 3 is not a class from 0 to 2",
    ]
  `);
});
