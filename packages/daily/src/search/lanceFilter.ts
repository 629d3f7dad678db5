import type { Outcome } from '@working-papers/paper-kit';
import { nameKey, testedOutcomes, type SearchFilters } from './filters.ts';

/** The filters as SQL over the columns of a LanceDB table; undefined if there are none. */
export function lanceFilter(filters: SearchFilters): string | undefined {
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
  const conditions = [
    from === undefined ? [] : [`day >= ${quote(from)}`],
    to === undefined ? [] : [`day <= ${quote(to)}`],
    runsHere === true ? ['runs_here = true'] : [],
    verdict === undefined ? [] : [anyOf(verdict === 'any' ? testedOutcomes : [verdict])],
    family === undefined ? [] : [`family = ${quote(family)}`],
    category === undefined ? [] : [inCategory(category.toLowerCase())],
    authors.map((name) => contains('authors', nameKey(name))),
    organizations.map((name) => contains('organizations', nameKey(name))),
  ].flat();
  return conditions.length === 0 ? undefined : conditions.join(' AND ');
}

/** Several values in one column, each between bars. */
export function barred(values: readonly string[]): string {
  return `|${values.join('|')}|`;
}

/** A text as SQL. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function anyOf(outcomes: readonly Outcome[]): string {
  return `(${outcomes.map((outcome) => contains('outcomes', barred([outcome]))).join(' OR ')})`;
}

/** `cs` finds `cs.LG`, too. */
function inCategory(category: string): string {
  const whole = contains('categories', `|${category}|`);
  return `(${whole} OR ${contains('categories', `|${category}.`)})`;
}

/** `strpos` and not `LIKE`, whose wildcards a name may contain. */
function contains(column: string, part: string): string {
  return `strpos(${column}, ${quote(part)}) > 0`;
}
