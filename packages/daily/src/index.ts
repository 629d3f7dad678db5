export type { Catalogue, CatalogueEntry } from './catalogue/catalogue.ts';
export { importCatalogue } from './catalogue/importCatalogue.ts';
export { readConfiguration, settings, type Configuration } from './configuration.ts';
export { openDataStore, type DataStore } from './dataStore.ts';
export type { Connection, Database, QueryResult } from './database/database.ts';
export { DatabaseError } from './database/database.ts';
export { maintain, openMemoryDatabase, openServerDatabase } from './database/open.ts';
export { nameId } from './nameId.ts';
export {
  counts,
  latestDays,
  neighbours,
  papersOfDay,
  runnablePapers,
  type FeedDay,
  type FeedPaper,
  type Neighbours,
} from './reading/feed.ts';
export {
  readPaper,
  resolvePaper,
  type ClaimWithVerdict,
  type PaperPage,
  type RecordedFigure,
  type RecordedRun,
} from './reading/paperPage.ts';
export { decideVerdicts, type RecordedVerdict } from './reading/verdicts.ts';
