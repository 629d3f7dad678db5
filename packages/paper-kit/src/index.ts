export {
  artefactAddress,
  artefactCosts,
  artefactsFrom,
  defineArtefact,
  memoryArtefacts,
} from './artefact.ts';
export type {
  Artefact,
  ArtefactContent,
  ArtefactCost,
  ArtefactRecord,
  Artefacts,
  ArtefactStore,
  ArtefactUse,
} from './artefact.ts';
export { cellAddress, mayResume, mayTakeOver } from './cellStore.ts';
export type { CellOrigin, CellRecord, CellStore, RunStorage, TakeOver } from './cellStore.ts';
export type { Checkpoints } from './checkpoints.ts';
export { compareResults } from './compareResults.ts';
export type {
  Agreement,
  ResultComparison,
  RowDifference,
  RowTolerance,
  VerdictComparison,
} from './compareResults.ts';
export { countCalls, countFlops, measureLatency } from './counters.ts';
export type { Counted, Latency, LatencyOptions } from './counters.ts';
export { defineDemo } from './demo.ts';
export type { Control, Demo, DemoContext, Settings } from './demo.ts';
export { defineExperiment, presetNames } from './experiment.ts';
export type {
  Cell,
  Experiment,
  Figure,
  PresetName,
  Progress,
  Row,
  RunContext,
} from './experiment.ts';
export { meanStandings } from './leaderboard.ts';
export type { Comparison, Leaderboard, Standing } from './leaderboard.ts';
export type { MethodEntry, MethodRole, Tuning } from './methods.ts';
export type { ExportSettings, ModelExport, NamedTensors, TrainedModel } from './modelExport.ts';
export type { ObjectStore } from './objectStore.ts';
export { definePaper, families } from './paper.ts';
export { createPace } from './pace.ts';
export type { RunProgress, RunShares } from './pace.ts';
export type { Claim, Family, Paper } from './paper.ts';
export type { FinishedCell, Provenance, Result, StoredFigure } from './result.ts';
export { findPreset, planRun } from './plan.ts';
export type { Plan } from './plan.ts';
export { runCell } from './runCell.ts';
export type { CellEvent, CellOptions, MeasuredCell } from './runCell.ts';
export { judge, runCells, runExperiment } from './runner.ts';
export type { RunEvent, RunOptions, RunOutcome, TakenOver } from './runner.ts';
export { compareWithBound, notMeasured, outcomes, short, untestable } from './verdict.ts';
export type { Bound, Outcome, Verdict } from './verdict.ts';
