import type { z } from 'zod';
import type { RunRecord } from './runRecords.ts';
import type { ClaimRecord, CommentRecord } from './publicRecords.ts';
import type { PaperRecord } from './paperRecord.ts';
import type { claimSchema, commentSchema, paperSchema, runSchema } from './schemas.ts';

/** A paper as `/api/v1` gives it. */
export function paperShape(record: PaperRecord, origin: string): z.infer<typeof paperSchema> {
  const { submittedBy } = record;
  return {
    id: record.id,
    title: record.title,
    abstract: record.abstract,
    summary: record.summary,
    authors: record.authors.flatMap(({ name, status }) =>
      status === 'hidden' ? [] : [{ name, status }],
    ),
    author_count: record.authorCount,
    organizations: record.organizations.map(({ name }) => name),
    categories: [...record.categories],
    primary_category: record.primaryCategory,
    tags: [...record.tags],
    family: record.family,
    venue: record.venue,
    doi: record.doi,
    journal_ref: record.journalRef,
    license: record.license,
    arxiv_comment: record.comment,
    arxiv_version: record.version,
    arxiv_published_at: textOf(record.publishedAt),
    arxiv_updated_at: textOf(record.updatedAt),
    withdrawn_at: textOf(record.withdrawnAt),
    featured_on: record.day,
    submitted_at: textOf(record.submittedAt),
    submitted_by: submittedBy && { handle: submittedBy.handle, name: submittedBy.name },
    upvotes: record.upvotes,
    comments: record.commentCount,
    code_url: record.code,
    project_url: record.project,
    github_stars: record.githubStars,
    runs_here: record.runsHere,
    outcomes: [...record.outcomes],
    url: `${origin}/papers/${encodeURIComponent(record.id)}`,
  };
}

/** A claim as `/api/v1` gives it. */
export function claimShape(claim: ClaimRecord, origin: string): z.infer<typeof claimSchema> {
  const { verdict } = claim;
  return {
    paper: claim.paperId,
    paper_title: claim.paperTitle,
    claim: claim.id,
    statement: claim.statement,
    paper_value: claim.paperValue,
    setting: claim.setting,
    verdict: verdict && {
      outcome: verdict.outcome,
      measured: verdict.measured,
      rule: verdict.rule,
      metric: verdict.metric,
      value: verdict.value,
      low: verdict.low,
      high: verdict.high,
      preset: verdict.preset,
      run: verdict.runId,
      run_url: runAddress(verdict.runId, origin),
    },
  };
}

/** A recorded run as `/api/v1` gives it. */
export function runShape(run: RunRecord, origin: string): z.infer<typeof runSchema> {
  const url = runAddress(run.id, origin);
  return {
    id: run.id,
    paper: run.paperId,
    preset: run.preset,
    seed: run.seed,
    is_complete: run.isComplete,
    config: Object.fromEntries(Object.entries(run.config)),
    commit: run.commit,
    is_dirty: run.isDirty,
    command: run.command,
    versions: { ...run.versions },
    backend: run.backend,
    platform: run.platform,
    cpu: run.cpu,
    threads: run.threads,
    wall_seconds: run.wallSeconds,
    peak_memory_bytes: run.peakMemoryBytes,
    started_at: run.startedAt.toISOString(),
    row_count: run.rowCount,
    rows_url: `${url}/rows`,
    url,
  };
}

/** A comment as `/api/v1` gives it: of what was deleted or hidden, only that it was there. */
export function commentShape(comment: CommentRecord): z.infer<typeof commentSchema> {
  const { deletedAt, hiddenAt, author } = comment;
  const state = deletedAt !== null ? 'deleted' : hiddenAt !== null ? 'hidden' : 'shown';
  const isShown = state === 'shown';
  return {
    id: comment.id,
    parent: comment.parentId,
    author: isShown && author !== null ? { handle: author.handle, name: author.name } : null,
    is_paper_author: isShown && comment.isPaperAuthor,
    state,
    markdown: isShown ? comment.markdown : null,
    created_at: comment.createdAt.toISOString(),
    edited_at: textOf(comment.editedAt),
  };
}

/** Where a run stands in `/api/v1`. */
export function runAddress(id: string, origin: string): string {
  return `${origin}/api/v1/runs/${encodeURIComponent(id)}`;
}

function textOf(moment: Date | null): string | null {
  return moment?.toISOString() ?? null;
}
