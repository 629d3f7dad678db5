import { sql } from 'kysely';

/** Of a paper: when it was submitted here, else its first version on arXiv; never null. */
export const timeInOrder = sql<Date>`coalesce(papers.submitted_at, papers.published_at, '-infinity'::timestamptz)`;
