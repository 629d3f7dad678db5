import { plugins } from '@citation-js/core';
import '@citation-js/plugin-bibtex';
import { z } from 'zod';
import { findArxivIds, readArxivId } from './arxivId.ts';
import { collectRecords, type ReadRecords } from './ingestedPaper.ts';

const entryType = '@bibtex/entries+list';

const monthNames = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');

const entries = z.array(
  z.object({
    type: z.string(),
    label: z.string(),
    properties: z.record(z.string(), z.union([z.string(), z.number().transform(String)])),
  }),
);
type Entry = z.infer<typeof entries>[number];

const name = z.object({
  given: z.string().optional(),
  'dropping-particle': z.string().optional(),
  'non-dropping-particle': z.string().optional(),
  family: z.string().optional(),
  suffix: z.string().optional(),
  literal: z.string().optional(),
});
const cited = z.object({
  title: z.string().optional(),
  author: z.array(name).optional(),
  'container-title': z.string().optional(),
});

/**
 * Reads BibTeX. Formulas in titles and abstracts stay as they are, other LaTeX becomes text. A date of
 * which only year and month are given counts as its first day.
 *
 * @returns The papers, and for each entry that cannot be read the line in which it begins.
 */
export function parseBibtex(text: string): ReadRecords {
  const records = collectRecords();
  let macros = '';
  for (const { line, kind, source } of splitEntries(text)) {
    if (kind === 'comment') continue;
    try {
      const read = readEntries(macros + source);
      if (kind === 'string' || kind === 'preamble') macros += `${source}\n`;
      for (const entry of read) records.add(`line ${line}`, paperOf(entry));
    } catch (error) {
      const [why = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
      records.reject(`line ${line}`, `@${kind} is not BibTeX: ${why.replace(/ at line.*$/, '')}`);
    }
  }
  return records;
}

/** Each entry apart, so that one which does not end takes no other with it. */
function splitEntries(text: string): { line: number; kind: string; source: string }[] {
  const found: { line: number; kind: string; source: string }[] = [];
  for (const [index, line] of text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|[\n\r]/)
    .entries()) {
    const kind = /^\s*@([a-z]+)\s*[{(]/i.exec(line)?.[1]?.toLowerCase();
    const last = found.at(-1);
    if (kind !== undefined) found.push({ line: index + 1, kind, source: `${line}\n` });
    else if (last !== undefined) last.source += `${line}\n`;
  }
  return found;
}

function readEntries(source: string): Entry[] {
  const options = { forceType: '@bibtex/text', generateGraph: false, target: entryType } as const;
  return entries.parse(plugins.input.chain(source, options));
}

function paperOf(entry: Entry) {
  const { properties } = entry;
  const { author, 'container-title': journal } = citationOf(entry);
  const arxivId = arxivIdOf(properties);
  const publishedAt = dateOf(properties);
  const { abstract, doi, primaryclass } = properties;
  const isPublished = journal !== undefined && !/arxiv|corr/i.test(journal);
  return {
    title: plainText(properties['title'] ?? ''),
    ...(arxivId === undefined ? {} : { arxivId }),
    ...(author === undefined ? {} : { authors: author.map(nameOf) }),
    ...(publishedAt === undefined ? {} : { publishedAt }),
    ...(abstract === undefined ? {} : { abstract: plainText(abstract) }),
    ...(doi === undefined ? {} : { doi: doi.replace(/^https?:\/\/(dx\.)?doi\.org\//, '') }),
    ...(primaryclass === undefined ? {} : { categories: [primaryclass] }),
    ...(isPublished ? { journalRef: journal } : {}),
  };
}

function citationOf(entry: Entry): z.infer<typeof cited> {
  const options = { forceType: entryType, generateGraph: false } as const;
  const [citation] = z.array(cited).parse(plugins.input.chain([entry], options));
  return citation ?? {};
}

/** LaTeX as text; formulas are put aside meanwhile. */
function plainText(latex: string): string {
  const formulas: string[] = [];
  const marked = latex.replace(/(?<!\\)\$[^$]+\$/g, (formula) => {
    formulas.push(formula);
    return `\uE000${formulas.length - 1}\uE001`;
  });
  const entry = { type: 'misc', label: 'text', properties: { title: marked } };
  const { title = '' } = citationOf(entry);
  return title
    .replace(/<\/?(?:i|b|sc|sup|sub|span)(?: [^>]*)?>/g, '')
    .replace(/\uE000(\d+)\uE001/g, (_, index) => formulas[Number(index)] ?? '');
}

function nameOf(parts: z.infer<typeof name>): string {
  const { given, family, suffix, literal } = parts;
  const particles = [parts['dropping-particle'], parts['non-dropping-particle']];
  const whole = [given, ...particles, family, suffix].filter((part) => part !== undefined);
  return literal ?? whole.join(' ');
}

/** Of BibTeX's year and month, or BibLaTeX's date; what is not of these forms is not known. */
function dateOf({ date, year, month = '' }: Entry['properties']): Date | undefined {
  const [, ofDate, monthOfDate, day = '1'] =
    /^(\d{4})(?:-(\d\d)(?:-(\d\d))?)?$/.exec(date ?? '') ?? [];
  const given = ofDate ?? /^\d{4}$/.exec(year ?? '')?.[0];
  if (given === undefined) return undefined;
  const name = monthNames.indexOf(month.slice(0, 3).toLowerCase()) + 1;
  const number = Number(monthOfDate ?? (/^\d{1,2}$/.test(month) ? month : name)) || 1;
  return new Date(Date.UTC(Number(given), number - 1, Number(day)));
}

/** Where styles and reference managers put the id. */
function arxivIdOf({ eprint, archiveprefix, ...rest }: Entry['properties']): string | undefined {
  const isArxiv = archiveprefix === undefined || /^arxiv$/i.test(archiveprefix);
  if (eprint !== undefined && isArxiv) return readArxivId(eprint)?.id;
  const { url = '', doi = '', journal = '', note = '' } = rest;
  const ofDoi = /10\.48550\/arxiv\.(\S+)$/i.exec(doi)?.[1] ?? '';
  const named = [journal, note].find((text) => /arxiv/i.test(text)) ?? '';
  return readArxivId(url)?.id ?? readArxivId(ofDoi)?.id ?? findArxivIds(named)[0];
}
