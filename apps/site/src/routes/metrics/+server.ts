import { createHash, timingSafeEqual } from 'node:crypto';
import { problem } from '$lib/server/problem.ts';
import type { RequestHandler } from './$types';

/** What Prometheus reads, with the token of WP_METRICS_TOKEN. */
export const GET: RequestHandler = async ({ locals: { site }, request, getClientAddress }) => {
  const { WP_METRICS_TOKEN: token, ORIGIN } = site.configuration;
  if (token === undefined) {
    const isLocal = /^(127\.|::1$|::ffff:127\.)/.test(getClientAddress());
    if (!isLocal || ORIGIN !== undefined) {
      return problem(
        403,
        'The metrics are closed; set WP_METRICS_TOKEN and send it as Bearer token.',
      );
    }
  } else {
    const sent = /^Bearer (\S+)$/i.exec(request.headers.get('authorization') ?? '')?.[1] ?? '';
    if (!isEqual(sent, token)) return problem(401, 'Send WP_METRICS_TOKEN as Bearer token.');
  }
  const { metrics, status } = site.operation;
  return new Response(await metrics.text(await status()), {
    headers: { 'Content-Type': metrics.contentType, 'Cache-Control': 'no-store' },
  });
};

/** In a time that does not tell where they differ. */
function isEqual(a: string, b: string): boolean {
  const [hashA, hashB] = [a, b].map((text) => createHash('sha256').update(text).digest());
  return hashA !== undefined && hashB !== undefined && timingSafeEqual(hashA, hashB);
}
