import { expect, test } from 'vitest';
import { webBackend } from '@working-papers/grad/web';
import { trainClassifier } from '../../../../examples/imageClassifier.ts';
import { blobs } from '../blobs.ts';

test('the classifier of the MNIST example learns in a page', async () => {
  const images = { train: blobs('train', 2000), test: blobs('test', 500) };
  const accuracies: number[] = [];
  const epochs = trainClassifier(images, { backend: await webBackend({ threads: 1 }), epochs: 6 });
  for await (const { accuracy } of epochs) accuracies.push(accuracy);
  expect(accuracies).toHaveLength(6);
  expect(accuracies.at(-1)).toBeGreaterThan(0.95);
});
