export { CellError, ServiceError } from './errors.ts';
export { localCrew, threadsPerWorker } from './localCrew.ts';
export type { LocalCrewOptions } from './localCrew.ts';
export { openObjects } from './openObjects.ts';
export { enqueue, queueCrew } from './queueCrew.ts';
export type { QueueCrewOptions } from './queueCrew.ts';
export { runElsewhere } from './runElsewhere.ts';
export type { RunElsewhereOptions } from './runElsewhere.ts';
export { storedCheckpoints } from './storedCheckpoints.ts';
export type { CellTask, Crew, Watch } from './task.ts';
export { measureTask } from './workbench.ts';
export type {
  MeasureOptions,
  OpenWorkbench,
  Workbench,
  WorkbenchModule,
  WorkbenchWatch,
} from './workbench.ts';
export { work } from './work.ts';
export type { WorkEvent, WorkOptions } from './work.ts';
