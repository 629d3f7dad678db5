import { z } from 'zod';
import { doiOf, isArxivId, plainLine, splitName, type CitedPaper } from './citedPaper.ts';

const cslName = z.union([
  z.object({ family: z.string(), given: z.string() }),
  z.object({ literal: z.string() }),
]);

/** An item of CSL-JSON, as far as papers need it (citationstyles.org, csl-data). */
export const cslItem = z.object({
  id: z.string(),
  type: z.enum(['article', 'article-journal']),
  title: z.string(),
  author: z.array(cslName).optional(),
  issued: z.object({ 'date-parts': z.array(z.array(z.number().int())) }).optional(),
  abstract: z.string().optional(),
  'container-title': z.string().optional(),
  publisher: z.string().optional(),
  number: z.string().optional(),
  DOI: z.string().optional(),
  URL: z.url().optional(),
});

export type CslItem = z.infer<typeof cslItem>;

/** Papers as CSL-JSON; a preprint is an `article` of the publisher arXiv. */
export function cslJson(papers: readonly CitedPaper[]): CslItem[] {
  return papers.map((paper) => {
    const isArxiv = isArxivId(paper.id);
    const doi = doiOf(paper);
    const { title, authors, publishedAt, abstract, journalRef } = paper;
    return {
      id: paper.id,
      type: journalRef === null ? 'article' : 'article-journal',
      title: plainLine(title),
      ...(authors.length > 0 && { author: authors.map(nameOf) }),
      ...(publishedAt !== null && { issued: { 'date-parts': [dateParts(publishedAt)] } }),
      ...(abstract !== null && { abstract: plainLine(abstract) }),
      ...(journalRef !== null && { 'container-title': plainLine(journalRef) }),
      ...(isArxiv && journalRef === null && { publisher: 'arXiv' }),
      ...(isArxiv && { number: `arXiv:${paper.id}`, URL: `https://arxiv.org/abs/${paper.id}` }),
      ...(doi !== null && { DOI: doi }),
    };
  });
}

function nameOf(name: string) {
  const { family, given } = splitName(name);
  return given === '' ? { literal: family } : { family, given };
}

function dateParts(date: Date): number[] {
  return [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()];
}
