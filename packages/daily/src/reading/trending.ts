import type { Connection } from '../database/database.ts';
import { readEntries, type FeedPaper } from './entries.ts';

/** An event counts half as much after so many hours. */
export const trendingHalfLifeHours = 36;

/** What an event adds to the score at the moment in which it happens. */
export const trendingWeights = { vote: 1, commenter: 0.7, run: 0.2, starDoubling: 0.3 } as const;

/** A paper with its score and what makes it. */
export interface TrendingPaper {
  readonly paper: FeedPaper;
  /** S = sum of w 2^(-age / 36 h), now. */
  readonly score: number;
  readonly parts: {
    readonly votes: { readonly count: number; readonly score: number };
    readonly commenters: { readonly count: number; readonly score: number };
    /** Runs in the page and new stars of the code: the score less the other parts. */
    readonly others: number;
  };
}

/**
 * Papers by the trending score, the highest first. The order is that of a key, K = log2 of the sum of
 * w 2^(t / 36 h), which does not change as time passes; papers without any event have none.
 */
export async function trendingPapers(
  connection: Connection,
  options: { readonly now: Date; readonly limit: number },
): Promise<readonly TrendingPaper[]> {
  const seconds = trendingHalfLifeHours * 3600;
  const { rows } = await connection.query<Scored>(
    `with hot as (
       select id, hot_key from papers where hot_key is not null
        order by hot_key desc, id limit $3),
     ages as (select $1::timestamptz as now, $2::float8 as half_life)
     select hot.id,
       power(2, hot_key - extract(epoch from now)::float8 / half_life) as score,
       v.count as votes, v.score as vote_score,
       c.count as commenters, c.score * $4::float8 as commenter_score
     from hot cross join ages
     cross join lateral (
       select count(*)::int as count,
         coalesce(sum(power(2, -extract(epoch from now - at)::float8 / half_life)), 0) as score
       from votes where paper_id = hot.id and counted_at is not null) v
     cross join lateral (
       select count(*)::int as count,
         coalesce(sum(power(2, -extract(epoch from now - first_at)::float8 / half_life)), 0) as score
       from (select min(created_at) as first_at from comments
              where paper_id = hot.id and deleted_at is null and user_id is not null
              group by user_id) firsts) c
     order by hot_key desc, hot.id`,
    [options.now, seconds, options.limit, trendingWeights.commenter],
  );
  const papers = await readEntries(
    connection,
    rows.map(({ id }) => id),
  );
  return papers.flatMap((paper) => {
    const row = rows.find(({ id }) => id === paper.id);
    return row === undefined ? [] : [{ paper, ...scoreOf(row) }];
  });
}

interface Scored {
  readonly id: string;
  readonly score: number;
  readonly votes: number;
  readonly vote_score: number;
  readonly commenters: number;
  readonly commenter_score: number;
}

function scoreOf(row: Scored): Omit<TrendingPaper, 'paper'> {
  return {
    score: row.score,
    parts: {
      votes: { count: row.votes, score: row.vote_score },
      commenters: { count: row.commenters, score: row.commenter_score },
      others: Math.max(0, row.score - row.vote_score - row.commenter_score),
    },
  };
}
