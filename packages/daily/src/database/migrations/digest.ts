import { statements } from './statements.ts';

/** Who gets which e-mail, what was sent, and to whom nothing may be sent again. */
export const digest = statements(
  `create table subscriptions (
     id text primary key,
     email text not null,
     email_key text not null,
     user_id text references users (id) on delete cascade,
     cadence text not null check (cadence in ('daily', 'weekly', 'monthly')),
     hour smallint not null check (hour between 0 and 23),
     time_zone text not null,
     filters jsonb not null default '{}',
     filters_key text not null default '',
     state text not null default 'pending'
       check (state in ('pending', 'active', 'unsubscribed', 'bounced', 'complained')),
     confirm_hash text,
     unsubscribe_hash text not null unique,
     soft_failures integer not null default 0,
     requested_at timestamptz not null default now(),
     confirmed_at timestamptz,
     ended_at timestamptz,
     unique (email_key, cadence, filters_key))`,
  `create index subscriptions_by_state on subscriptions (state, cadence)`,
  `create unique index subscriptions_by_confirmation on subscriptions (confirm_hash)`,
  `create table confirmation_mails (
     email_key text not null,
     at timestamptz not null default now(),
     network text)`,
  `create index confirmation_mails_by_key on confirmation_mails (email_key, at)`,
  `create table digests (
     cadence text not null,
     period text not null,
     filters_key text not null default '',
     content_hash text not null,
     created_at timestamptz not null default now(),
     primary key (cadence, period, filters_key))`,
  `create table deliveries (
     subscription_id text not null references subscriptions (id) on delete cascade,
     period text not null,
     state text not null default 'due'
       check (state in ('due', 'sending', 'sent', 'empty', 'failed', 'bounced')),
     attempts integer not null default 0,
     next_try_at timestamptz,
     leased_until timestamptz,
     message_id text not null,
     smtp_code integer,
     created_at timestamptz not null default now(),
     sent_at timestamptz,
     primary key (subscription_id, period))`,
  `create index deliveries_by_state on deliveries (state, next_try_at)`,
  `create table suppressions (
     email_hash text primary key,
     reason text not null,
     at timestamptz not null default now())`,
);
