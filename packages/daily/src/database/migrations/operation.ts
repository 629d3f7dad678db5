import { statements } from './statements.ts';

/** When each job ran, for which time it was due last, and what it said at its last failure. */
export const operation = statements(
  `create table jobs (
     name text primary key,
     cron text,
     due_at timestamptz,
     started_at timestamptz,
     succeeded_at timestamptz,
     duration_ms integer,
     failed_at timestamptz,
     failure text)`,
);
