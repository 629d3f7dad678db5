import { z } from 'zod';
import { Refusal } from '../refusal.ts';

/** What a digest is about: papers of any of these; without any, all papers. */
export interface DigestFilters {
  /** Tags of our catalogue. */
  readonly topics: readonly string[];
  /** As arXiv names them; `cs` stands for all that begin with `cs.`. */
  readonly categories: readonly string[];
  /** As typed into the search box. */
  readonly searches: readonly string[];
}

const maxFilters = 20;
const texts = (maxLength: number) =>
  z
    .array(z.string())
    .transform((list) => list.map((text) => text.normalize('NFC').replace(/\s+/g, ' ').trim()))
    .transform((list) => [...new Set(list.filter((text) => text !== ''))].toSorted())
    .pipe(
      z
        .array(
          z
            .string()
            .max(maxLength)
            .regex(/^\P{Cc}*$/u),
        )
        .max(maxFilters),
    )
    .default([]);
const filters = z.object({
  topics: texts(60),
  categories: texts(30).pipe(z.array(z.string().regex(/^[a-z-]+(\.[a-z-]+)?$/i))),
  searches: texts(250),
});

/**
 * Filters as they are kept: each once, in order.
 *
 * @throws {Refusal} `invalid`, if they are too many, too long or no categories.
 */
export function checkFilters(given: Partial<DigestFilters>): DigestFilters {
  const checked = filters.safeParse(given);
  if (checked.success) return checked.data;
  const what = String(checked.error.issues[0]?.path[0] ?? 'filters');
  const expected =
    what === 'categories'
      ? 'categories have the form cs.LG'
      : `at most ${maxFilters} ${what}, none of them long`;
  throw new Refusal('invalid', `These ${what} cannot be used; ${expected}.`);
}

/** Filters as they are kept in the database; what is not known there is left out. */
export function storedFilters(value: unknown): DigestFilters {
  return filters.catch({ topics: [], categories: [], searches: [] }).parse(value);
}

/** The same for the same filters; empty without any. */
export function filtersKey({ topics, categories, searches }: DigestFilters): string {
  if (topics.length + categories.length + searches.length === 0) return '';
  return JSON.stringify([topics, categories, searches]);
}

/** For example `topics diffusion, vision; category cs.LG`. */
export function filtersInWords({ topics, categories, searches }: DigestFilters): string {
  return [
    ...(topics.length > 0
      ? [`${topics.length > 1 ? 'topics' : 'topic'} ${topics.join(', ')}`]
      : []),
    ...(categories.length > 0
      ? [`${categories.length > 1 ? 'categories' : 'category'} ${categories.join(', ')}`]
      : []),
    ...searches.map((search) => `search “${search}”`),
  ].join('; ');
}
