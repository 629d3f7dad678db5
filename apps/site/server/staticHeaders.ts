import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * Headers for built files, which are served without passing the site's hooks. A worker on an
 * isolated page must be isolated itself, and its own policy is the one that counts inside it.
 */
export function setStaticHeaders({ url }: IncomingMessage, response: ServerResponse): void {
  if (!url?.startsWith('/_app/')) return;
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
  response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp');
  response.setHeader(
    'Content-Security-Policy',
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self' blob:; object-src 'none'",
  );
}
