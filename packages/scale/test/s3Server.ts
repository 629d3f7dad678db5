import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { access, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import S3rver from 's3rver';
import { parseS3Url, type S3Options } from '../src/s3.ts';

/** An S3 server in this process, with one bucket, `papers`. */
export interface S3Server {
  /** `s3://papers/<prefix>?endpoint=...` */
  readonly url: (prefix: string, bucket?: string) => string;
  readonly options: S3Options;
  /** Requests so far, as `PUT /papers/a/b`. */
  readonly requests: string[];
  /** The next requests fail so, before the store sees them. */
  readonly failNext: (count: number, status: number, code: string) => void;
  /** Cuts an object off in the middle, behind the server's back. */
  readonly tear: (url: string, key: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

/**
 * Starts s3rver. It overwrites whatever `If-None-Match` says and writes without a lock, so conditional
 * writes are done in front of it, one write after the other. Of signatures of version 4 it checks the
 * key id only.
 */
export async function startS3Server({ isConditional = true } = {}): Promise<S3Server> {
  const directory = await mkdtemp(join(tmpdir(), 'working-papers-s3-'));
  const store = new S3rver({
    silent: true,
    directory,
    configureBuckets: [{ name: 'papers', configs: [] }],
  });
  await store.configureBuckets();
  const answer = store.getMiddleware();
  const fileOf = (path: string) => join(directory, `${path}._S3rver_object`);
  const requests: string[] = [];
  const failures: { status: number; code: string }[] = [];
  let writes = Promise.resolve();

  const write = async (request: IncomingMessage, response: ServerResponse) => {
    const isCreation = isConditional && request.headers['if-none-match'] === '*';
    if (isCreation && (await exists(fileOf(pathOf(request))))) {
      refuse(response, 412, 'PreconditionFailed');
      return;
    }
    answer(request, response);
    if (!response.closed) await once(response, 'close');
  };
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${pathOf(request)}`);
    const failure = failures.shift();
    if (failure) refuse(response, failure.status, failure.code);
    else if (request.method === 'PUT') writes = writes.then(() => write(request, response));
    else answer(request, response);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: (prefix, bucket = 'papers') =>
      `s3://${bucket}/${prefix}?endpoint=http://127.0.0.1:${port}`,
    options: { credentials: { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' } },
    requests,
    failNext: (count, status, code) => {
      failures.push(...Array.from({ length: count }, () => ({ status, code })));
    },
    tear: async (url, key) => {
      const { bucket, prefix } = parseS3Url(url);
      const file = fileOf(`/${bucket}/${prefix}${key}`);
      const whole = await readFile(file);
      await writeFile(file, whole.subarray(0, whole.length / 2));
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

function pathOf(request: IncomingMessage): string {
  return decodeURIComponent(request.url?.split('?')[0] ?? '');
}

function refuse(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { 'Content-Type': 'application/xml' });
  response.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>no</Message></Error>`);
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
