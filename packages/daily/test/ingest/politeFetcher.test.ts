import { afterEach, expect, test } from 'vitest';
import { openFetcher, type FetcherOptions } from '../../src/ingest/politeFetcher.ts';
import { isPrivateAddress } from '../../src/ingest/request.ts';
import { startStrangeServer, type Answering, type StrangeServer } from './strangeServer.ts';

const open: StrangeServer[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

/** A server, a fetcher that may ask it, and the waits it asked for instead of waiting. */
async function start(answer: Answering, options: Partial<FetcherOptions> = {}) {
  const server = await startStrangeServer(answer);
  open.push(server);
  const waits: number[] = [];
  const fetcher = openFetcher({
    contact: 'someone@example.org',
    origins: [server.origin],
    intervalMs: 0,
    wait: async (ms) => void waits.push(ms),
    ...options,
  });
  return { ...server, waits, get: (path: string) => fetcher.get(server.origin + path), fetcher };
}

test('a request says who asks', async () => {
  const { get } = await start(({ headers }, response) => response.end(headers['user-agent']));
  expect((await get('/')).text).toBe('working-papers/0.1 (mailto:someone@example.org)');
  expect(() => openFetcher({ contact: undefined })).toThrowErrorMatchingInlineSnapshot(
    `[ConfigError: ingest: WP_CONTACT is not set; sources ask for an address to write to]`,
  );
});

test('requests to a host are made one after the other, with a pause between them', async () => {
  let running = 0;
  let most = 0;
  const { get, waits } = await start(
    (_, response) => {
      most = Math.max(most, (running += 1));
      setTimeout(() => {
        running -= 1;
        response.end('ok');
      }, 20);
    },
    { intervalMs: 3000 },
  );
  await Promise.all([get('/1'), get('/2'), get('/3')]);
  expect(most).toBe(1);
  expect(waits).toHaveLength(2);
  for (const ms of waits) {
    expect(ms).toBeGreaterThan(2900);
    expect(ms).toBeLessThanOrEqual(3300);
  }
});

test('waits double after each failure up to the ceiling, and the fifth failure is the last', async () => {
  const { get, waits, requests } = await start((_, response) => response.writeHead(503).end(), {
    backOffMs: 1e3,
    ceilingMs: 3e3,
  });
  await expect(get('/')).rejects.toThrow(/answered 503; given up after 5 failures in a row$/);
  expect(requests).toHaveLength(5);
  for (const [i, longest] of [1000, 2000, 3000, 3000].entries()) {
    expect(waits[i]).toBeGreaterThan(longest / 2 - 50);
    expect(waits[i]).toBeLessThanOrEqual(longest);
  }
  await expect(get('/other')).rejects.toThrow('left alone after 5 failures in a row');
  expect(requests).toHaveLength(5);
});

test('a host that recovers is asked on', async () => {
  const { get, requests } = await start((_, response, index) => {
    response.writeHead(index % 4 === 3 ? 200 : 500).end('at last');
  });
  for (let i = 0; i < 3; i += 1) expect((await get('/')).text).toBe('at last');
  expect(requests).toHaveLength(12);
});

test('Retry-After is obeyed, in seconds and as a date', async () => {
  const soon = new Date(Date.now() + 60_000).toUTCString();
  const { get, waits } = await start((_, response, index) => {
    const answers = [{ 'Retry-After': '17' }, { 'Retry-After': soon }] as const;
    response.writeHead(index < 2 ? 429 : 200, answers[index]).end('now');
  });
  expect((await get('/')).text).toBe('now');
  expect(waits[0]).toBeGreaterThan(16_900);
  expect(waits[0]).toBeLessThanOrEqual(17_000);
  expect(waits[1]).toBeGreaterThan(55_000);
});

test('a host that wants to be left alone for long is', async () => {
  const { get, requests } = await start((_, response) => {
    response.writeHead(503, { 'Retry-After': '86400' }).end();
  });
  await expect(get('/')).rejects.toThrow('asks to be left alone for 86400 s');
  await expect(get('/')).rejects.toThrow('left alone');
  expect(requests).toHaveLength(1);
});

test('an answer that is missing or forbidden is not asked for again', async () => {
  const { get, requests } = await start((_, response) => response.writeHead(404).end());
  await expect(get('/')).rejects.toMatchObject({ name: 'SourceError', status: 404 });
  expect(requests).toHaveLength(1);
});

test('an answer that never ends is too late, and one cut off is asked for again', async () => {
  const { get, requests } = await start(
    (_, response, index) => {
      if (index === 0) response.write('a beginning');
      else if (index === 1) {
        response.writeHead(200, { 'Content-Length': '100' });
        response.write('a half', () => response.destroy());
      } else response.end('whole');
    },
    { timeoutMs: 300 },
  );
  expect((await get('/')).text).toBe('whole');
  expect(requests).toHaveLength(3);
});

test('an answer of more than 10 MB is refused, announced or not', async () => {
  const { get, requests } = await start((_, response) => {
    const megabyte = Buffer.alloc(1_000_000, 'x');
    for (let i = 0; i < 11; i += 1) response.write(megabyte);
    response.end();
  });
  await expect(get('/')).rejects.toThrow('the answer has more than 10000000 bytes');
  expect(requests).toHaveLength(1);
});

test('a caller that has had enough is obeyed, while asking and while waiting', async () => {
  const { fetcher, origin } = await start(() => undefined);
  const signal = AbortSignal.timeout(100);
  await expect(fetcher.get(origin, { signal })).rejects.toMatchObject({ name: 'TimeoutError' });
});

test('only what has changed is sent again', async () => {
  const { fetcher, origin } = await start(({ headers }, response) => {
    if (headers['if-none-match'] === '"1"') response.writeHead(304).end();
    else response.writeHead(200, { ETag: '"1"' }).end('new');
  });
  const first = await fetcher.get(origin);
  expect(first).toMatchObject({ isUnchanged: false, text: 'new', etag: '"1"' });
  expect(await fetcher.get(origin, { conditions: first })).toMatchObject({ isUnchanged: true });
});

test('the encoding is the one that the answer names, or its XML; others are refused', async () => {
  const bytes = Buffer.from([0x4d, 0xfc]);
  const { get } = await start(({ url }, response) => {
    if (url === '/latin1') response.setHeader('Content-Type', 'text/xml; charset=iso-8859-1');
    if (url === '/odd') response.setHeader('Content-Type', 'text/xml; charset=klingon');
    if (url === '/xml') response.write('<?xml version="1.0" encoding="ISO-8859-1"?>');
    response.end(bytes);
  });
  expect((await get('/latin1')).text).toBe('Mü');
  expect((await get('/xml')).text).toMatch(/Mü$/);
  expect((await get('/')).text).toBe('M\uFFFD');
  await expect(get('/odd')).rejects.toThrow('the encoding "klingon" is not known');
});

test('redirects are followed to sources only, and not for ever', async () => {
  const other = await startStrangeServer((_, response) => response.end('secret'));
  open.push(other);
  const targets: Record<string, string> = {
    '/near': '/text',
    '/private': other.origin,
    '/metadata': 'http://169.254.169.254/latest/meta-data',
    '/file': 'file:///etc/passwd',
    '/round': '/round',
  };
  const { get, requests } = await start(({ url = '' }, response) => {
    if (url === '/text') response.end('text');
    else response.writeHead(302, { Location: targets[url] }).end();
  });
  expect((await get('/near')).text).toBe('text');
  for (const path of ['/private', '/metadata', '/file']) {
    await expect(get(path), path).rejects.toThrow('is not one of the sources');
  }
  await expect(get('/round')).rejects.toThrow('more than 3 redirects');
  expect(other.requests).toEqual([]);
  expect(requests.filter((path) => path === '/round')).toHaveLength(4);
});

test('by default only the four sources are asked', async () => {
  const fetcher = openFetcher({ contact: 'someone@example.org' });
  await expect(fetcher.get('http://127.0.0.1/')).rejects.toThrowErrorMatchingInlineSnapshot(
    `[SourceError: http://127.0.0.1 is not one of the sources; they are https://rss.arxiv.org, https://oaipmh.arxiv.org, https://export.arxiv.org, https://huggingface.co]`,
  );
  for (const address of [
    'http://rss.arxiv.org/atom/cs.LG',
    'https://user@rss.arxiv.org/',
    'https://arxiv.org/',
    'https://rss.arxiv.org:8443/',
    'https://rss.arxiv.org.example.com/',
    'file:///etc/passwd',
  ]) {
    await expect(fetcher.get(address), address).rejects.toThrow('is not one of the sources');
  }
});

test('a source whose name leads to a private address is not asked', async () => {
  const { origin, requests } = await start((_, response) => response.end('secret'));
  const named = origin.replace('127.0.0.1', 'localhost');
  const fetcher = openFetcher({ contact: 'someone@example.org', origins: [named] });
  await expect(fetcher.get(named)).rejects.toThrow('localhost leads to a private address');
  expect(requests).toEqual([]);
});

test.each([
  '127.0.0.1',
  '10.1.2.3',
  '172.31.255.255',
  '192.168.0.1',
  '169.254.169.254',
  '100.64.0.1',
  '0.0.0.0',
  '224.0.0.1',
  '::',
  '::1',
  'fe80::1',
  'fd00::1',
  '::ffff:127.0.0.1',
  '::ffff:a00:1',
  '64:ff9b::7f00:1',
  'nonsense',
])('%s is private', (address) => {
  expect(isPrivateAddress(address)).toBe(true);
});

test.each(['8.8.8.8', '172.32.0.1', '100.128.0.1', '2a00:1450::1', '::ffff:8.8.8.8'])(
  '%s is public',
  (address) => {
    expect(isPrivateAddress(address)).toBe(false);
  },
);
