import {
  compile,
  crossEntropy,
  foldIn,
  keyOf,
  permutation,
  tensor,
  valueAndGrad,
  type Backend,
  type Tensor,
} from '@working-papers/grad';
import { toModelImages, type ImageSplit } from '@working-papers/data';
import { adam, mlp, type AdamState, type Mlp } from '@working-papers/nn';

const batch = 100;

/** Trains a network with one hidden layer and yields, after each epoch, how good it is. */
export async function* trainClassifier(
  { train, test }: { readonly train: ImageSplit; readonly test: ImageSplit },
  { backend, epochs }: { readonly backend: Backend; readonly epochs: number },
) {
  const step = compile(
    (state: AdamState<Mlp>, x: Tensor, labels: Tensor) => {
      const [loss, gradient] = valueAndGrad((params: Mlp) =>
        crossEntropy(mlp.apply(params, x), labels).mean(),
      )(state.params);
      return { state: adam.update(state, gradient, { learningRate: 1e-3 }), loss };
    },
    { backend },
  );
  const countRight = compile(
    (params: Mlp, x: Tensor, labels: Tensor) =>
      mlp.apply(params, x).argmax().cast('int32').equal(labels).cast('float32').sum(),
    { backend },
  );
  let state = adam.init(mlp.init(keyOf(1), [train.height * train.width, 256, 10]));
  for (let epoch = 1; epoch <= epochs; epoch++) {
    let [loss, right] = [0, 0];
    for (const { x, labels } of batches(train, epoch)) {
      const result = await step(state, x, labels);
      state = result.state;
      loss += (batch / train.count) * (await result.loss.item());
    }
    for (const { x, labels } of batches(test, 0)) {
      right += await (await countRight(state.params, x, labels)).item();
    }
    yield { epoch, loss, accuracy: right / (Math.floor(test.count / batch) * batch) };
  }
  await Promise.all([step.dispose(), countRight.dispose()]);
}

/** A split in random order, a whole number of batches. */
function* batches(split: ImageSplit, epoch: number) {
  const order = permutation(foldIn(keyOf(2), epoch), split.count);
  const size = split.height * split.width;
  for (let start = 0; start + batch <= split.count; start += batch) {
    const rows = order.subarray(start, start + batch);
    const pixels = new Uint8Array(batch * size);
    rows.forEach((row, i) =>
      pixels.set(split.pixels.subarray(row * size, (row + 1) * size), i * size),
    );
    const images = { ...split, pixels, count: batch };
    yield {
      x: tensor(toModelImages(images, { size: split.height, range: [0, 1] }), {
        shape: [batch, size],
      }),
      labels: tensor(Int32Array.from(rows, (row) => split.labels[row] ?? 0)),
    };
  }
}
