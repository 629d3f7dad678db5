import { closeSync, existsSync, fsyncSync, openSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { PGlite, types } from '@electric-sql/pglite';
import { NodeFS } from '@electric-sql/pglite/nodefs';
import type { Engine } from './oneConnection.ts';
import { scrub } from './scrub.ts';

/**
 * Opens PGlite.
 *
 * @param folder - Where its files lie; it is created and filled if it is not there. Without one the
 * database lives in memory.
 */
export async function openPgliteEngine(folder?: string): Promise<Engine> {
  const isNew = folder !== undefined && !existsSync(join(folder, 'PG_VERSION'));
  const pglite = await PGlite.create({
    // As text: a day has no time zone, and `Date` would give it one.
    parsers: { [types.DATE]: (text: string) => text },
    ...(folder === undefined ? {} : { fs: new DurableFiles(folder), startParams: durableStart }),
  });
  if (folder !== undefined && isNew) syncTree(folder);
  return {
    execute: async <Row>(sql: string, parameters: readonly unknown[] = []) => {
      try {
        const { rows, affectedRows } = await pglite.query<Row>(sql, [...parameters]);
        return { rows, affectedRows: affectedRows ?? 0 };
      } catch (error) {
        throw scrub(error);
      }
    },
    close: () => pglite.close(),
  };
}

/** PGlite starts without fsync (`-F`); with it, and with a file layer that has one, a commit stays. */
const durableStart = [
  ...PGlite.defaultStartParams.filter((parameter) => parameter !== '-F'),
  '-c',
  'wal_sync_method=fsync',
  '-c',
  'max_wal_size=128MB',
];

/** What Emscripten's NODEFS gives for an open file or folder. */
interface NodeStream {
  /** Missing for a folder. */
  readonly nfd?: number;
  readonly node: object;
}

/** PGlite's files in a folder; its own layer lacks fsync, so a power cut would lose commits. */
class DurableFiles extends NodeFS {
  override async init(...args: Parameters<NodeFS['init']>): ReturnType<NodeFS['init']> {
    const { emscriptenOpts } = await super.init(...args);
    const preRun = emscriptenOpts.preRun ?? [];
    const steps = Array.isArray(preRun) ? preRun : [preRun];
    return { emscriptenOpts: { ...emscriptenOpts, preRun: [...steps, addFsync] } };
  }
}

/** What PGlite's Emscripten module has beyond its types: its file systems. */
interface FileSystems {
  readonly FS: {
    readonly filesystems: {
      readonly NODEFS: {
        readonly realPath: (node: object) => string;
        readonly stream_ops: { fsync?: (stream: NodeStream) => number };
      };
    };
  };
}

function addFsync(runtime: object): void {
  // The boundary to Emscripten.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const { NODEFS } = (runtime as FileSystems).FS.filesystems;
  NODEFS.stream_ops.fsync = ({ nfd, node }) => {
    if (nfd === undefined) syncPath(NODEFS.realPath(node));
    else fsyncSync(nfd);
    return 0;
  };
}

/** What initdb writes is not synced by it. */
function syncTree(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) syncTree(path);
    else if (entry.isFile()) syncPath(path);
  }
  syncPath(folder);
}

function syncPath(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
