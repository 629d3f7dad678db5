export { folderObjects } from './folderObjects.ts';
export { collectProvenance, sourceState } from './provenance.ts';
export type { RunFacts, SourceState } from './provenance.ts';
export { checkResults, currentReadme } from './recordedCheck.ts';
export type { RecordedPaper } from './recordedCheck.ts';
export {
  budgetText,
  duration,
  fillReadme,
  generateReadmeTable,
  intervalText,
} from './readmeTable.ts';
export { readResult, readResults, writeResult } from './resultFile.ts';
export type { UndrawnResult } from './resultFile.ts';
export { storedArtefacts } from './storedArtefacts.ts';
export { storedCells } from './storedCells.ts';
