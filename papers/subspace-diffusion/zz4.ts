import { foldIn, keyOf } from '@working-papers/grad';
import { nodeBackend } from '@working-papers/grad/node';
import { nodeDataSource } from '@working-papers/data/node';
import { toModelImages } from '@working-papers/data';
import { memorisation, points } from '@working-papers/metrics';
import { trainNeuralDenoiser, sampleNeuralDenoiser } from './neuralDenoiser.ts';
const HID = JSON.parse(process.argv[3] ?? "[512,512]");
const backend = await nodeBackend({ threads: 1 });
const data = await nodeDataSource().images('mnist');
const px = toModelImages(data.train, { size: 14, range: [-1, 1] });
for (const [N, steps, batch, lr] of JSON.parse(process.argv[2]!)) {
  const key = foldIn(keyOf(0), 'c');
  const train = points(px.slice(0, N * 196), 196);
  const t0 = performance.now();
  let last = 0;
  const den = await trainNeuralDenoiser(train, { hidden: HID, steps, batch, learningRate: lr, key: foldIn(key, 'train'), backend, onStep: (_, l) => { last = l; } });
  const t1 = performance.now();
  const s = await sampleNeuralDenoiser(den, { count: 300, key: foldIn(key, 's'), backend });
  const m = memorisation(s, train);
  const rel = Array.from({length: 300}, (_, i) => m.distances[2*i]! / m.distances[2*i+1]!).sort((a, b) => a - b);
  console.log(N, steps, batch, lr, 'loss', last.toFixed(4), 's', ((t1 - t0) / 1000).toFixed(1), 'mem', m.memorisedFraction, 'ratio q', [30,90,150,210,270].map(i => rel[i]!.toFixed(3)).join(' '), den.sigmaData.toFixed(3));
}
