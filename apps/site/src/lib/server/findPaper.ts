import { error, redirect } from '@sveltejs/kit';
import { type Connection, resolvePaper } from '@working-papers/daily';

/**
 * The arXiv id that an address means; other names of a paper are redirected to it.
 *
 * @param rest - What follows the paper in the address, for example `/run`.
 */
export async function findPaper(connection: Connection, text: string, rest = ''): Promise<string> {
  const found = await resolvePaper(connection, text);
  if (found.kind === 'paper') return found.id;
  if (found.kind === 'alias') redirect(308, `/papers/${found.id}${rest}`);
  const id = /^\d{4}\.\d{4,5}(v\d+)?$/.exec(text)?.[0];
  return error(404, {
    message:
      id === undefined
        ? `“${text}” is neither an arXiv id, such as 2409.02426, nor the name of a paper here.`
        : `There is no paper ${id} here.`,
    links: [
      ...(id === undefined
        ? []
        : [{ href: `https://arxiv.org/abs/${id}`, text: `Look for ${id} on arXiv` }]),
      { href: '/', text: 'All papers' },
    ],
  });
}
