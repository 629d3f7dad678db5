import { ConfigError } from '@working-papers/grad';
import type { RunnablePaperModule } from './messages.ts';

const modules = import.meta.glob<RunnablePaperModule>('../../../../../papers/*/index.ts');

/**
 * Loads a paper's code.
 *
 * @throws {ConfigError} If it has none here.
 */
export async function loadRunnablePaper(slug: string): Promise<RunnablePaperModule> {
  const load = modules[`../../../../../papers/${slug}/index.ts`];
  if (load === undefined) throw new ConfigError(`run: ${slug} has no implementation here`);
  return load();
}
