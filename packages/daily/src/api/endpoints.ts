/** The calls of `/api/v1`, once: the OpenAPI document and the page about the interface are made of this list. */
import { z } from 'zod';
import {
  citationParameters,
  claimParameters,
  paperListParameters,
  similarParameters,
} from './calls.ts';
import type { ParameterSchema } from './parameters.ts';
import {
  claimListSchema,
  commentListSchema,
  dumpLineSchema,
  leaderboardsSchema,
  paperListSchema,
  paperSchema,
  rowSchema,
  runListSchema,
  runSchema,
  similarSchema,
} from './schemas.ts';

/** One call. */
export interface Endpoint {
  /** Below `/api/v1`, for example `/papers/{id}`. */
  readonly path: string;
  readonly operation: string;
  readonly summary: string;
  readonly parameters: ParameterSchema;
  readonly content: {
    readonly type: string;
    /** Of the answer, or of each of its lines; none where it is no JSON. */
    readonly schema: z.ZodType | null;
  };
  /** An address that shows something, where the catalogue has it. */
  readonly example: string;
}

const nothing = z.object({});
const json = (schema: z.ZodType) => ({ type: 'application/json', schema });

export const endpoints: readonly Endpoint[] = [
  {
    path: '/papers',
    operation: 'listPapers',
    summary: 'Papers by the day that features them, by votes, by trend, or as search finds them.',
    parameters: paperListParameters,
    content: json(paperListSchema),
    example: '/papers?runs_here=yes',
  },
  {
    path: '/papers/{id}',
    operation: 'getPaper',
    summary: 'One paper; the id with or without its version.',
    parameters: nothing,
    content: json(paperSchema),
    example: '/papers/2409.02426',
  },
  {
    path: '/papers/{id}/similar',
    operation: 'listSimilarPapers',
    summary: 'Papers about the same.',
    parameters: similarParameters,
    content: json(similarSchema),
    example: '/papers/2409.02426/similar?limit=5',
  },
  {
    path: '/papers/{id}/comments',
    operation: 'listComments',
    summary: 'Comments on a paper, the oldest first.',
    parameters: nothing,
    content: json(commentListSchema),
    example: '/papers/2409.02426/comments',
  },
  {
    path: '/papers/{id}/claims',
    operation: 'listClaimsOfPaper',
    summary: 'What a paper claims, and what came out here.',
    parameters: nothing,
    content: json(claimListSchema),
    example: '/papers/2409.02426/claims',
  },
  {
    path: '/papers/{id}/runs',
    operation: 'listRuns',
    summary: 'Recorded runs of a paper, the newest first.',
    parameters: nothing,
    content: json(runListSchema),
    example: '/papers/2409.02426/runs',
  },
  {
    path: '/claims',
    operation: 'listClaims',
    summary: 'All claims of all papers.',
    parameters: claimParameters,
    content: json(claimListSchema),
    example: '/claims?outcome=holds',
  },
  {
    path: '/runs/{id}',
    operation: 'getRun',
    summary: 'A recorded run: how to get the same.',
    parameters: nothing,
    content: json(runSchema),
    example: '/runs/{id}',
  },
  {
    path: '/runs/{id}/rows',
    operation: 'getRows',
    summary: 'The rows that a run measured, one a line.',
    parameters: nothing,
    content: { type: 'application/x-ndjson', schema: rowSchema },
    example: '/runs/{id}/rows',
  },
  {
    path: '/citations',
    operation: 'getCitations',
    summary: 'References as BibTeX, RIS or CSL-JSON.',
    parameters: citationParameters,
    content: { type: 'text/plain', schema: null },
    example: '/citations?ids=2409.02426&format=ris',
  },
  {
    path: '/leaderboards.json',
    operation: 'getLeaderboards',
    summary: 'Leaderboards in the shape of the sota-extractor; every row names its run.',
    parameters: nothing,
    content: json(leaderboardsSchema),
    example: '/leaderboards.json',
  },
  {
    path: '/dump/{date}.jsonl.gz',
    operation: 'getDump',
    summary:
      'All public data of the papers featured until a day, as they are now: one paper a line, gzipped.',
    parameters: nothing,
    content: { type: 'application/gzip', schema: dumpLineSchema },
    example: '/dump/{date}.jsonl.gz',
  },
];
