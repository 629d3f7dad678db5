import { rm } from 'node:fs/promises';
import { dataSets, type DatasetName } from '@working-papers/data';
import {
  cacheFolder,
  listDataSets,
  pullDataSet,
  removeDataSet,
  type DataSetStatus,
  type Origin,
} from '@working-papers/data/node';
import Table from 'cli-table3';
import { confirm } from './confirm.ts';
import { exitCode } from './exitCode.ts';
import { sizeText } from './fileSizes.ts';
import { listenForInterruption } from './interruption.ts';
import { inWords, suggestion } from './nearest.ts';
import { createProgressLine } from './progressLine.ts';
import { staleFiles } from './staleCache.ts';
import type { CommandContext } from './terminal.ts';
import { UsageError } from './usageError.ts';

/** `wp data list`: the data sets, what the cache holds of them, and where it is. */
export async function dataListCommand(
  { json }: { readonly json: boolean },
  { terminal: { stdout, stderr } }: CommandContext,
): Promise<void> {
  const all = await listDataSets();
  if (json) {
    for (const status of all) stdout.write(`${JSON.stringify(toJson(status))}\n`);
    return;
  }
  const { bold, green, red, dim } = stdout.colors;
  const paint = { present: green, damaged: red, absent: dim } as const;
  const table = new Table({
    head: ['name', 'cache', 'to fetch', 'in cache', 'SHA-256', 'licence'].map((text) => bold(text)),
    style: { head: [], border: [] },
    wordWrap: true,
    colWidths: [null, null, null, null, null, Math.max(14, stdout.width - 78)],
  });
  for (const { set, state, bytes } of all) {
    const [fetched, here] = [sizeText(set.tarballBytes), bytes === 0 ? '' : sizeText(bytes)];
    const hash = set.file.sha256.slice(0, 12);
    table.push([set.name, paint[state](state), fetched, here, hash, set.licence]);
  }
  stdout.write(`${table.toString()}\n`);
  stderr.write(`\nThe cache is ${cacheFolder()}; WORKING_PAPERS_CACHE names another folder.\n`);
}

function toJson({ set, path, state, bytes }: DataSetStatus) {
  const { name, title, kind, version, tarballBytes, licence, credit, split, faults, file } = set;
  const source = `${set.package}@${version}`;
  const facts = { name, title, kind, source, tarballBytes, licence, credit, split, faults };
  return { ...facts, sha256: file.sha256, fileBytes: file.bytes, state, bytes, path };
}

/** What `wp data pull` was told. */
export interface PullFlags {
  readonly all: boolean;
  readonly origin: Origin;
  readonly offline: boolean;
  readonly json: boolean;
}

/**
 * `wp data pull`: puts data sets into the cache, or checks those that are there.
 *
 * @returns The exit code.
 * @throws {UsageError} If a data set is unknown, or none is named.
 * @throws {DataError} If one cannot be had.
 */
export async function dataPullCommand(
  names: readonly string[],
  { all, origin, offline, json }: PullFlags,
  { terminal: { stdout, stderr } }: CommandContext,
): Promise<number> {
  if (names.length === 0 && !all) {
    throw new UsageError(
      `wp data pull: name data sets or say --all; there are ${inWords(Object.keys(dataSets))}`,
    );
  }
  const wanted = all ? datasetNames() : names.map((name) => datasetByName(name, 'wp data pull'));
  const line = createProgressLine(stderr);
  const interruption = listenForInterruption(stderr);
  const { signal } = interruption;
  try {
    for (const name of wanted) {
      const options = { origin, offline, onProgress: line.showLoading };
      const status = await pullDataSet(name, options, signal).finally(line.clear);
      const { wasThere, bytes, path } = status;
      if (json) stdout.write(`${JSON.stringify({ ...toJson(status), wasThere })}\n`);
      else
        stdout.write(
          `${name}: ${wasThere ? 'is right' : 'fetched'}, ${sizeText(bytes)}, ${path}\n`,
        );
    }
    return exitCode.ok;
  } catch (error) {
    if (signal.aborted) return interruption.code();
    throw error;
  } finally {
    interruption.release();
  }
}

/** What `wp data clean` was told. */
export interface CleanFlags {
  /** All data sets. */
  readonly all: boolean;
  readonly yes: boolean;
  readonly json: boolean;
}

/**
 * `wp data clean`: removes data sets that are named, and what only older code could use.
 *
 * @returns The exit code.
 * @throws {UsageError} If a data set is unknown, or nobody can be asked and there is no `--yes`.
 */
export async function dataCleanCommand(
  names: readonly string[],
  { all, yes, json }: CleanFlags,
  { terminal: { stdout, stderr }, papers }: CommandContext,
): Promise<number> {
  const wanted = all ? datasetNames() : names.map((name) => datasetByName(name, 'wp data clean'));
  const present = (await listDataSets()).filter(
    ({ set, state }) => state !== 'absent' && wanted.includes(set.name),
  );
  const stale = await staleFiles(papers);
  const reasons = [...new Set(stale.map(({ why }) => why))];
  const parts = [
    ...present.map(({ set, bytes }) => ({ what: set.name, files: 1, bytes })),
    ...reasons.map((why) => {
      const own = stale.filter((file) => file.why === why);
      return {
        what: why,
        files: own.length,
        bytes: own.reduce((sum, file) => sum + file.bytes, 0),
      };
    }),
  ];
  if (parts.length === 0) {
    if (!json) stdout.write(`nothing to remove in ${cacheFolder()}\n`);
    return exitCode.ok;
  }
  const files = parts.reduce((sum, part) => sum + part.files, 0);
  const bytes = parts.reduce((sum, part) => sum + part.bytes, 0);
  const list = parts.map((part) => `${part.what} (${part.files}, ${sizeText(part.bytes)})`);
  const total = `${files} ${files === 1 ? 'file' : 'files'}, ${sizeText(bytes)}`;
  const action = `remove ${total}, from ${cacheFolder()}: ${list.join(', ')}`;
  if (!(await confirm({ command: 'wp data clean', action, isYes: yes }))) {
    stderr.write('nothing removed\n');
    return exitCode.ok;
  }
  for (const { set } of present) await removeDataSet(set.name);
  for (const { path } of stale) await rm(path, { force: true });
  if (json)
    for (const part of parts) stdout.write(`${JSON.stringify({ kind: 'removed', ...part })}\n`);
  else stdout.write(`removed ${total}\n`);
  return exitCode.ok;
}

function datasetNames(): DatasetName[] {
  return Object.values(dataSets).map(({ name }) => name);
}

function datasetByName(text: string, command: string): DatasetName {
  const names = datasetNames();
  const found = names.find((name) => name === text);
  if (found) return found;
  const hint = suggestion(text, names, `there are ${inWords(names)}`);
  throw new UsageError(`${command}: no data set "${text}"; ${hint}`);
}
