/** What the three interfaces of arXiv have in common. */
import { z } from 'zod';

/** Text of an element, with or without attributes. */
export const element = z.union([
  z.string(),
  z.object({ '#text': z.string() }).transform((e) => e['#text']),
]);

/** Where nothing stands in XML, nothing is known. */
export const optionalElement = element
  .optional()
  .transform((text) => (text === undefined || text.trim() === '' ? undefined : text.trim()));

/** Whether arXiv's comment or abstract is the notice of a withdrawal. */
export function isWithdrawal(comment: string | undefined, abstract: string | undefined): boolean {
  const notice =
    /^(?:this (?:paper|article|submission|manuscript|work|preprint) (?:has been|is|was) )?withdrawn\b/i;
  return notice.test(comment?.trim() ?? '') || notice.test(abstract?.trim() ?? '');
}

/** Names from a list like `A. One (1), B. Two, Jr. and C. Three`; affiliations are left out. */
export function splitAuthors(list: string): string[] {
  let plain = list;
  for (let before = ''; before !== plain;) {
    before = plain;
    plain = plain.replace(/\([^()]*\)/g, ' ');
  }
  return plain
    .replace(/,\s*(Jr|Sr|II|III|IV)\b\.?/g, ' $1')
    .split(/\s*[,;]\s*(?:and\s+)?|\s+and\s+/)
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

/** The first DOI of a list, without the address of the resolver. */
export function firstDoi(text: string | undefined): string | undefined {
  return /10\.\d{4,9}\/[^\s,;<>"{}]+/.exec(text ?? '')?.[0];
}

/** Fields without those that are not known. */
export function known<Fields extends object>(fields: Fields): Partial<Fields> {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  const rest: Partial<Fields> = {};
  return Object.assign(rest, Object.fromEntries(entries));
}
