/** Keeping a site running: snapshots, log, metrics, status. */
export { configurationText } from './operation/configurationText.ts';
export { keepSnapshot } from './operation/keepSnapshots.ts';
export { openLog, type Log, type LogFields } from './operation/log.ts';
export { openMetrics, type AnsweredRequest, type Metrics } from './operation/metrics.ts';
export { restoreSnapshot, type Restored } from './operation/restoreSnapshot.ts';
export { readSiteStatus, type JobState, type SiteStatus } from './operation/siteStatus.ts';
export { writeSnapshot, type SnapshotSummary } from './operation/writeSnapshot.ts';
