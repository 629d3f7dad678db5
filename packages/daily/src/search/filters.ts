import type { Outcome } from '@working-papers/paper-kit';
import { nameId } from '../nameId.ts';
import type { SearchPaper } from './searchIndex.ts';

/** Which papers may be found; all that is given must hold. */
export interface SearchFilters {
  /** First and last day, `YYYY-MM-DD`. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** Only papers that run here. */
  readonly runsHere?: boolean | undefined;
  /** At least one claim came out so; `any`: at least one was tested. */
  readonly verdict?: Outcome | 'any' | undefined;
  readonly family?: string | undefined;
  readonly category?: string | undefined;
  /** Names or parts of names: whole words in their order. */
  readonly authors?: readonly string[] | undefined;
  readonly organizations?: readonly string[] | undefined;
}

/** What filters look at, stored with each paper. */
export interface Facets {
  readonly day: string;
  /** Keys of names, see `nameKeys`. */
  readonly authors: string;
  readonly organizations: string;
  readonly categories: readonly string[];
  readonly family: string;
  readonly outcomes: readonly string[];
  readonly runsHere: boolean;
}

/** The facets of a paper. */
export function facetsOf(paper: SearchPaper): Facets {
  return {
    day: paper.day,
    authors: nameKeys(paper.authors),
    organizations: nameKeys(paper.organizations),
    categories: paper.categories.map(lowerCase),
    family: paper.family ?? '',
    outcomes: paper.outcomes,
    runsHere: paper.runsHere,
  };
}

/** Names as one text in which `nameKey` of any of their words, or of some in a row, occurs. */
function nameKeys(names: readonly string[]): string {
  return names.map(nameKey).join('|');
}

/** `José Álvarez` becomes `-jose-alvarez-`. */
export function nameKey(name: string): string {
  return `-${nameId(name)}-`;
}

/** Whether a paper may be found. */
export function passes(facets: Facets, filters: SearchFilters): boolean {
  const {
    from,
    to,
    runsHere,
    verdict,
    family,
    category,
    authors = [],
    organizations = [],
  } = filters;
  return (
    (from === undefined || facets.day >= from) &&
    (to === undefined || facets.day <= to) &&
    (runsHere !== true || facets.runsHere) &&
    (verdict === undefined || hasOutcome(facets.outcomes, verdict)) &&
    (family === undefined || facets.family === family) &&
    (category === undefined || inCategory(facets.categories, lowerCase(category))) &&
    authors.every((name) => facets.authors.includes(nameKey(name))) &&
    organizations.every((name) => facets.organizations.includes(nameKey(name)))
  );
}

/** Outcomes that say that a claim was put to the test. */
export const testedOutcomes: readonly Outcome[] = ['holds', 'partly', 'fails'];

function hasOutcome(outcomes: readonly string[], verdict: Outcome | 'any'): boolean {
  if (verdict !== 'any') return outcomes.includes(verdict);
  return testedOutcomes.some((outcome) => outcomes.includes(outcome));
}

/** `cs` finds `cs.LG`, `cs.lg` finds `cs.LG`. */
function inCategory(categories: readonly string[], category: string): boolean {
  return categories.some((one) => one === category || one.startsWith(`${category}.`));
}

function lowerCase(text: string): string {
  return text.toLowerCase();
}
