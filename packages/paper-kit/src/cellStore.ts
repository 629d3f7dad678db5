import type { ArtefactUse } from './artefact.ts';
import { addressOf } from './canonicalJson.ts';
import type { Checkpoints } from './checkpoints.ts';
import type { Cell, Row } from './experiment.ts';
import type { Provenance } from './result.ts';

/** Where a cell was measured. */
export type CellOrigin = Pick<
  Provenance,
  'commit' | 'isDirty' | 'backend' | 'threads' | 'platform' | 'cpu'
>;

/** A measured cell as it is kept. */
export interface CellRecord {
  readonly address: string;
  readonly paper: string;
  readonly cell: Cell;
  /** As in {@link CellIdentity}. */
  readonly source: string;
  readonly rows: readonly Row[];
  /** What measuring took; if it was interrupted, only the time since it was taken up again. */
  readonly seconds: number;
  readonly artefacts: readonly ArtefactUse[];
  readonly origin: CellOrigin;
}

/** What decides the rows of a cell; its hash is the address. */
export interface CellIdentity {
  /** Slug of the paper. */
  readonly paper: string;
  readonly cell: Cell;
  /** What else decides the rows, as text: the code that runs and the runtime. See `sourceHash`. */
  readonly source: string;
}

/** Raised when what a record means changes; records of another version are never found. */
const version = 1;

/**
 * The address of a measured cell: the SHA-256 of paper, cell, version of the records and source.
 *
 * @throws {ConfigError} If the cell is not plain JSON.
 */
export function cellAddress({ paper, cell, source }: CellIdentity): Promise<string> {
  return addressOf({ version, paper, cell, source }, `${paper}: cell "${cell.label}"`);
}

/** Where measured cells are kept: a folder, a bucket, a database. */
export interface CellStore {
  /**
   * @returns The record, or null if there is none.
   * @throws {CheckpointError} If it is damaged.
   */
  readonly read: (address: string) => Promise<CellRecord | null>;
  /** Keeps a record whole or not at all; the last writer wins, which changes nothing but times. */
  readonly write: (record: CellRecord) => Promise<void>;
  /**
   * Waits until nobody else who shares the store measures the cell, and keeps others waiting until the
   * function that it returns is called. One that died is not waited for. Absent where a queue sees to
   * it that no two processes measure the same cell.
   *
   * @param onWait - Called once if somebody does.
   */
  readonly reserve?: (
    address: string,
    signal: AbortSignal,
    onWait: () => void,
  ) => Promise<() => Promise<void>>;
}

/** What a run may take over from earlier ones: nothing, what the same clean commit measured, or all that has its address. */
export type TakeOver = 'nothing' | 'same commit' | 'all';

/** What a run keeps, where, and what it takes over. */
export interface RunStorage {
  readonly cells: CellStore;
  readonly checkpoints?: Checkpoints;
  /** Part of every address. */
  readonly source: string;
  /** Stored with every cell. */
  readonly origin: CellOrigin;
  readonly takeOver: TakeOver;
  /** Called if another process measures a cell, which is then waited for. */
  readonly onWait?: (cell: Cell) => void;
}

/** Whether a run may go on from what earlier ones left; a result to be recorded needs a clean commit for it. */
export function mayResume({ takeOver, origin }: RunStorage): boolean {
  return takeOver === 'all' || (takeOver === 'same commit' && !origin.isDirty);
}

/**
 * Whether a run may take a stored cell for its own. The number of threads must be equal, because some
 * operations differ in the last bit, and times differ altogether.
 */
export function mayTakeOver({ origin }: CellRecord, run: RunStorage): boolean {
  if (!mayResume(run) || origin.threads !== run.origin.threads) return false;
  if (run.takeOver === 'all') return true;
  return !origin.isDirty && origin.commit === run.origin.commit && origin.cpu === run.origin.cpu;
}
