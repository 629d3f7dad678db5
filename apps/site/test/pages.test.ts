import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readAddress } from '../server/address.ts';
import { inlineSvg } from '../src/lib/inlineSvg.ts';
import { compress } from '../src/lib/server/compress.ts';
import { dataSetOfFile, downloadSize, tagOf } from '../src/lib/server/dataFiles.ts';
import { isRunRoute, secure } from '../src/lib/server/headers.ts';
import { highlightTypeScript } from '../src/lib/server/highlight.ts';
import { problem } from '../src/lib/server/problem.ts';

describe('highlightTypeScript', () => {
  it('names the kinds of words and loses no text', async () => {
    const source =
      '/** Doc. */\nexport function f(x: number): string {\n  return `a${x}`; // <b>\n}\n';
    const lines = await highlightTypeScript(source);
    expect(lines.map((line) => line.map(({ text }) => text).join('')).join('\n')).toBe(
      source.trimEnd(),
    );
    const kinds = new Map(lines.flat().map(({ text, kind }) => [text.trim(), kind]));
    expect(kinds.get('/** Doc. */')).toBe('comment');
    expect(kinds.get('export')).toBe('keyword');
    expect(kinds.get('f')).toBe('function');
    expect(kinds.get('// <b>')).toBe('comment');
  });
});

describe('compress', () => {
  const text = '<p>Many words that repeat.</p>'.repeat(200);
  const page = (headers: Record<string, string> = {}) =>
    new Response(text, { headers: { 'content-type': 'text/html', ...headers } });
  const asking = (headers: Record<string, string>) => new Request('http://localhost/', { headers });

  it('compresses text for those who can read it', async () => {
    const response = await compress(asking({ 'accept-encoding': 'br, gzip' }), page());
    expect(response.headers.get('content-encoding')).toBe('gzip');
    expect(response.headers.get('vary')).toBe('Accept-Encoding');
    const body = Buffer.from(await response.arrayBuffer());
    expect(body.length).toBeLessThan(text.length / 10);
    expect(gunzipSync(body).toString()).toBe(text);
  });

  it('leaves alone what is asked for plainly, is fresh, small, or no text', async () => {
    const gzip = { 'accept-encoding': 'gzip' };
    const answers = [
      await compress(asking({}), page()),
      await compress(asking({ ...gzip, 'if-none-match': '"tag"' }), page({ etag: '"tag"' })),
      await compress(
        asking(gzip),
        new Response('short', { headers: { 'content-type': 'text/html' } }),
      ),
      await compress(asking(gzip), page({ 'content-type': 'image/png' })),
    ];
    for (const answer of answers) expect(answer.headers.get('content-encoding')).toBeNull();
    expect(await answers[0]?.text()).toBe(text);
  });
});

describe('secure', () => {
  const headersOf = (routeId: string) => {
    const headers = new Headers({
      'content-type': 'text/html',
      'content-security-policy': "default-src 'self'; script-src 'self'",
    });
    secure(headers, routeId);
    return headers;
  };

  it('isolates the run page, and it alone', () => {
    expect(isRunRoute('/papers/[id]/run')).toBe(true);
    expect(headersOf('/papers/[id]/run').get('cross-origin-embedder-policy')).toBe('require-corp');
    expect(headersOf('/papers/[id]/run').get('cross-origin-opener-policy')).toBe('same-origin');
    expect(headersOf('/papers/[id]').get('cross-origin-embedder-policy')).toBeNull();
  });

  it('allows WebAssembly on the run page, and on it alone', () => {
    expect(headersOf('/papers/[id]/run').get('content-security-policy')).toContain(
      "script-src 'wasm-unsafe-eval' 'self'",
    );
    expect(headersOf('/').get('content-security-policy')).not.toContain('wasm-unsafe-eval');
  });
});

it('fits a figure into a page', () => {
  const svg =
    '<svg role="img"><title>T</title><style>svg { color: red }\n</style><g aria-label="line" fill="none"><path aria-description="a > b" d="M0,0"/></g></svg>';
  expect(inlineSvg(svg)).toBe(
    '<svg role="img"><title>T</title><g fill="none"><path d="M0,0"/></g></svg>',
  );
});

it('knows the files of data sets by name, and nothing else', () => {
  for (const name of ['mnist', 'cifar-10', 'moby-dick', 'wink-100d']) {
    expect(dataSetOfFile(`${name}.safetensors`)).toBe(name);
  }
  for (const file of ['mnist', '../mnist.safetensors', 'cifar.safetensors', '__proto__']) {
    expect(dataSetOfFile(file)).toBeUndefined();
  }
  expect(tagOf('mnist')).not.toBe(tagOf('fashion-mnist'));
});

it('says what a data set costs to load before anybody has loaded it', async () => {
  expect(await downloadSize('moby-dick', '/nowhere')).toEqual({
    title: 'Moby-Dick; or, The Whale',
    bytes: 490_699,
  });
});

it('tells programs what was wrong', async () => {
  const response = problem(404, 'There is no such thing.', { parameter: 'file' });
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  expect(await response.json()).toEqual({
    status: 404,
    detail: 'There is no such thing.',
    parameter: 'file',
  });
});

describe('readAddress', () => {
  it('listens on this machine only unless told otherwise', () => {
    expect(readAddress({})).toEqual({ host: '127.0.0.1', port: 3000 });
    expect(readAddress({ HOST: '0.0.0.0', PORT: '80' })).toEqual({ host: '0.0.0.0', port: 80 });
  });

  it.each(['-1', '65536', '3000x', '1e3', ' '])('refuses PORT "%s"', (PORT) => {
    expect(() => readAddress({ PORT })).toThrow(
      `PORT is "${PORT}"; set it to a number from 0 to 65535`,
    );
  });
});
