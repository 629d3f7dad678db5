import {
  compile,
  crossEntropy,
  foldIn,
  integers,
  keyOf,
  tensor,
  type Backend,
} from '@working-papers/grad';
import type { ImageSplit } from '@working-papers/data';
import {
  adam,
  compileStep,
  cosineSchedule,
  gradientStep,
  mlp,
  train,
  type Mlp,
} from '@working-papers/nn';

/** Trains a network with one hidden layer; yields how good it is after each epoch's worth of images. */
export async function* trainClassifier(
  images: { readonly train: ImageSplit; readonly test: ImageSplit },
  { backend, epochs }: { readonly backend: Backend; readonly epochs: number },
) {
  const { count, height, width } = images.train;
  const [batch, stepsPerEpoch] = [100, Math.floor(count / 100)];
  const steps = epochs * stepsPerEpoch;
  const lossOf = (params: Mlp, { x, labels }: Batch) =>
    crossEntropy(mlp.apply(params, x.div(255)), labels).mean();
  const step = compileStep(gradientStep(lossOf, adam.with()), { backend });
  const accuracyOf = compile(
    (params: Mlp, { x, labels }: Batch) =>
      mlp.apply(params, x.div(255)).argmax().cast('int32').equal(labels).cast('float32').mean(),
    { backend },
  );
  const test = batchOf(
    images.test,
    Int32Array.from({ length: images.test.count }, (_, i) => i),
  );
  const events = train({
    step,
    state: adam.init(mlp.init(keyOf(1), [height * width, 256, 10])),
    *batches(firstStep) {
      for (let i = firstStep; ; i++) {
        yield batchOf(images.train, integers(foldIn(keyOf(2), i), batch, count));
      }
    },
    steps,
    learningRate: (i) => cosineSchedule(i, { peak: 2e-3, steps }),
    samplesPerStep: batch,
    reportEvery: stepsPerEpoch,
  });
  for await (const { state, loss, samplesPerSecond, ...event } of events) {
    const accuracy = await (await accuracyOf(state.params, test)).item();
    yield { epoch: event.step / stepsPerEpoch, loss, accuracy, samplesPerSecond };
  }
  await Promise.all([step.dispose(), accuracyOf.dispose()]);
}

type Batch = ReturnType<typeof batchOf>;

function batchOf({ pixels, labels, height, width }: ImageSplit, rows: Int32Array) {
  const size = height * width;
  const x = new Float32Array(rows.length * size);
  rows.forEach((row, i) => x.set(pixels.subarray(row * size, (row + 1) * size), i * size));
  return {
    x: tensor(x, { shape: [rows.length, size] }),
    labels: tensor(Int32Array.from(rows, (row) => labels[row] ?? 0)),
  };
}
