import type { ColumnType } from 'kysely';

/** A list that is stored as text[]. */
export type TextList = ColumnType<string[], readonly string[], readonly string[]>;

/** One that is empty if it is not given. */
export type OptionalTextList = ColumnType<
  string[],
  readonly string[] | undefined,
  readonly string[]
>;
