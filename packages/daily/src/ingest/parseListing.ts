/**
 * Reads a page of Daily Papers as it comes out of the clipboard: a heading with the day, then for each
 * paper title, abstract, and a line for authors or an organisation, a dot, the date and the number of
 * comments. Any of them may be missing, so blocks between empty lines are told apart by their form.
 */
import { dayOf, isDay } from '../days.ts';
import { findArxivIds, readArxivId } from './arxivId.ts';
import { collectRecords, type ReadRecords } from './ingestedPaper.ts';

interface Block {
  /** From 1. */
  readonly line: number;
  readonly lines: readonly string[];
}

interface Item {
  readonly line: number;
  readonly title: string;
  readonly abstract: string[];
  arxivId?: string;
  authorCount?: number;
  organization?: string;
  publishedAt?: string;
}

/** What the text itself does not say. */
export interface ListingOptions {
  readonly now: Date;
  /** The day of the page, YYYY-MM-DD; default what its heading says, else today. */
  readonly day?: string;
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/**
 * Reads a pasted listing. Dates without a year are of the year of the page; a heading without a year
 * is the latest such day that is not in the future.
 *
 * @returns The papers, and what could not be read, by line.
 */
export function parseListing(text: string, { now, day }: ListingOptions): ReadRecords {
  const { blocks, heading } = takeHeading(splitBlocks(text));
  const today = dayOf(now);
  const pageDay = day ?? (heading === null ? today : latest(heading, today)) ?? today;
  const records = collectRecords();
  for (const item of readItems(blocks, Number(pageDay.slice(0, 4)), records.reject)) {
    const { line, title, abstract, organization, ...rest } = item;
    records.add(`line ${line}`, {
      ...rest,
      title,
      day: pageDay,
      ...(abstract.length === 0 ? {} : { abstract: abstract.join('\n\n') }),
      ...(organization === undefined ? {} : { organizations: [organization] }),
    });
  }
  return records;
}

function splitBlocks(text: string): Block[] {
  const blocks: { line: number; lines: string[] }[] = [];
  let isOpen = false;
  for (const [index, raw] of text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|[\n\r]/)
    .entries()) {
    const line = raw.replace(/[\s\u00A0]+/g, ' ').trim();
    if (line === '') {
      isOpen = false;
      continue;
    }
    if (!isOpen) blocks.push({ line: index + 1, lines: [] });
    blocks.at(-1)?.lines.push(line);
    isOpen = true;
  }
  return blocks;
}

/** What stands above the first paper, if the page was taken from its top. */
function takeHeading(blocks: readonly Block[]): {
  blocks: readonly Block[];
  heading: Words | null;
} {
  const top = blocks.findIndex(({ lines }) => lines.some((line) => /^daily papers$/i.test(line)));
  if (top === -1) return { blocks, heading: null };
  for (const [offset, { line, lines }] of blocks.slice(top, top + 6).entries()) {
    const index = lines.findIndex((each) => readDate(each) !== null);
    if (index === -1) continue;
    const below = lines.slice(index + 1);
    const rest = below.length === 0 ? [] : [{ line: line + index + 1, lines: below }];
    const heading = readDate(lines[index] ?? '');
    return { blocks: [...rest, ...blocks.slice(top + offset + 1)], heading };
  }
  return { blocks: blocks.slice(top + 1), heading: null };
}

type Reject = (record: string, problem: string) => void;

function readItems(blocks: readonly Block[], year: number, reject: Reject): Item[] {
  const items: Item[] = [];
  let last: Item | null = null;
  let isDescribed = false;
  for (const block of blocks) {
    const { line, lines } = block;
    const whole = lines.join(' ');
    const kind = kindOf(block);
    if (kind === 'furniture') continue;
    if (kind === 'title') {
      last = { line, title: whole, abstract: [] };
      items.push(last);
      isDescribed = false;
    } else if (last === null || (isDescribed && kind !== 'id')) {
      reject(`line ${line}`, `${kind} without a title before it: ${whole.slice(0, 60)}`);
    } else if (kind === 'abstract') last.abstract.push(whole);
    else if (kind === 'id') last.arxivId = findArxivIds(whole)[0] ?? '';
    else {
      isDescribed = true;
      readDescription(last, block, { year, reject });
    }
  }
  return items;
}

