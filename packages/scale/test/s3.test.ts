import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openS3Objects, parseS3Url } from '../src/s3.ts';
import { startS3Server, type S3Server } from './s3Server.ts';

let server: S3Server;
beforeAll(async () => {
  server = await startS3Server();
});
afterAll(() => server.close());

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (content: Uint8Array | undefined) => content && new TextDecoder().decode(content);
/** The ports of the tests' servers differ from run to run. */
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => 'no error',
    (error: unknown) => String(error).replaceAll(/127\.0\.0\.1:\d+/g, 'host:9000'),
  );

describe('an S3 store', () => {
  it('reads what was written, whole and under its prefix', async () => {
    const objects = await openS3Objects(server.url('a/b'), server.options);
    await objects.write('deep/key.json', bytes('{"x": 1}'));
    expect(text(await objects.read('deep/key.json'))).toBe('{"x": 1}');
    expect(server.requests).toContain('PUT /papers/a/b/deep/key.json');
    await objects.write('deep/key.json', bytes('{}'));
    expect(text(await objects.read('deep/key.json'))).toBe('{}');
    await objects.remove('deep/key.json');
    expect(await objects.read('deep/key.json')).toBeUndefined();
    expect(objects.place).toBe('s3://papers/a/b');
  });

  it('lets one of many simultaneous creations succeed and keeps its bytes', async () => {
    const objects = await openS3Objects(server.url('race'), server.options);
    const tries = Array.from({ length: 8 }, (_, i) => objects.create('one', bytes(`by ${i}`)));
    const created = await Promise.all(tries);
    expect(created.filter(Boolean)).toHaveLength(1);
    expect(text(await objects.read('one'))).toBe(`by ${created.indexOf(true)}`);
  });

  it('gives up no request that a later attempt gets through', async () => {
    const objects = await openS3Objects(server.url('retry'), server.options);
    server.failNext(2, 503, 'SlowDown');
    await objects.write('a', bytes('1'));
    server.failNext(2, 500, 'InternalError');
    expect(text(await objects.read('a'))).toBe('1');
  });

  it('refuses a torn object', async () => {
    const url = server.url('torn');
    const objects = await openS3Objects(url, server.options);
    await objects.write('a', bytes('0123456789'));
    await server.tear(url, 'a');
    expect(await failure(objects.read('a'))).toMatchInlineSnapshot(
      `"CheckpointError: s3://papers/torn/a: torn or tampered with: 5 bytes of SHA-256 c565fe03ca9b..., written were 84d89877f0d4...; remove the object and run again"`,
    );
  });
});

describe('opening an S3 store says what is wrong with', () => {
  const open = (url: string, options = server.options) => failure(openS3Objects(url, options));

  it('a bucket that is not there', async () => {
    expect(await open(server.url('x', 'nothing'))).toMatchInlineSnapshot(
      `"ConfigError: s3://nothing/x: there is no such bucket; create it or correct it"`,
    );
  });

  it('credentials', async () => {
    const unknown = { credentials: { accessKeyId: 'NOBODY', secretAccessKey: 'guess' } };
    expect(await open(server.url('x'), unknown)).toMatchInlineSnapshot(
      `"ConfigError: s3://papers/x: access refused (InvalidAccessKeyId); check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or the profile or role in their place"`,
    );
    server.failNext(1, 403, 'SignatureDoesNotMatch'); // what servers say that check the secret
    expect(await open(server.url('x'))).toMatchInlineSnapshot(
      `"ConfigError: s3://papers/x: access refused (SignatureDoesNotMatch); check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or the profile or role in their place"`,
    );
    server.failNext(1, 403, 'AccessDenied'); // a role that may only read
    expect(await open(server.url('x'))).toMatchInlineSnapshot(
      `"ConfigError: s3://papers/x: access refused (AccessDenied); check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or the profile or role in their place"`,
    );
  });

  it('a server that is not there or breaks', async () => {
    const options = { ...server.options, attempts: 2 };
    expect(await open('s3://papers?endpoint=http://127.0.0.1:1', options)).toMatchInlineSnapshot(
      `"ServiceError: s3://papers: no usable answer after several attempts (ECONNREFUSED); check the endpoint and the network"`,
    );
    server.failNext(2, 500, 'InternalError');
    expect(await open(server.url('x'), options)).toMatchInlineSnapshot(
      `"ServiceError: s3://papers/x: no usable answer after several attempts (InternalError); check the endpoint and the network"`,
    );
  });

  it('a server without conditional writes', async () => {
    const plain = await startS3Server({ isConditional: false });
    expect(await failure(openS3Objects(plain.url('x'), plain.options))).toMatchInlineSnapshot(
      `"ServiceError: s3://papers/x: overwrites an object that must stay (If-None-Match is ignored); use a server with conditional writes"`,
    );
    await plain.close();
  });
});

describe('the address of a store', () => {
  it.each([
    ['s3://b', { bucket: 'b', prefix: '' }],
    ['s3://b/', { bucket: 'b', prefix: '' }],
    ['s3://b/p/q/', { bucket: 'b', prefix: 'p/q/' }],
    ['s3://b/p?region=eu-west-1', { bucket: 'b', prefix: 'p/', region: 'eu-west-1' }],
    ['s3://b?endpoint=http://h:9000', { bucket: 'b', prefix: '', endpoint: 'http://h:9000' }],
  ])('%s is read as bucket, prefix and server', (url, place) => {
    expect(parseS3Url(url)).toEqual(place);
  });

  it('is refused with a reason, which repeats no secret', async () => {
    const refusal = (url: string) => failure(Promise.resolve().then(() => parseS3Url(url)));
    expect(await refusal('s3://')).toMatchInlineSnapshot(
      `"ConfigError: store "s3://": not the address of a bucket; expected s3://bucket/prefix?endpoint=http://host:9000"`,
    );
    expect(await refusal('https://b/p')).toMatchInlineSnapshot(
      `"ConfigError: store "https://b/p": not the address of a bucket; expected s3://bucket/prefix?endpoint=http://host:9000"`,
    );
    expect(await refusal('s3://b?endpiont=x')).toMatchInlineSnapshot(
      `"ConfigError: store "s3://b?endpiont=x": no parameter "endpiont"; expected s3://bucket/prefix?endpoint=http://host:9000"`,
    );
    expect(await refusal('s3://key:secret@b/p')).toMatchInlineSnapshot(
      `"ConfigError: store s3://b: credentials do not belong into the address; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"`,
    );
  });
});
