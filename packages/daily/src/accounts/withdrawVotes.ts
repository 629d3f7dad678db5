import type { Connection } from '../database/database.ts';

/**
 * Takes the votes of a person out of the counts and the trending keys of papers. To be called before the
 * votes themselves go.
 *
 * A key is K = log2(sum of w 2^(t / 36 h)); a vote of weight 1 at t taken out of it leaves
 * K + log2(1 - 2^(t / 36 h - K)), or no key at all if it was the only event.
 */
export async function withdrawVotes(connection: Connection, userId: string): Promise<void> {
  await connection.query(
    `update papers p
     set upvotes = p.upvotes - 1,
         hot_key = case
           when 1 - power(2, v.age - p.hot_key) > 1e-9
             then p.hot_key + log(2, (1 - power(2, v.age - p.hot_key))::numeric)::float8
         end
     from (select paper_id, extract(epoch from at)::float8 / 129600 as age
           from votes where user_id = $1 and counted_at is not null) v
     where p.id = v.paper_id`,
    [userId],
  );
}
