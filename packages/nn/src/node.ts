export { decodeCheckpoint, encodeCheckpoint } from './checkpointFiles.ts';
export type { CheckpointFiles } from './checkpointFiles.ts';
export { folderCheckpoints } from './folderCheckpoints.ts';
export type { FolderCheckpointOptions } from './folderCheckpoints.ts';
