/** What `wp export` can write: the encoder that a JEPA learns in part E4. */
import { ConfigError, foldIn, keyOf } from '@working-papers/grad';
import { toModelImages } from '@working-papers/data';
import { compileStep, cosineSchedule, mlp, train } from '@working-papers/nn';
import type { ExportSettings, ModelExport, RunContext } from '@working-papers/paper-kit';
import { initialState, stepOf, viewsFrom, type DistractorsConfig } from './distractors.ts';
import type { Config } from './experiment.ts';

const amplitude = 1;

/** Models by name. */
export const exportedModels = {
  encoder: {
    title:
      'encoder of Fashion-MNIST at 14 x 14, grey from 0 to 1, beside 14 x 14 values of normal noise: x [batch, 392] to embedding [batch, 128]',
    train: async ({ config, seed, batch }: ExportSettings<Config>, context: RunContext) => {
      if (config.distractors === null) {
        throw new ConfigError('encoder: this preset leaves out part E4; use --preset standard');
      }
      const { images } = context.data;
      const split = (await images('fashion-mnist', context.signal)).train;
      const pixels = toModelImages(split, { size: 14, range: [0, 1] });
      const key = foldIn(keyOf(seed), 'export');
      const views = { pixels, amplitude, key: foldIn(key, 'views') };
      const encoder = await trainEncoder(config.distractors, { views, key }, context);
      const [example] = viewsFrom(0, { ...views, batch });
      if (!example) throw new Error('internal: there is no first batch');
      return {
        apply: ({ x }) => {
          if (!x) throw new ConfigError('encoder: no input "x"');
          return { embedding: mlp.apply(encoder, x) };
        },
        example: { x: example.x },
      };
    },
  },
} satisfies Record<string, ModelExport<Config>>;

async function trainEncoder(
  { steps, batch, learningRates: { jepa: peak } }: DistractorsConfig,
  given: {
    readonly views: Omit<Parameters<typeof viewsFrom>[1], 'batch'>;
    readonly key: Parameters<typeof foldIn>[0];
  },
  { backend, signal, onProgress }: RunContext,
) {
  const step = compileStep(stepOf('jepa'), { backend, name: 'step of JEPA' });
  try {
    const events = train({
      step,
      state: initialState('jepa', foldIn(given.key, 'parameters')),
      batches: (first) => viewsFrom(first, { ...given.views, batch }),
      steps,
      learningRate: (at) => cosineSchedule(at, { peak, steps }),
      signal,
    });
    let next = await events.next();
    for (; !next.done; next = await events.next()) {
      const { step: at, loss } = next.value;
      const metric = { name: 'loss', value: loss };
      onProgress({ label: 'encoder', fraction: at / steps, step: at, steps, metric });
    }
    return next.value.online.params.encoder;
  } finally {
    await step.dispose();
  }
}
