import { pipeline, Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import type { RequestEvent } from '@sveltejs/kit';
import { requireToken } from '@working-papers/daily';
import { refused } from './api.ts';

/** Lines of JSON, made while they are sent. */
export interface JsonLines {
  readonly lines: AsyncIterable<object>;
  readonly headers: Readonly<Record<string, string>>;
  /** Where what is sent never changes. */
  readonly etag?: string;
  /** Whether the file itself is compressed, and not only on its way. */
  readonly isGzipped?: boolean;
}

/** Answers with lines of any number: they never lie in memory together. */
export async function answerStream(
  { request, locals }: Pick<RequestEvent, 'request' | 'locals'>,
  answer: () => Promise<JsonLines>,
): Promise<Response> {
  try {
    const taker = { account: locals.user?.id, address: locals.address };
    await requireToken(locals.site.database, 'api', taker);
    const { lines, headers, etag, isGzipped = false } = await answer();
    const all = {
      ...headers,
      ...(etag !== undefined && { ETag: etag }),
      'Cache-Control': 'public, max-age=60, stale-while-revalidate=600',
      'Access-Control-Allow-Origin': '*',
    };
    if (etag !== undefined && request.headers.get('if-none-match')?.includes(etag)) {
      return new Response(null, { status: 304, headers: all });
    }
    const text = Readable.from(asText(lines));
    // An error of one ends the other, and so the answer; there is nothing else to do about it.
    const sent = isGzipped ? pipeline(text, createGzip(), () => undefined) : text;
    // The boundary between Node's streams and those of the web, whose types differ in name only.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    return new Response(Readable.toWeb(sent) as ReadableStream, { headers: all });
  } catch (cause) {
    return refused(cause);
  }
}

async function* asText(lines: AsyncIterable<object>): AsyncGenerator<string> {
  for await (const line of lines) yield `${JSON.stringify(line)}\n`;
}
