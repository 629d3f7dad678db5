import { originOf } from '$lib/server/api.ts';
import { methodSource } from '$lib/server/repository.ts';
import { picturesOf } from '$lib/server/figurePictures.ts';
import { findPaper } from '$lib/server/findPaper.ts';
import { highlightTypeScript } from '$lib/server/highlight.ts';
import { readEntries, readPaper, relatedPapers, type PaperPage } from '@working-papers/daily';
import { pageCitation, readCitedPapers } from '@working-papers/daily/api';
import type { PageServerLoad } from './$types';

const relatedShown = 6;

export const load: PageServerLoad = async ({ locals, params, url }) => {
  const { database } = locals.site;
  const paper = await readPaper(database, await findPaper(database, params.id));
  const [record] = await readCitedPapers(database, [paper.id]);
  const address = `${originOf({ locals, url })}/papers/${paper.id}`;
  const related = await relatedPapers(database, paper, relatedShown);
  return {
    paper,
    citation: record ? pageCitation(record, address) : null,
    figures: await picturesOf(paper),
    method: await loadMethod(paper),
    related: await readEntries(database, related),
  };
};

async function loadMethod({ slug }: PaperPage) {
  const source = slug === null ? undefined : await methodSource(slug);
  if (slug === null || source === undefined) return null;
  return { path: `papers/${slug}/method.ts`, lines: await highlightTypeScript(source) };
}
