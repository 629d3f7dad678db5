import { listPapers, type Selection } from '@working-papers/daily';
import { readListOptions } from './listOptions.ts';
import type { Site } from './site.ts';

/** Data of a page with the papers of a selection, the newest first. */
export async function loadList(
  { locals, url }: { readonly locals: { readonly site: Site }; readonly url: URL },
  selection: Selection,
) {
  const options = readListOptions(url, 'time');
  const list = await listPapers(locals.site.database, selection, options);
  return { ...list, isFirstPage: options.after === '' };
}
