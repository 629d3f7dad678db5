import { createHash } from 'node:crypto';

/**
 * What two spellings of a title have in common: its Latin letters and digits, in lower case. The index
 * `papers_by_title_key` computes the same in SQL.
 *
 * @returns Null if too little is left to tell two papers apart.
 */
export function titleKey(title: string): string | null {
  const key = title.toLowerCase().replace(/[^a-z0-9]+/g, '');
  return key.length < 8 ? null : key;
}

/** The id of a paper that is not on arXiv, made of its title. */
export function idOfTitle(title: string): string {
  const key = titleKey(title) ?? title.normalize('NFKC').toLowerCase();
  return `x-${createHash('sha256').update(key).digest('hex').slice(0, 16)}`;
}
