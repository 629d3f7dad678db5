import type { Generated, JSONColumnType } from 'kysely';

/** E-mail digests. */
export interface DigestTables {
  subscriptions: SubscriptionsTable;
  confirmation_mails: ConfirmationMailsTable;
  digests: DigestsTable;
  deliveries: DeliveriesTable;
  suppressions: SuppressionsTable;
}

interface SubscriptionsTable {
  id: string;
  email: string;
  email_key: string;
  user_id: string | null;
  cadence: 'daily' | 'weekly' | 'monthly';
  hour: number;
  time_zone: string;
  filters: JSONColumnType<object, string | undefined>;
  filters_key: Generated<string>;
  state: Generated<'pending' | 'active' | 'unsubscribed' | 'bounced' | 'complained'>;
  confirm_hash: string | null;
  unsubscribe_hash: string;
  soft_failures: Generated<number>;
  requested_at: Generated<Date>;
  confirmed_at: Date | null;
  ended_at: Date | null;
}

interface ConfirmationMailsTable {
  email_key: string;
  at: Generated<Date>;
  network: string | null;
}

interface DigestsTable {
  cadence: string;
  period: string;
  filters_key: Generated<string>;
  content_hash: string;
  created_at: Generated<Date>;
}

interface DeliveriesTable {
  subscription_id: string;
  period: string;
  state: Generated<'due' | 'sending' | 'sent' | 'empty' | 'failed' | 'bounced'>;
  attempts: Generated<number>;
  next_try_at: Date | null;
  leased_until: Date | null;
  message_id: string;
  smtp_code: number | null;
  created_at: Generated<Date>;
  sent_at: Date | null;
}

interface SuppressionsTable {
  email_hash: string;
  reason: string;
  at: Generated<Date>;
}
