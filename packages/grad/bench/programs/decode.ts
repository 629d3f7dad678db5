/**
 * 128 tokens chosen greedily, one by one, by a GPT of 3.5 million parameters (dModel 256, 4 layers,
 * 4 heads, vocabulary 512) with a cache of keys and values. The weights are constants of the graph.
 */
import {
  compile,
  foldIn,
  integers,
  keyOf,
  keyValueCache,
  tensor,
  type Backend,
  type KeyValueCache,
  type Tensor,
} from '../../src/index.ts';
import { gptDecode, initGpt } from '../gptModel.ts';
import type { Program, Settings } from '../program.ts';

const sizes = { dModel: 256, nLayers: 4, nHeads: 4, vocabSize: 512, contextLength: 128 };

/** Weights and the first token of each item of the batch; `settings.batch` says how many. */
export function inputs({ batch = 1 }: Settings) {
  const key = keyOf(1);
  const first = integers(foldIn(key, 'first'), batch, sizes.vocabSize);
  return {
    params: initGpt(foldIn(key, 'params'), sizes),
    first: tensor(BigInt64Array.from(first, BigInt), { shape: [batch, 1] }),
  };
}

/** All 128 tokens; it returns the mean of the last logits that were chosen. */
export async function make(backend: Backend, settings: Settings): Promise<Program> {
  const { params, first } = inputs(settings);
  const { nLayers, nHeads, dModel, contextLength } = sizes;
  const step = compile(
    (tokens: Tensor, before: KeyValueCache) => {
      const { logits, rows } = gptDecode(params, tokens, before, nHeads);
      return { tokens: logits.argmax(-1), best: logits.max(-1).mean(), rows };
    },
    { backend, name: 'decode', optimization: 'all' },
  );
  let cache = keyValueCache.create({
    nLayers,
    batch: first.shape[0] ?? 1,
    nKvHeads: nHeads,
    capacity: contextLength,
    dHead: dModel / nHeads,
  });
  return {
    name: 'decode',
    run: async () => {
      cache = keyValueCache.crop(cache, 0);
      let tokens = first;
      for (;;) {
        const after = await step(tokens, cache);
        cache = keyValueCache.append(cache, after.rows);
        if (keyValueCache.length(cache) === contextLength) return after.best.item();
        tokens = after.tokens;
      }
    },
    dispose: step.dispose,
  };
}
