import { error, redirect } from '@sveltejs/kit';
import { requireToken } from '@working-papers/daily';
import { isDay } from '@working-papers/daily/days';
import {
  isVerdict,
  readSearchPapers,
  searchChoices,
  searchSorts,
  type SearchFilters,
  type SearchResult,
  type SearchSort,
} from '@working-papers/daily/search';
import { orErrorPage } from './refusals.ts';
import type { Site } from './site.ts';

/** Parts of an address that make it a search. */
const searchParameters = [
  'q',
  'like',
  'from',
  'to',
  'runs',
  'verdict',
  'family',
  'org',
  'cat',
  'sort',
] as const;

/** Longer lists of similar papers are no longer similar. */
const similarPapers = 20;

interface Asking {
  readonly locals: {
    readonly site: Site;
    readonly user: { readonly id: string } | null;
    readonly address: string;
  };
  readonly url: URL;
}

/** Whether an address of `/papers` asks for a search, and not for the newest papers. */
export function isSearch(url: URL): boolean {
  return searchParameters.some((name) => url.searchParams.has(name));
}

/** Takes a token for a search from the bucket of whoever asks. */
export async function requireSearchToken({ locals }: Asking): Promise<void> {
  const { site, user, address } = locals;
  await requireToken(site.database, 'api', { account: user?.id, address });
}

/** Data of the page of results: the address says all that is asked. */
export async function loadSearch(event: Asking) {
  const { url, locals } = event;
  const { database, search } = locals.site;
  await orErrorPage(requireSearchToken(event));
  const form = readForm(url);
  const choices = await searchChoices(database);
  const like = await readLike(locals.site, url);
  if (like !== null) {
    const ids = await search.similar([like.id], similarPapers);
    const papers = await readSearchPapers(database, ids);
    const results = papers.map(plainResult);
    const found = { results, total: results.length, isMore: false, page: 1, pages: 1 };
    return { form, choices, like, ...found, names: [], unknown: [], isCut: false };
  }
  const answer = await search.find({
    query: form.q,
    filters: filtersOf(form),
    sort: form.sort,
    page: readPage(url),
  });
  if (answer.paperId !== null) redirect(302, `/papers/${answer.paperId}`);
  const { results, total, isMore, page, pages, names, unknown, parsed } = answer;
  const found = { results, total, isMore, page, pages };
  return { form, choices, like, ...found, names, unknown, isCut: parsed.isCut };
}

/** What the form is filled with; what is not set is empty. */
export interface SearchForm {
  readonly q: string;
  readonly from: string;
  readonly to: string;
  readonly runs: boolean;
  readonly verdict: string;
  readonly family: string;
  readonly org: string;
  readonly cat: string;
  readonly sort: SearchSort;
}

function readForm(url: URL): SearchForm {
  const text = (name: (typeof searchParameters)[number]) =>
    (url.searchParams.get(name) ?? '').replaceAll('\0', '').trim().slice(0, 300);
  const [from, to, verdict] = [text('from'), text('to'), text('verdict')];
  for (const day of [from, to]) {
    if (day !== '' && !isDay(day)) {
      error(400, { message: `“${day}” is not a day; write it as 2025-05-23.` });
    }
  }
  if (verdict !== '' && !isVerdict(verdict)) {
    error(400, { message: `“${verdict}” is not a verdict; choose one of the list.` });
  }
  const wanted = text('sort') || 'relevance';
  const sort = searchSorts.find((one) => one === wanted);
  if (sort === undefined) {
    error(400, {
      message: `“${wanted}” is not an order; choose one of ${searchSorts.join(', ')}.`,
    });
  }
  return {
    q: text('q'),
    from,
    to,
    verdict,
    sort,
    runs: text('runs') !== '',
    family: text('family'),
    org: text('org'),
    cat: text('cat'),
  };
}

function filtersOf({ from, to, runs, verdict, family, org, cat }: SearchForm): SearchFilters {
  const given = (text: string) => (text === '' ? undefined : text);
  return {
    from: given(from),
    to: given(to),
    runsHere: runs,
    verdict: isVerdict(verdict) ? verdict : undefined,
    family: given(family),
    category: given(cat),
    organizations: org === '' ? [] : [org],
  };
}

function readPage(url: URL): number {
  const text = url.searchParams.get('page') ?? '1';
  if (!/^[1-9]\d{0,3}$/.test(text)) {
    error(400, { message: `“${text}” is not a page; they are numbered from 1.` });
  }
  return Number(text);
}

async function readLike({ database }: Site, url: URL) {
  const id = url.searchParams.get('like');
  if (id === null) return null;
  const [paper] = await readSearchPapers(database, [id.replaceAll('\0', '')]);
  if (paper === undefined) error(404, { message: `There is no paper ${id.slice(0, 40)} here.` });
  return { id: paper.id, title: paper.title };
}

/** A result in which nothing is marked. */
function plainResult(paper: SearchResult['paper']): SearchResult {
  const beginning = paper.text.split('\n\n')[0] ?? '';
  return {
    paper,
    title: [{ text: paper.title, isMarked: false }],
    snippet: beginning === '' ? [] : [{ text: beginning, isMarked: false }],
    byWords: true,
  };
}
