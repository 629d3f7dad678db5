import { methodSource } from '$lib/server/repository.ts';
import { picturesOf } from '$lib/server/figurePictures.ts';
import { findPaper } from '$lib/server/findPaper.ts';
import { highlightTypeScript } from '$lib/server/highlight.ts';
import { readPaper, type PaperPage } from '@working-papers/daily';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params }) => {
  const { database } = locals.site;
  const paper = await readPaper(database, await findPaper(database, params.id));
  return { paper, figures: await picturesOf(paper), method: await loadMethod(paper) };
};

async function loadMethod({ slug }: PaperPage) {
  const source = slug === null ? undefined : await methodSource(slug);
  if (slug === null || source === undefined) return null;
  return { path: `papers/${slug}/method.ts`, lines: await highlightTypeScript(source) };
}
