/** What `wp export` can write: a denoiser of part C. */
import {
  ConfigError,
  evaluate,
  foldIn,
  keyOf,
  normal,
  tensor,
  type Tensor,
} from '@working-papers/grad';
import type { Points } from '@working-papers/metrics';
import type { ExportSettings, ModelExport, RunContext } from '@working-papers/paper-kit';
import type { Config } from './experiment.ts';
import { imagesCells, loadImages } from './images.ts';
import { denoiserOf, trainNeuralDenoiser } from './neuralDenoiser.ts';
import { reportTraining } from './reportTraining.ts';

/** Models by name. */
export const exportedModels = {
  denoiser: {
    title:
      'denoiser of images of 14 x 14: xt [batch, 196], which is x0 in [-1, 1] plus sigma [batch, 1] times normal noise, to x0 [batch, 196]',
    train: async ({ config, seed, batch }: ExportSettings<Config>, context: RunContext) => {
      const { images, settings } = await trainingImages(config, seed, context);
      const { steps } = settings;
      const { backend, signal, onProgress } = context;
      const place = { label: `denoiser of ${settings.dataset}`, index: 0, trainings: 1, steps };
      const key = foldIn(keyOf(seed), 'export');
      const denoiser = await trainNeuralDenoiser(images, {
        ...settings,
        key,
        backend,
        signal,
        onStep: reportTraining(onProgress, place),
      });
      const mean = tensor(denoiser.mean, { shape: [1, images.dim] });
      const denoise = denoiserOf(denoiser.params, denoiser.sigmaData);
      return {
        apply: ({ xt, sigma }) => {
          if (!xt || !sigma) throw new ConfigError('denoiser: no inputs "xt" and "sigma"');
          return { x0: denoise(xt.sub(mean), sigma).add(mean) };
        },
        example: await evaluate(noisyImages(images, batch, key), { backend }),
      };
    },
  },
} satisfies Record<string, ModelExport<Config>>;

/** Half of the first data set of the preset, as the largest network of part C gets it. */
async function trainingImages(config: Config, seed: number, context: RunContext) {
  const settings = imagesCells(config.images, seed, 1).findLast((cell) => cell.N !== null);
  if (!settings || settings.N === null) {
    throw new ConfigError('denoiser: this preset leaves out part C; use quick or standard');
  }
  const all = await loadImages(settings, context);
  const count = Math.min(settings.N, Math.floor(all.count / 2));
  const images = { ...all, count, data: all.data.slice(0, count * all.dim) };
  return { images, settings };
}

function noisyImages(
  { data, dim, count }: Points,
  batch: number,
  key: Parameters<typeof normal>[0],
) {
  if (batch > count) throw new ConfigError(`denoiser: batch = ${batch}; expected ${count} at most`);
  const x0 = tensor(data.slice(0, batch * dim), { shape: [batch, dim] });
  const sigma: Tensor = tensor(new Float32Array(batch).fill(0.5), { shape: [batch, 1] });
  return { xt: x0.add(normal(foldIn(key, 'example'), [batch, dim]).mul(sigma)), sigma };
}
