/** What programs read of the site: interfaces, feeds, references, dumps. */
export { avatarSvg } from './api/avatar.ts';
export {
  answerCitations,
  answerClaims,
  answerComments,
  answerPaper,
  answerPaperClaims,
  answerPaperRuns,
  answerPapers,
  answerRun,
  answerSimilar,
  requireRun,
  type Asked,
} from './api/calls.ts';
export { dumpPapers } from './api/dump.ts';
export { endpoints, type Endpoint } from './api/endpoints.ts';
export {
  hubDailyPapers,
  hubPaperById,
  hubPapers,
  hubRepositories,
  hubSearch,
  requirePaper,
} from './api/hubCalls.ts';
export { readLeaderboards } from './api/leaderboards.ts';
export { newestDay } from './api/listPapers.ts';
export { openApiDocument } from './api/openApi.ts';
export { paperMarkdown } from './api/paperMarkdown.ts';
export { readPaperRecords, type PaperRecord } from './api/paperRecord.ts';
export { ParameterRefusal, readNoParameters } from './api/parameters.ts';
export { readClaims } from './api/publicRecords.ts';
export { readRows } from './api/runRecords.ts';
export { readCitedPapers } from './citations/citedPaper.ts';
export { pageCitation, type PageCitation } from './citations/pageCitation.ts';
export { readFeed } from './feeds/feedPapers.ts';
export { sitemapFile, sitemapIndex } from './feeds/sitemap.ts';
export { robotsTxt, securityTxt } from './feeds/wellKnown.ts';
export { atomFeed, jsonFeed, rssFeed } from './feeds/writeFeed.ts';
