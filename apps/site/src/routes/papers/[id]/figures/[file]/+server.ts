import { error } from '@sveltejs/kit';
import { figureFile } from '$lib/server/repository.ts';
import { findPaper } from '$lib/server/findPaper.ts';
import { readPaper } from '@working-papers/daily';
import type { RequestHandler } from './$types';

/** A recorded figure as a file that stands alone: it has its own style sheet and runs nothing. */
export const GET: RequestHandler = async ({ locals, params }) => {
  const { database } = locals.site;
  const id = await findPaper(database, params.id, `/figures/${params.file}`);
  const { slug, runs } = await readPaper(database, id);
  const file = runs
    .flatMap(({ figures }) => figures)
    .find((figure) => figure.file === `figures/${params.file}`)?.file;
  const svg = slug === null || file === undefined ? undefined : await figureFile(slug, file);
  if (svg === undefined) {
    error(404, {
      message: `There is no figure “${params.file}” of this paper.`,
      links: [{ href: `/papers/${id}`, text: 'About the paper' }],
    });
  }
  return new Response(svg, {
    headers: {
      'Content-Type': 'image/svg+xml',
      'Content-Security-Policy':
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox",
      'Cache-Control': 'no-cache',
    },
  });
};
