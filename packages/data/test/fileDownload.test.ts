import { createServer, type RequestListener, type Server } from 'node:http';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { LoadProgress } from '../src/dataset.ts';
import { decodeImageFile, encodeImageFile } from '../src/files/imageFile.ts';
import { downloadFile } from '../src/fileDownload.ts';
import { tarballOf, tinyFiles, tinySet, tinySplits } from './tinyMnist.ts';

const set = await tinySet(tarballOf(tinyFiles));
const file = encodeImageFile(set, tinySplits);

let server: Server | undefined;

afterEach(() => {
  vi.unstubAllGlobals();
  server?.closeAllConnections();
  server?.close();
  server = undefined;
});

/** Serves every address by one function and gives the base address. */
async function serve(answer: RequestListener): Promise<string> {
  const started = createServer(answer);
  server = started;
  await new Promise<void>((resolve) => {
    started.listen(0, '127.0.0.1', resolve);
  });
  const address = started.address();
  return typeof address === 'object' ? `http://127.0.0.1:${address?.port}/data` : '';
}

/** The message of the error with which loading ends, without the port. */
async function failure(answer: RequestListener): Promise<string> {
  const baseUrl = await serve(answer);
  const error: unknown = await downloadFile(set, { baseUrl }).then(
    () => 'loaded',
    (reason: unknown) => reason,
  );
  return String(error).replaceAll(baseUrl, '<base>');
}

test('fetches the file by its name, with or without a slash behind the folder', async () => {
  const asked: (string | undefined)[] = [];
  const baseUrl = await serve((request, response) => {
    asked.push(request.url);
    response.end(file);
  });
  const bytes = await downloadFile(set, { baseUrl });
  await downloadFile(set, { baseUrl: `${baseUrl}/` });
  expect(asked).toEqual(['/data/mnist.safetensors', '/data/mnist.safetensors']);
  expect(decodeImageFile(set, bytes).train).toMatchObject(tinySplits.train);
});

test('reports bytes as they arrive', async () => {
  let finish = () => {};
  const baseUrl = await serve((_, response) => {
    finish = () => response.end(file.subarray(100));
    response.write(file.subarray(0, 100));
  });
  const reports: LoadProgress[] = [];
  const onProgress = (progress: LoadProgress) => {
    reports.push(progress);
    finish(); // the server sends the rest once the beginning is reported
  };
  await downloadFile(set, { baseUrl, onProgress });
  expect(reports).toEqual([
    { name: 'mnist', loadedBytes: 100, totalBytes: file.length },
    { name: 'mnist', loadedBytes: file.length, totalBytes: file.length },
  ]);
});

describe('says what is wrong if', () => {
  test('the file is not there', async () => {
    expect(await failure((_, response) => response.writeHead(404).end())).toMatchInlineSnapshot(
      `"DataError: mnist: cannot fetch <base>/mnist.safetensors: the server answers 404; check the connection and reload the page"`,
    );
  });

  test('the file is another one of the same length', async () => {
    expect(await failure((_, response) => response.end(file.with(-1, 7)))).toMatchInlineSnapshot(
      `"DataError: mnist: <base>/mnist.safetensors has the SHA-256 8acf5e09aeeecaf2ffcd1f6a320ae2260480770b6a64fb39593546228c7a7f39, expected 556105f6b93ab9582d41d417d87173168a5c375f87aab9567c4e0b04b8c71de1; reload the page; if that does not help, the file on the server is wrong"`,
    );
  });

  test('the file is too short', async () => {
    expect(await failure((_, response) => response.end(file.subarray(0, 9)))).toMatchInlineSnapshot(
      `"DataError: mnist: <base>/mnist.safetensors has 9 bytes, expected 385; reload the page; if that does not help, the file on the server is wrong"`,
    );
  });

  test('the file is too long', async () => {
    expect(
      await failure((_, response) => response.end(Buffer.concat([file, file]))),
    ).toMatchInlineSnapshot(
      `"DataError: mnist: cannot fetch <base>/mnist.safetensors: it is longer than the expected 385 bytes; check the connection and reload the page"`,
    );
  });

  test('the file is empty', async () => {
    expect(await failure((_, response) => response.end())).toMatchInlineSnapshot(
      `"DataError: mnist: <base>/mnist.safetensors has 0 bytes, expected 385; reload the page; if that does not help, the file on the server is wrong"`,
    );
  });

  test('the connection breaks', async () => {
    expect(
      await failure((_, response) => {
        response.setHeader('content-length', file.length);
        response.write(file.subarray(0, 100), () => response.destroy());
      }),
    ).toMatchInlineSnapshot(
      `"DataError: mnist: cannot fetch <base>/mnist.safetensors: terminated; check the connection and reload the page"`,
    );
  });

  test('the page is not a secure context, where browsers hide crypto.subtle', async () => {
    vi.stubGlobal('crypto', {});
    await expect(
      downloadFile(set, { baseUrl: 'http://example.org' }),
    ).rejects.toThrowErrorMatchingInlineSnapshot(
      `[DataError: mnist: this page cannot check what it fetches; open it by https or on localhost]`,
    );
  });
});

test('ends with the reason of the signal, before and while it fetches', async () => {
  const controller = new AbortController();
  const reason = new Error('stopped');
  const baseUrl = await serve((_, response) => {
    response.write(file.subarray(0, 100), () => {
      controller.abort(reason);
    });
  });
  await expect(downloadFile(set, { baseUrl }, controller.signal)).rejects.toBe(reason);
  await expect(downloadFile(set, { baseUrl }, controller.signal)).rejects.toBe(reason);
});