type Kind = 'title' | 'abstract' | 'description' | 'id' | 'furniture';

function kindOf({ lines }: Block): Kind {
  const whole = lines.join(' ');
  if (lines.some((line) => /^[·•]/.test(line)) || isAlone(whole)) return 'description';
  if (/^(\d+|upvote|submitted by\b.*|published on\b.*|view arxiv page|view pdf)$/i.test(whole)) {
    return 'furniture';
  }
  if (readArxivId(whole) !== null) return 'id';
  // Titles on arXiv are short and do not end like a sentence; abstracts are and do.
  const words = whole.split(' ').length;
  return whole.length > 300 || (words > 25 && /[.!?]\)?$/.test(whole)) ? 'abstract' : 'title';
}

/** Whether a line is a date or a count without the dot that goes with it. */
function isAlone(line: string): boolean {
  return readDate(line) !== null || /^\d+ authors?$/.test(line);
}

interface Reading {
  readonly year: number;
  readonly reject: Reject;
}

/** Authors or organisation, then the date with the number of comments, which is theirs and not kept. */
function readDescription(item: Item, { line, lines }: Block, { year, reject }: Reading): void {
  for (const [offset, raw] of lines.entries()) {
    const text = raw.replace(/^[·•\s]+/, '').trim();
    if (text === '') continue;
    const count = /^(\d{1,5}) authors?$/.exec(text)?.[1];
    const date = readDate(text);
    if (count !== undefined) item.authorCount = Number(count);
    else if (date !== null) {
      const day = `${date.year ?? year}-${date.monthAndDay}`;
      if (isDay(day)) item.publishedAt = day;
      else reject(`line ${line + offset}`, `there is no day ${text}`);
    } else if (offset === 0 && lines.length > 1) item.organization = organizationOf(text);
    else reject(`line ${line + offset}`, `neither authors nor a date: ${text.slice(0, 60)}`);
  }
}

/** The name after the handle: `apple Apple` is what the link and its text leave. */
function organizationOf(text: string): string {
  const [handle = '', ...name] = text.split(' ');
  const isHandle = name.length > 0 && /^[a-z0-9][\w.-]*$/i.test(handle);
  const plain = (word: string) => word.toLowerCase().replace(/[^a-z0-9]/g, '');
  return isHandle && plain(name.join('')).startsWith(plain(handle)) ? name.join(' ') : text;
}

interface Words {
  readonly year: number | null;
  /** MM-DD. */
  readonly monthAndDay: string;
}

/** `Dec 11`, `December 11, 2024`, each perhaps with a number of comments. */
function readDate(text: string): Words | null {
  const [, month = '', day = '', year] =
    /^([A-Z][a-z]{2,8})\.? (\d{1,2})(?:, (\d{4}))?(?: \d{1,5})?$/.exec(text) ?? [];
  const number = months.indexOf(month.slice(0, 3).toLowerCase()) + 1;
  if (number === 0) return null;
  const pad = (part: string) => part.padStart(2, '0');
  return {
    year: year === undefined ? null : Number(year),
    monthAndDay: `${pad(String(number))}-${pad(day)}`,
  };
}

/** The latest day of that name up to today; null if there is none in the last eight years. */
function latest({ year, monthAndDay }: Words, today: string): string | null {
  const thisYear = Number(today.slice(0, 4));
  const years = year === null ? Array.from({ length: 9 }, (_, i) => thisYear - i) : [year];
  const days = years.map((each) => `${each}-${monthAndDay}`);
  return days.find((day) => isDay(day) && day <= today) ?? null;
}
