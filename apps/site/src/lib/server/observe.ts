import { randomUUID } from 'node:crypto';
import type { RequestEvent } from '@sveltejs/kit';
import { clientAddress } from './clientAddress.ts';
import { problem } from './problem.ts';
import type { Site } from './site.ts';

/** A request gets an answer by then, be it that there is none. */
const patienceMs = 10_000;

/** For operators and their tools: answered by every role, without looking who asks. */
const operatorRoutes = new Set<string | null>(['/health', '/ready', '/metrics']);

/** Whether the route is one for operators. */
export function isOperatorRoute(routeId: string | null): boolean {
  return operatorRoutes.has(routeId);
}

/**
 * Answers a request, within ten seconds, with a number by which it is found in the log; counts and logs
 * it. The log has the pattern of the address and never the address itself, neither that of the page,
 * which may be a secret link, nor that of the visitor.
 */
export async function observe(
  site: Site,
  event: RequestEvent,
  answer: () => Promise<Response>,
): Promise<Response> {
  const { configuration, operation } = site;
  const started = performance.now();
  const id = randomUUID();
  Object.assign(event.locals, { site, requestId: id });
  const response = await withinPatience(answer());
  response.headers.set('X-Request-Id', id);
  if (configuration.ORIGIN?.startsWith('https:') === true) {
    response.headers.set('Strict-Transport-Security', 'max-age=31536000');
  }
  const { status } = response;
  const ms = Math.round(performance.now() - started);
  const request = { route: event.route.id, method: event.request.method, status, ms };
  operation.metrics.countRequest(request);
  const isRefused = status === 401 || status === 403 || status === 429;
  const address = clientAddress(event, configuration.WP_TRUSTED_PROXIES);
  const visitor = isRefused ? operation.visitorOf(address) : undefined;
  const level = isOperatorRoute(event.route.id) ? 'debug' : 'info';
  operation.log[level]('request', { id, ...request, ...(visitor !== undefined && { visitor }) });
  return response;
}

async function withinPatience(answer: Promise<Response>): Promise<Response> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<Response>((resolve) => {
    const late = () =>
      problem(503, `This took longer than ${patienceMs / 1000} s; try again in a while.`);
    timer = setTimeout(() => resolve(late()), patienceMs);
  });
  try {
    return await Promise.race([answer, patience]);
  } finally {
    clearTimeout(timer);
  }
}
