import { doiOf, isArxivId, plainLine, type CitedPaper } from './citedPaper.ts';

/** What the page of a paper says to programs that read pages. */
export interface PageCitation {
  /** Highwire's `citation_*` meta elements, which Zotero and Google Scholar read. */
  readonly tags: readonly { readonly name: string; readonly content: string }[];
  readonly article: ScholarlyArticle;
}

/** The properties of schema.org's ScholarlyArticle that are known; the names are schema.org's. */
export interface ScholarlyArticle {
  /** Of this page. */
  readonly url: string;
  readonly headline: string;
  readonly authors: readonly string[];
  readonly datePublished: string | null;
  readonly identifier: string;
  readonly abstract: string | null;
  readonly sameAs: readonly string[];
}

/**
 * Metadata of a paper's page.
 *
 * @param address - Of that page, with its origin.
 */
export function pageCitation(paper: CitedPaper, address: string): PageCitation {
  const isArxiv = isArxivId(paper.id);
  const day = paper.publishedAt?.toISOString().slice(0, 10) ?? null;
  const doi = doiOf(paper);
  const date = day?.replaceAll('-', '/');
  const values: readonly (readonly [string, string | null | undefined])[] = [
    ['citation_title', paper.title],
    ...paper.authors.map((name) => ['citation_author', name] as const),
    ['citation_publication_date', date],
    ['citation_online_date', date],
    ['citation_arxiv_id', isArxiv ? paper.id : null],
    ['citation_doi', doi],
    ['citation_journal_title', paper.journalRef],
    ['citation_publisher', isArxiv && paper.journalRef === null ? 'arXiv' : null],
    ['citation_abstract', paper.abstract],
    ['citation_abstract_html_url', address],
    ['citation_pdf_url', isArxiv ? `https://arxiv.org/pdf/${paper.id}` : null],
  ];
  return {
    tags: values.flatMap(([name, value]) =>
      value === null || value === undefined ? [] : [{ name, content: plainLine(value) }],
    ),
    article: {
      url: address,
      headline: plainLine(paper.title),
      authors: paper.authors.map(plainLine),
      datePublished: day,
      identifier: isArxiv ? `arXiv:${paper.id}` : paper.id,
      abstract: paper.abstract,
      sameAs: [
        ...(isArxiv ? [`https://arxiv.org/abs/${paper.id}`] : []),
        ...(doi === null ? [] : [`https://doi.org/${doi}`]),
      ],
    },
  };
}
