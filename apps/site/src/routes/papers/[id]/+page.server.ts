import { figureSource, methodSource } from '$lib/server/catalogue/repository.ts';
import { findPaper } from '$lib/server/findPaper.ts';
import { highlightTypeScript } from '$lib/server/highlight.ts';
import { readPaper, type PaperPage } from '$lib/server/paperPage.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params }) => {
  const { database } = locals.site;
  const paper = await readPaper(database, await findPaper(database, params.id));
  return { paper, figures: await loadFigures(paper), method: await loadMethod(paper) };
};

/** The pictures of the costliest run that has any. */
async function loadFigures({ slug, runs, claims }: PaperPage) {
  const decisive = claims.find(({ verdict }) => verdict !== null)?.verdict?.runId;
  const run = runs.find(({ id }) => id === decisive) ?? runs[0];
  if (slug === null || run === undefined) return [];
  const figures = await Promise.all(
    run.figures.map(async (figure) => ({ ...figure, svg: await figureSource(slug, figure.file) })),
  );
  return figures.flatMap(({ svg, ...figure }) =>
    svg === undefined ? [] : [{ ...figure, svg, preset: run.preset }],
  );
}

async function loadMethod({ slug }: PaperPage) {
  const source = slug === null ? undefined : await methodSource(slug);
  if (slug === null || source === undefined) return null;
  return { path: `papers/${slug}/method.ts`, lines: await highlightTypeScript(source) };
}
