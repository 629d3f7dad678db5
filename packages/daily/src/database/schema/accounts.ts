import type { Generated, JSONColumnType } from 'kysely';
import type { TextList } from './textList.ts';

/** People, how they sign in, what they may do, and what was done with that. */
export interface AccountsTables {
  users: UsersTable;
  sessions: SessionsTable;
  accounts: AccountsTable;
  verifications: VerificationsTable;
  passkeys: PasskeysTable;
  api_tokens: ApiTokensTable;
  rate_buckets: RateBucketsTable;
  bans: BansTable;
  audit_log: AuditLogTable;
}

interface UsersTable {
  id: string;
  name: string;
  email: string;
  email_verified: Generated<boolean>;
  image: string | null;
  handle: string;
  role: Generated<'reader' | 'submitter' | 'moderator' | 'admin'>;
  orcid: string | null;
  banned_until: Date | null;
  ban_reason: string | null;
  created_at: Generated<Date>;
  updated_at: Generated<Date>;
}

interface SessionsTable {
  id: string;
  user_id: string;
  token: string;
  expires_at: Date;
  ip_address: string | null;
  user_agent: string | null;
  created_at: Generated<Date>;
  updated_at: Generated<Date>;
}

interface AccountsTable {
  id: string;
  user_id: string;
  account_id: string;
  provider_id: string;
  access_token: string | null;
  refresh_token: string | null;
  id_token: string | null;
  access_token_expires_at: Date | null;
  refresh_token_expires_at: Date | null;
  scope: string | null;
  password: string | null;
  created_at: Generated<Date>;
  updated_at: Generated<Date>;
}

interface VerificationsTable {
  id: string;
  identifier: string;
  value: string;
  expires_at: Date;
  created_at: Generated<Date>;
  updated_at: Generated<Date>;
}

interface PasskeysTable {
  id: string;
  name: string | null;
  public_key: string;
  user_id: string;
  credential_id: string;
  counter: number;
  device_type: string;
  backed_up: boolean;
  transports: string | null;
  aaguid: string | null;
  created_at: Generated<Date | null>;
}

interface ApiTokensTable {
  id: string;
  user_id: string;
  name: string;
  prefix: string;
  hash: string;
  scopes: TextList;
  created_at: Generated<Date>;
  last_used_at: Date | null;
  expires_at: Date | null;
}

/** Rate limits that several processes share. */
interface RateBucketsTable {
  key: string;
  tokens: number;
  at: Date;
}

interface BansTable {
  id: Generated<number>;
  kind: 'user' | 'email' | 'network';
  value_hash: string;
  reason: string;
  until: Date | null;
  created_by: string | null;
  created_at: Generated<Date>;
}

interface AuditLogTable {
  id: Generated<number>;
  at: Generated<Date>;
  actor: string | null;
  action: string;
  subject_kind: string;
  subject_id: string;
  before: JSONColumnType<object> | null;
  after: JSONColumnType<object> | null;
}
