/** What `/api/v1` answers, as schemas: the OpenAPI document and the tests are made of them. */
import { outcomes, presetNames } from '@working-papers/paper-kit';
import { z } from 'zod';

const day = z.iso.date();
const moment = z.iso.datetime();
const outcome = z.enum(outcomes);

export const personSchema = z
  .object({ handle: z.string(), name: z.string() })
  .meta({ id: 'Person' });

export const paperSchema = z
  .object({
    id: z.string().describe('arXiv id without version.'),
    title: z.string(),
    abstract: z.string().nullable().describe('Of the authors, as received.'),
    summary: z.string().nullable().describe('Written by this project.'),
    authors: z.array(
      z.object({ name: z.string(), status: z.enum(['unclaimed', 'claimed', 'verified']) }),
    ),
    author_count: z.number().int().describe('There may be more than are named.'),
    organizations: z.array(z.string()),
    categories: z.array(z.string()),
    primary_category: z.string().nullable(),
    tags: z.array(z.string()),
    family: z.string().nullable(),
    venue: z.string().nullable(),
    doi: z.string().nullable(),
    journal_ref: z.string().nullable(),
    license: z.string().nullable(),
    arxiv_comment: z.string().nullable(),
    arxiv_version: z.number().int().nullable(),
    arxiv_published_at: moment.nullable(),
    arxiv_updated_at: moment.nullable(),
    withdrawn_at: moment.nullable(),
    featured_on: day.describe('The day whose page shows the paper.'),
    submitted_at: moment.nullable(),
    submitted_by: personSchema.nullable(),
    upvotes: z.number().int(),
    comments: z.number().int(),
    code_url: z.url().nullable(),
    project_url: z.url().nullable(),
    github_stars: z.number().int().nullable(),
    runs_here: z.boolean().describe('Whether this site has an implementation that runs.'),
    outcomes: z.array(outcome).describe('Of its claims, by the verdicts that count.'),
    url: z.url(),
  })
  .meta({ id: 'Paper' });

export const paperListSchema = z
  .object({
    papers: z.array(paperSchema),
    next: z.url().nullable().describe('Address of what follows.'),
  })
  .meta({ id: 'PaperList' });

export const similarSchema = z
  .object({ papers: z.array(paperSchema) })
  .meta({ id: 'SimilarPapers' });

export const verdictSchema = z
  .object({
    outcome,
    measured: z.string(),
    rule: z.string().describe('How the rows decide; fixed before the run.'),
    metric: z.string().nullable(),
    value: z.number().nullable(),
    low: z.number().nullable().describe('Of the 95 % interval.'),
    high: z.number().nullable(),
    preset: z.enum(presetNames),
    run: z.string(),
    run_url: z.url(),
  })
  .meta({ id: 'Verdict' });

export const claimSchema = z
  .object({
    paper: z.string(),
    paper_title: z.string(),
    claim: z.string(),
    statement: z.string(),
    paper_value: z.string().describe('What the paper reports.'),
    setting: z.string(),
    verdict: verdictSchema.nullable(),
  })
  .meta({ id: 'Claim' });

export const claimListSchema = z.object({ claims: z.array(claimSchema) }).meta({ id: 'ClaimList' });

export const runSchema = z
  .object({
    id: z.string(),
    paper: z.string(),
    preset: z.enum(presetNames),
    seed: z.number().int(),
    is_complete: z.boolean(),
    config: z.record(z.string(), z.unknown()),
    commit: z.string(),
    is_dirty: z.boolean(),
    command: z.string(),
    versions: z.record(z.string(), z.string()),
    backend: z.string(),
    platform: z.string(),
    cpu: z.string(),
    threads: z.number().int(),
    wall_seconds: z.number(),
    peak_memory_bytes: z.number(),
    started_at: moment,
    row_count: z.number().int(),
    rows_url: z.url(),
    url: z.url(),
  })
  .meta({ id: 'Run' });

export const runListSchema = z.object({ runs: z.array(runSchema) }).meta({ id: 'RunList' });

/** A row as the experiment measured it: which fields there are is the experiment's matter. */
export const rowSchema = z
  .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))
  .meta({ id: 'Row' });

export const commentSchema = z
  .object({
    id: z.string(),
    parent: z.string().nullable(),
    author: personSchema.nullable().describe('Null where the account was deleted.'),
    is_paper_author: z.boolean(),
    state: z.enum(['shown', 'deleted', 'hidden']),
    markdown: z.string().nullable().describe('Null unless it is shown.'),
    created_at: moment,
    edited_at: moment.nullable(),
  })
  .meta({ id: 'Comment' });

export const commentListSchema = z
  .object({ comments: z.array(commentSchema) })
  .meta({ id: 'CommentList' });

/** The shape of the sota-extractor, which tools for Papers with Code read. */
export const leaderboardsSchema = z
  .array(
    z.object({
      task: z.string(),
      description: z.string(),
      subtasks: z.array(z.never()),
      synonyms: z.array(z.never()),
      source_link: z.url(),
      datasets: z.array(
        z.object({
          dataset: z.string(),
          description: z.string(),
          sota: z.object({
            metrics: z.array(z.string()),
            rows: z.array(
              z.object({
                model_name: z.string(),
                paper_title: z.string(),
                paper_url: z.url(),
                paper_date: day.nullable(),
                code_links: z.array(z.object({ title: z.string(), url: z.url() })),
                model_links: z.array(z.object({ title: z.string(), url: z.url() })),
                metrics: z.record(z.string(), z.string()),
                run_url: z.url().describe('Ours: the run that measured it.'),
              }),
            ),
          }),
        }),
      ),
    }),
  )
  .meta({ id: 'Leaderboards' });

/** A line of the dump: a paper with its claims and recorded runs. */
export const dumpLineSchema = z
  .object({
    paper: paperSchema,
    claims: z.array(claimSchema),
    runs: z.array(runSchema),
    comments: z.array(commentSchema),
  })
  .meta({ id: 'DumpLine' });

export const problemSchema = z
  .object({
    status: z.number().int(),
    detail: z.string(),
    parameter: z.string().optional(),
    value: z.string().optional().describe('As it was seen.'),
    accepted: z.string().optional(),
  })
  .meta({ id: 'Problem' });
