/** Taking in papers from elsewhere; apart from the main entry because pages do not need it. */
export { fetchArxivPapers, ingestArxivFeed, type SourceOptions } from './ingest/arxivAtom.ts';
export { findArxivIds, readArxivId, type ArxivId } from './ingest/arxivId.ts';
export { ingestArxivChanges, type OaiRequest } from './ingest/arxivOai.ts';
export { ingestHuggingFace } from './ingest/huggingFace.ts';
export { addReports, ingestRecords, type BatchOptions } from './ingest/ingestBatch.ts';
export type { IngestedPaper, ReadRecords, RecordProblem } from './ingest/ingestedPaper.ts';
export { readCategories, scheduleIngest, type IngestJobs } from './ingest/ingestJobs.ts';
export { parseBibtex } from './ingest/parseBibtex.ts';
export { parseJsonLines } from './ingest/parseJsonLines.ts';
export { parseListing, type ListingOptions } from './ingest/parseListing.ts';
export { openFetcher, type FetcherOptions, type PoliteFetcher } from './ingest/politeFetcher.ts';
export { SourceError } from './ingest/request.ts';
export { storePapers, type StoreOptions, type StoreReport } from './ingest/storePapers.ts';
export { titleKey } from './ingest/titleKey.ts';
