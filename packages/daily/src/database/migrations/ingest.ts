import { statements } from './statements.ts';

/**
 * What sources say of a paper, its versions, how far each source was read, and the order of changes,
 * which the search index follows.
 */
export const ingest = statements(
  `alter table papers
     add column version integer,
     add column categories text[] not null default '{}',
     add column primary_category text,
     add column updated_at timestamptz,
     add column comment text,
     add column doi text,
     add column journal_ref text,
     add column license text,
     add column withdrawn_at timestamptz,
     add column source_hash text,
     add column thumbnail text,
     add column media_urls text[] not null default '{}',
     add column github_stars integer,
     add column submitted_at timestamptz,
     add column change_seq bigint`,
  `alter table papers alter column published_at drop not null`,
  `create index papers_by_published on papers (published_at desc, id)`,
  `create index papers_by_category on papers using gin (categories)`,
  `create index papers_by_tag on papers using gin (tags)`,

  // Numbers are given in the order of commits: the lock is held until then.
  `create sequence paper_changes`,
  `create table paper_removals (
     paper_id text not null,
     change_seq bigint primary key)`,
  `create function next_paper_change() returns bigint language plpgsql as $$
     begin
       perform pg_advisory_xact_lock(240902427);
       return nextval('paper_changes');
     end $$`,
  `create function number_paper_change() returns trigger language plpgsql as $$
     begin
       new.change_seq := next_paper_change();
       return new;
     end $$`,
  `create trigger number_paper_change before insert or update of
     title, abstract, summary, day, tags, family, categories, withdrawn_at, change_seq on papers
     for each row execute function number_paper_change()`,
  `create function note_paper_removal() returns trigger language plpgsql as $$
     begin
       insert into paper_removals values (old.id, next_paper_change());
       return old;
     end $$`,
  `create trigger note_paper_removal after delete on papers
     for each row execute function note_paper_removal()`,
  `update papers set change_seq = 0`,
  `create index papers_by_change on papers (change_seq)`,

  `create table paper_versions (
     paper_id text not null references papers (id) on delete cascade,
     version integer not null,
     title text not null,
     abstract text,
     submitted_at timestamptz,
     seen_at timestamptz not null default now(),
     primary key (paper_id, version))`,
  `create table sources (
     id text primary key,
     cursor text,
     etag text,
     last_modified text,
     last_ok_at timestamptz,
     last_error text,
     last_error_at timestamptz)`,
  `create table ingest_log (
     id bigint generated always as identity primary key,
     source text not null,
     at timestamptz not null default now(),
     record text,
     problem text not null)`,
  `create index ingest_log_by_source on ingest_log (source, at desc)`,
);
