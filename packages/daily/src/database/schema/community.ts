import type { Generated, JSONColumnType } from 'kysely';
import type { OptionalTextList } from './textList.ts';

/** What people do with papers. */
export interface CommunityTables {
  votes: VotesTable;
  comments: CommentsTable;
  comment_versions: CommentVersionsTable;
  follows: FollowsTable;
  ratings: RatingsTable;
  library_items: LibraryItemsTable;
  tags: TagsTable;
  item_tags: ItemTagsTable;
  submissions: SubmissionsTable;
  authorship_claims: AuthorshipClaimsTable;
  disputes: DisputesTable;
  reports: ReportsTable;
  visitor_runs: VisitorRunsTable;
}

interface VotesTable {
  user_id: string;
  paper_id: string;
  at: Generated<Date>;
  network: string | null;
  counted_at: Date | null;
}

interface CommentsTable {
  id: string;
  paper_id: string;
  parent_id: string | null;
  user_id: string | null;
  markdown: string;
  html: string;
  created_at: Generated<Date>;
  edited_at: Date | null;
  deleted_at: Date | null;
  hidden_at: Date | null;
  hidden_by: string | null;
  hidden_reason: string | null;
}

interface CommentVersionsTable {
  comment_id: string;
  replaced_at: Generated<Date>;
  markdown: string;
}

interface FollowsTable {
  user_id: string;
  kind: 'tag' | 'author' | 'organization' | 'search';
  target: string;
  created_at: Generated<Date>;
}

interface RatingsTable {
  user_id: string;
  paper_id: string;
  list: Generated<string>;
  value: '-1' | 1;
  at: Generated<Date>;
}

interface LibraryItemsTable {
  user_id: string;
  paper_id: string;
  state: 'saved' | 'reading' | 'read';
  note: Generated<string>;
  added_at: Generated<Date>;
  updated_at: Generated<Date>;
}

interface TagsTable {
  id: string;
  user_id: string;
  name: string;
  created_at: Generated<Date>;
}

interface ItemTagsTable {
  tag_id: string;
  user_id: string;
  paper_id: string;
}

interface SubmissionsTable {
  id: string;
  paper_id: string;
  user_id: string | null;
  comment: Generated<string>;
  media_urls: OptionalTextList;
  state: Generated<'pending' | 'accepted' | 'rejected'>;
  reason: string | null;
  created_at: Generated<Date>;
  decided_at: Date | null;
  decided_by: string | null;
}

interface AuthorshipClaimsTable {
  id: string;
  paper_id: string;
  position: number;
  user_id: string;
  proof: 'orcid' | 'link' | 'moderator';
  evidence: string;
  state: Generated<'pending' | 'accepted' | 'rejected'>;
  reason: string | null;
  created_at: Generated<Date>;
  decided_at: Date | null;
  decided_by: string | null;
}

interface DisputesTable {
  id: string;
  paper_id: string;
  claim_id: string;
  run_id: string | null;
  user_id: string | null;
  markdown: string;
  html: string;
  state: Generated<'open' | 'rerunning' | 'upheld' | 'rejected'>;
  answer: string | null;
  answer_run_id: string | null;
  created_at: Generated<Date>;
  decided_at: Date | null;
  decided_by: string | null;
}

interface ReportsTable {
  id: string;
  subject_kind: 'comment' | 'paper' | 'user' | 'dispute';
  subject_id: string;
  user_id: string | null;
  reason: string;
  state: Generated<'open' | 'upheld' | 'dismissed'>;
  created_at: Generated<Date>;
  decided_at: Date | null;
  decided_by: string | null;
}

interface VisitorRunsTable {
  id: string;
  paper_id: string;
  user_id: string | null;
  preset: string;
  seed: number;
  backend: string;
  is_complete: boolean;
  rows: JSONColumnType<object>;
  verdicts: JSONColumnType<object>;
  at: Generated<Date>;
  network: string | null;
}
