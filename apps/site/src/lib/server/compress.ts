import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

const gzipAsync = promisify(gzip);
/** Below this a packet carries the whole answer anyway. */
const minBytes = 1400;
const compressible = /^(text\/|application\/(json|problem\+json|xml)|image\/svg\+xml)/;

/**
 * Compresses a text answer if the visitor's browser can read it so.
 *
 * @returns The same response, or a compressed one.
 */
export async function compress(request: Request, response: Response): Promise<Response> {
  const { headers } = response;
  if (!compressible.test(headers.get('content-type') ?? '')) return response;
  headers.append('Vary', 'Accept-Encoding');
  const etag = headers.get('etag');
  const isFresh = etag !== null && (request.headers.get('if-none-match') ?? '').includes(etag);
  const accepts = /\bgzip\b/.test(request.headers.get('accept-encoding') ?? '');
  if (!accepts || isFresh || headers.has('content-encoding') || response.body === null) {
    return response;
  }
  const body = Buffer.from(await response.arrayBuffer());
  if (body.length < minBytes) return new Response(body, response);
  const compressed = new Response(await gzipAsync(body), response);
  compressed.headers.set('Content-Encoding', 'gzip');
  compressed.headers.delete('Content-Length');
  return compressed;
}
