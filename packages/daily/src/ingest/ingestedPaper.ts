import { z } from 'zod';
import { isDay } from '../days.ts';
import { readArxivId } from './arxivId.ts';

/** White space becomes single spaces, empty lines stay; what cannot be shown is an error. */
const text = (longest: number) =>
  z
    .string()
    .transform((raw) =>
      raw
        .normalize('NFC')
        .split(/\n\s*\n/)
        .map((paragraph) => paragraph.replace(/\s+/g, ' ').trim())
        .filter((paragraph) => paragraph !== '')
        .join('\n\n'),
    )
    .pipe(
      z
        .string()
        .min(1, { error: 'is empty' })
        .max(longest, { error: `has more than ${longest} characters` })
        .refine((tidy) => !tidy.includes('\uFFFD'), { error: 'is not in the encoding it claims' })
        // oxlint-disable-next-line no-control-regex -- these are what is looked for.
        .refine((tidy) => !/[\u0000-\u0008\u000E-\u001F\u007F]/.test(tidy), {
          error: 'has control characters',
        }),
    );
const line = (longest: number) => text(longest).transform((tidy) => tidy.replaceAll('\n\n', ' '));
const url = z
  .url({ protocol: /^https?$/, error: 'is not an http or https address' })
  .max(2000, { error: 'has more than 2000 characters' });
const moment = z.union([
  z.date(),
  z.iso.date().transform((day) => new Date(`${day}T00:00:00Z`)),
  z.iso.datetime({ offset: true }).transform((at) => new Date(at)),
]);

/**
 * A paper as a source describes it; what is absent is not known. Text is checked and tidied, addresses
 * are checked as text and never fetched.
 */
export const ingestedPaper = z.strictObject({
  /** Without version; a paper that is not on arXiv has none. */
  arxivId: z
    .string()
    .refine((id) => readArxivId(id)?.id === id, { error: 'is not an arXiv id without version' })
    .optional(),
  title: line(500),
  /** The authors' abstract. */
  abstract: text(20_000).optional(),
  /** As printed, in order. */
  authors: z.array(line(300)).min(1).max(5000).optional(),
  /** How many there are where they are not named. */
  authorCount: z.int().positive().max(100_000).optional(),
  organizations: z.array(line(300)).max(1000).optional(),
  /** The day on which the source featured it, YYYY-MM-DD. */
  day: z.string().refine(isDay, { error: 'is not a day as YYYY-MM-DD' }).optional(),
  /** First version. */
  publishedAt: moment.optional(),
  /** arXiv's number of the version that this record describes; only arXiv is a source of it. */
  version: z.int().positive().max(10_000).optional(),
  /** When that version was submitted. */
  updatedAt: moment.optional(),
  /** As arXiv names them, primary first. */
  categories: z
    .array(z.string().regex(/^[a-z-]+(\.[A-Za-z-]+)?$/))
    .max(50)
    .optional(),
  comment: line(3000).optional(),
  doi: z
    .string()
    .regex(/^10\.\d{4,9}\/[^\s<>"{}]{1,300}$/)
    .optional(),
  journalRef: line(1000).optional(),
  license: url.optional(),
  isWithdrawn: z.boolean().optional(),
  /** The authors' code and page. */
  code: url.optional(),
  project: url.optional(),
  thumbnail: url.optional(),
  mediaUrls: z.array(url).max(50).optional(),
  githubStars: z.int().nonnegative().optional(),
  /** When somebody put it on the list of the day. */
  submittedAt: moment.optional(),
  /** Says something new of a paper that is known, but is no reason to take in another. */
  isUpdateOnly: z.boolean().optional(),
});

/** See {@link ingestedPaper}. */
export type IngestedPaper = z.infer<typeof ingestedPaper>;

/** A record that was not taken, or a part of one. */
export interface RecordProblem {
  /** Where: `line 12`, or the id of the paper. */
  readonly record: string;
  readonly problem: string;
}

/** What was read from a source: the good records, and what is wrong with the others. */
export interface ReadRecords {
  readonly papers: readonly IngestedPaper[];
  readonly problems: readonly RecordProblem[];
}

/** Collects records, and the problems of those that are not of the form. */
export interface RecordCollector extends ReadRecords {
  /** @param record - Where it stands, for the problem. */
  readonly add: (record: string, candidate: unknown) => void;
  readonly reject: (record: string, problem: string) => void;
}

/** An empty collector. */
export function collectRecords(): RecordCollector {
  const papers: IngestedPaper[] = [];
  const problems: RecordProblem[] = [];
  return {
    papers,
    problems,
    add: (record, candidate) => {
      const parsed = ingestedPaper.safeParse(candidate);
      if (parsed.success) papers.push(parsed.data);
      else problems.push({ record, problem: inWords(parsed.error) });
    },
    reject: (record, problem) => problems.push({ record, problem }),
  };
}

/** What zod found, on one line: `title is empty; day is not a day as YYYY-MM-DD`. */
export function inWords(error: z.ZodError): string {
  return error.issues
    .slice(0, 5)
    .map(({ path, message }) => {
      const field = path.join('.');
      return field === '' ? message : `${field}${/^(is|has) /.test(message) ? '' : ':'} ${message}`;
    })
    .join('; ');
}
