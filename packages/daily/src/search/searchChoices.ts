import type { Connection } from '../database/database.ts';

/** What filters can be set to. */
export interface SearchChoices {
  readonly families: readonly string[];
  /** The most frequent first. */
  readonly organizations: readonly string[];
  readonly categories: readonly string[];
}

/** A list to choose from that is longer is of no use. */
const longestChoice = 100;

/** Reads what occurs in the database. */
export async function searchChoices(connection: Connection): Promise<SearchChoices> {
  const column = async (sql: string): Promise<string[]> => {
    const { rows } = await connection.query<{ name: string }>(sql, [longestChoice]);
    return rows.map(({ name }) => name);
  };
  const [families, organizations, categories] = await Promise.all([
    column(
      `select distinct family as name from papers where family is not null order by 1 limit $1`,
    ),
    column(`select organizations.name from paper_organizations
              join organizations on organizations.id = organization_id
             group by organizations.name order by count(*) desc, 1 limit $1`),
    column(`select category as name from papers, unnest(categories) as category
             group by category order by count(*) desc, 1 limit $1`),
  ]);
  return { families, organizations, categories };
}
