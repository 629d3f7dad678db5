export { defineDemo } from './demo.ts';
export type { Control, Demo, Settings } from './demo.ts';
export { defineExperiment, presetNames } from './experiment.ts';
export type { Experiment, Figure, PresetName, Progress, Row, RunContext } from './experiment.ts';
export { definePaper, families } from './paper.ts';
export type { Claim, Family, Paper } from './paper.ts';
export type { Provenance, Result, StoredFigure } from './result.ts';
export type { Outcome, Verdict } from './verdict.ts';
