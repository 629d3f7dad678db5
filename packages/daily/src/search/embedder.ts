import { ConfigError } from '@working-papers/grad';
import { unit } from './corpusModel.ts';
import type { VectorKind } from './searchIndex.ts';
import type { KeptModel, Workbench } from './workbench.ts';

/** What turns texts into vectors of length 1. Its kind is stored beside them. */
export interface Embedder {
  readonly kind: VectorKind;
  readonly embed: (texts: readonly string[]) => Promise<readonly Float32Array[]>;
}

/** The corpus's own vectors, by the model that the workbench has loaded. */
export function corpusEmbedder({ kind }: KeptModel, workbench: Workbench): Embedder {
  return { kind, embed: workbench.embed };
}

const library = '@huggingface/transformers';
const libraryVersion = '4.3.1';

/** What of the library is used. */
interface FeatureExtraction {
  (
    texts: readonly string[],
    options: { readonly pooling: 'mean'; readonly normalize: true },
  ): Promise<{ readonly dims: readonly number[]; readonly data: ArrayLike<number> }>;
}

interface Library {
  readonly pipeline: (task: 'feature-extraction', model: string) => Promise<FeatureExtraction>;
}

/**
 * An embedder by a model of `@huggingface/transformers`, which the operator installs. The library
 * fetches the model the first time, or takes it from a folder.
 *
 * @param model - Its name on the hub, or a folder.
 * @param load - How to load the library; default from where Node finds it.
 * @throws {ConfigError} If the library is not installed.
 */
export async function transformersEmbedder(
  model: string,
  load: () => Promise<unknown> = () => import(/* @vite-ignore */ library),
): Promise<Embedder> {
  const module = await load().catch((cause: unknown) => {
    throw notInstalled(model, cause);
  });
  if (!isLibrary(module)) throw notInstalled(model);
  const extract = await module.pipeline('feature-extraction', model);
  const embed = async (texts: readonly string[]): Promise<Float32Array[]> => {
    if (texts.length === 0) return [];
    const { dims, data } = await extract(texts, { pooling: 'mean', normalize: true });
    const width = dims.at(-1) ?? 0;
    return texts.map((_, i) => {
      const vector = Float32Array.from({ length: width }, (__, j) => data[i * width + j] ?? NaN);
      if (vector.some((value) => !Number.isFinite(value))) {
        throw new ConfigError(
          `search: ${model} gave a vector that is not finite; set WP_EMBEDDER to another model`,
        );
      }
      return unit(vector);
    });
  };
  const [probe] = await embed(['A sentence to learn the dimension.']);
  const dimension = probe?.length ?? 0;
  return { kind: { name: model, version: `transformers ${libraryVersion}`, dimension }, embed };
}

function notInstalled(model: string, cause?: unknown): ConfigError {
  return new ConfigError(
    `search: WP_EMBEDDER = ${model} needs ${library}, which is not installed; run npm install ${library}@${libraryVersion}, or unset WP_EMBEDDER`,
    { cause },
  );
}

/** The boundary to a library that may be absent, or replaced by an empty package. */
function isLibrary(module: unknown): module is Library {
  if (typeof module !== 'object' || module === null || !('pipeline' in module)) return false;
  return typeof module.pipeline === 'function';
}
