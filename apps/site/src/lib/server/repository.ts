/** What the build takes from `papers/`: the one place that knows where that folder is. */
import { DataError } from '@working-papers/grad';
import type { Demo, Experiment, Paper, Result } from '@working-papers/paper-kit';
import type { Catalogue } from '@working-papers/daily';

/** What a paper's `index.ts` gives the site. */
export interface Implementation {
  readonly experiment: Experiment;
  readonly demo?: Demo;
}

const paperModules = import.meta.glob<{ readonly paper: Paper }>(
  '../../../../../papers/*/paper.ts',
  { eager: true },
);
const results = import.meta.glob<Result>('../../../../../papers/*/results/*.json', {
  eager: true,
  import: 'default',
});
const implementations = import.meta.glob<Implementation>('../../../../../papers/*/index.ts');
const figures = import.meta.glob<string>('../../../../../papers/*/results/figures/*.svg', {
  query: '?raw',
  import: 'default',
});
const methods = import.meta.glob<string>('../../../../../papers/*/method.ts', {
  query: '?raw',
  import: 'default',
});

const root = '../../../../../papers';

/**
 * The catalogue as it was when the site was built.
 *
 * @throws {DataError} If a folder and the slug inside differ.
 */
export function repositoryCatalogue(): Catalogue {
  return Object.entries(paperModules).map(([path, { paper }]) => {
    const folder = path.slice(root.length + 1, -'/paper.ts'.length);
    if (paper.slug !== folder) {
      throw new DataError(
        `catalogue: papers/${folder} has the slug ${paper.slug}; make them equal`,
      );
    }
    return {
      paper,
      results: Object.entries(results)
        .filter(([name]) => name.startsWith(`${root}/${folder}/results/`))
        .map(([, result]) => result),
      isImplemented: `${root}/${folder}/index.ts` in implementations,
    };
  });
}

/** The source of a paper's method, if it has one. */
export async function methodSource(slug: string): Promise<string | undefined> {
  return methods[`${root}/${slug}/method.ts`]?.();
}

/** A paper's code, if it has any. */
export async function implementation(slug: string): Promise<Implementation | undefined> {
  return implementations[`${root}/${slug}/index.ts`]?.();
}

/**
 * A recorded figure, if it is there, as the SVG file that stands alone.
 *
 * @param file - Relative to the paper's results folder.
 */
export async function figureFile(slug: string, file: string): Promise<string | undefined> {
  return figures[`${root}/${slug}/results/${file}`]?.();
}
