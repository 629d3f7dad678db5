/** What `wp export` can write: the smallest classifier that Maestro finds. */
import { ConfigError, foldIn, keyOf, tensor, type Tensor } from '@working-papers/grad';
import type { ImageSplit } from '@working-papers/data';
import type { ExportSettings, ModelExport, RunContext } from '@working-papers/paper-kit';
import { mergeNetwork } from './compression.ts';
import type { ClassifierCell } from './classifiers.ts';
import { experiment, type Config } from './experiment.ts';
import { prepareImages, type LabelledImages } from './images.ts';
import { applyNetwork, initNetwork, leNet, type Network } from './network.ts';
import { trainMaestro } from './training.ts';

/** Share of a layer's importance below which its trailing ranks go, as in part E3. */
const threshold = 1e-3;

/** Models by name. */
export const exportedModels = {
  classifier: {
    title:
      'LeNet of MNIST, trained by Maestro and cut to its ranks: pixels [batch, 1, 28, 28] from 0 to 255 to logits [batch, 10]',
    train: async ({ config, seed, batch }: ExportSettings<Config>, context: RunContext) => {
      const { train, test } = await context.data.images('mnist', context.signal);
      const cell = cellOf(config, seed);
      const { trainImages: trainCount, testImages: testCount } = cell;
      const prepared = prepareImages({ train, test }, { trainCount, testCount });
      const network = await smallNetwork(cell, prepared.train, context);
      const { mean, deviation } = prepared.scale;
      return {
        apply: ({ pixels }) => {
          if (!pixels) throw new ConfigError('classifier: no input "pixels"');
          const x = pixels.sub(mean).mul(1 / deviation);
          return { logits: applyNetwork(leNet(), network, x).logits };
        },
        example: { pixels: firstImages(test, batch) },
      };
    },
  },
} satisfies Record<string, ModelExport<Config>>;

/** The cell of part E3 whose training the model repeats. */
function cellOf(config: Config, seed: number): ClassifierCell & { readonly lambda: number } {
  for (const cell of experiment.cells(config, seed)) {
    if (cell.part !== 'E3' || cell.dataset !== 'mnist' || cell.model !== 'LeNet') continue;
    if (cell.recipe.method === 'Maestro' && cell.recipe.lambda > 0) {
      return { ...cell, lambda: cell.recipe.lambda };
    }
  }
  throw new ConfigError('classifier: this preset trains no LeNet on MNIST; use quick or standard');
}

async function smallNetwork(
  { training: settings, dataset, model, lambda, seed }: ReturnType<typeof cellOf>,
  images: LabelledImages,
  { backend, signal, onProgress }: RunContext,
): Promise<Network> {
  const architecture = leNet();
  // The keys of the cell, so that this is the very network that the experiment measures.
  const key = [dataset, model].reduce(foldIn, foldIn(keyOf(seed), 'E3'));
  const training = trainMaestro(
    initNetwork(architecture, foldIn(key, 'start')),
    {
      ...settings,
      architecture,
      images,
      key: foldIn(key, 'training'),
      backend,
      signal,
      onStep: (step, steps, loss) =>
        onProgress({
          label: 'classifier',
          fraction: step / steps,
          step,
          steps,
          metric: { name: 'loss', value: loss },
        }),
    },
    { lambda, threshold, hasFullPass: false, sampling: 'single' },
  );
  let last: Network | undefined;
  for await (const { network } of training) last = network;
  if (!last) throw new ConfigError('classifier: this preset trains for no epoch');
  return mergeNetwork(last);
}

function firstImages({ pixels, height, width, count }: ImageSplit, batch: number): Tensor {
  if (batch > count)
    throw new ConfigError(`classifier: batch = ${batch}; expected ${count} at most`);
  const first = Float32Array.from(pixels.subarray(0, batch * height * width));
  return tensor(first, { shape: [batch, 1, height, width] });
}
