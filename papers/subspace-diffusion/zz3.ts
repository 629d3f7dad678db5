import { foldIn, keyOf } from '@working-papers/grad';
import { nodeBackend } from '@working-papers/grad/node';
import { memorisation, points } from '@working-papers/metrics';
import { makeMolrg, sampleMolrg } from './molrg.ts';
import { trainNeuralDenoiser, sampleNeuralDenoiser } from './neuralDenoiser.ts';
const backend = await nodeBackend({ threads: 1 });
for (const [d, ratio, steps, batch, lr] of JSON.parse(process.argv[2]!)) {
  const key = foldIn(keyOf(0), d);
  const model = makeMolrg({ dim: 48, dims: [d, d], key });
  const labels = Int32Array.from({ length: 2 * d * ratio }, (_, i) => i % 2);
  const train = points(sampleMolrg(model, { labels, key: foldIn(key, 'x') }).x, 48);
  const t0 = performance.now();
  let last = 0;
  const den = await trainNeuralDenoiser(train, { hidden: [256, 256, 256], steps, batch, learningRate: lr, key: foldIn(key, 'train'), backend, onStep: (_, l) => { last = l; } });
  const t1 = performance.now();
  const s = await sampleNeuralDenoiser(den, { count: 1000, key: foldIn(key, 's'), backend });
  const m = memorisation(s, train);
  const rel = Array.from({length: 1000}, (_, i) => m.distances[2*i]! / m.distances[2*i+1]!).sort((a, b) => a - b);
  console.log(d, ratio, steps, batch, lr, 'loss', last.toFixed(4), 's', ((t1 - t0) / 1000).toFixed(1), 'mem', m.memorisedFraction, 'ratio quantiles', [100,300,500,700,900].map(i => rel[i]!.toFixed(3)).join(' '));
}
