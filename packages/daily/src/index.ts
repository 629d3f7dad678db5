export {
  readAuditLog,
  recordAudit,
  type AuditEntry,
  type RecordedAuditEntry,
} from './accounts/auditLog.ts';
export { networkOf } from './accounts/network.ts';
export {
  limits,
  requireToken,
  takeToken,
  type Allowance,
  type LimitName,
  type Taker,
} from './accounts/rateLimit.ts';
export { forgetWhatIsOver } from './accounts/forget.ts';
export { deriveKey, hashPrivately, readSecret } from './accounts/secret.ts';
export {
  createApiToken,
  findTokenHolder,
  isScope,
  listApiTokens,
  revokeApiToken,
  tokenScopes,
  type ApiToken,
  type TokenScope,
} from './accounts/tokens.ts';
export { changeRole, emailOf, findUser, renameUser } from './accounts/users.ts';
export {
  isAtLeast,
  may,
  permissions,
  roles,
  type Action,
  type Role,
  type SignedInUser,
} from './accounts/roles.ts';
export { bibtexEntry, papersAsBibtex } from './citations/bibtex.ts';
export type { Catalogue, CatalogueEntry } from './catalogue/catalogue.ts';
export { importCatalogue } from './catalogue/importCatalogue.ts';
export { readConfiguration, settings, type Configuration } from './configuration.ts';
export { openDataStore, type DataStore } from './dataStore.ts';
export type { Connection, Database, QueryResult } from './database/database.ts';
export { DatabaseError } from './database/database.ts';
export { maintain, openMemoryDatabase, openServerDatabase } from './database/open.ts';
export { readJobRecords, type JobRecord } from './jobs/jobRecords.ts';
export { openJobs, type JobOptions, type Jobs, type JobsSettings } from './jobs/jobs.ts';
export type { JobEvent, JobHandler, JobRun } from './jobs/performJob.ts';
export type { DigestContent, DigestPaper, FindPapers } from './digest/content.ts';
export { filtersInWords, type DigestFilters } from './digest/filters.ts';
export { digestSite } from './digest/digestSite.ts';
export type { DigestSite } from './digest/links.ts';
export {
  changeSubscription,
  readSubscription,
  unsubscribe,
  type Subscription,
} from './digest/manage.ts';
export { cadences, periodInWords, type Cadence } from './digest/periods.ts';
export { readDigest, type DigestPreview } from './digest/preview.ts';
export {
  rehearseDueDigests,
  sendDueDigests,
  type DigestReport,
  type DigestSending,
} from './digest/sendDueDigests.ts';
export { confirmSubscription, subscribe, type SubscriptionChoice } from './digest/subscribe.ts';
export { suppress, type SuppressionReason } from './digest/suppressions.ts';
export { MailError, type MailFault } from './mail/mailError.ts';
export { openFileMailer, openMailer, type Mail, type Mailer } from './mail/mailer.ts';
export { nameId } from './nameId.ts';
export {
  counts,
  latestDays,
  neighbours,
  papersOfDay,
  runnablePapers,
  type FeedDay,
  type Neighbours,
} from './reading/feed.ts';
export {
  claimOrders,
  claimsAsCsv,
  readClaims,
  type ClaimOrder,
  type ListedClaim,
} from './reading/claims.ts';
export { csvText, type CsvValue } from './reading/csv.ts';
export { readEntries, type FeedPaper } from './reading/entries.ts';
export { arrangeBoards, type Board, type PlacedStanding } from './reading/leaderboards.ts';
export {
  countOrganizations,
  countTopics,
  listOrders,
  listPapers,
  papersPerDay,
  readName,
  relatedPapers,
  type Counted,
  type ListOrder,
  type ListPage,
  type Selection,
} from './reading/lists.ts';
export {
  periodOf,
  readDay,
  readMonth,
  readWeek,
  weeksOfMonth,
  type Period,
} from './reading/periods.ts';
export { readRun, readRunRows, rowColumns, runsOfFamily, type RunPage } from './reading/runs.ts';
export {
  trendingHalfLifeHours,
  trendingPapers,
  trendingWeights,
  type TrendingPaper,
} from './reading/trending.ts';
export {
  readPaper,
  resolvePaper,
  type ClaimWithVerdict,
  type PaperPage,
  type RecordedFigure,
  type RecordedRun,
} from './reading/paperPage.ts';
export { failureText, redact } from './operation/redact.ts';
export { Refusal, refusalStatus } from './refusal.ts';
export { decideVerdicts, type RecordedVerdict } from './reading/verdicts.ts';
