// npx tsx --conditions=source examples/mnist.ts: over 97 % of the test digits, in half a minute.
import { nodeDataSource } from '@working-papers/data/node';
import { nodeBackend } from '@working-papers/grad/node';
import { trainClassifier } from './imageClassifier.ts';

const images = await nodeDataSource().images('mnist');
const epochs = trainClassifier(images, { backend: await nodeBackend(), epochs: 4 });
for await (const { epoch, loss, accuracy, samplesPerSecond } of epochs) {
  const seconds = process.cpuUsage().user / 1e6;
  process.stdout.write(
    `epoch ${epoch}: loss ${loss.toFixed(3)}, ${samplesPerSecond.toFixed(0)} images/s, ${(100 * accuracy).toFixed(2)} % of the test digits, ${seconds.toFixed(1)} s of CPU\n`,
  );
}
