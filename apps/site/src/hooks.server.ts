import process from 'node:process';
import type { Handle, HandleServerError, ServerInit } from '@sveltejs/kit';
import { DatabaseError, failureText, redact } from '@working-papers/daily';
import { building } from '$app/environment';
import { checkOrigin } from '$lib/server/checkOrigin.ts';
import { compress } from '$lib/server/compress.ts';
import { secure } from '$lib/server/headers.ts';
import { identify, personalise } from '$lib/server/identify.ts';
import { negotiatedMarkdown } from '$lib/server/markdown.ts';
import { announceFirstAdmin } from '$lib/server/firstAdmin.ts';
import { isOperatorRoute, observe } from '$lib/server/observe.ts';
import { problem } from '$lib/server/problem.ts';
import { openSite, type Site } from '$lib/server/site.ts';

type Asked = Parameters<Handle>[0];

export const init: ServerInit = async () => {
  if (building || globalThis.openedSite !== undefined) return;
  globalThis.openedSite = openSite(process.env);
  const site = await globalThis.openedSite;
  await announceFirstAdmin(site);
  process.once('sveltekit:shutdown', () => {
    globalThis.openedSite = undefined;
    site.close().catch((error: unknown) => {
      process.stderr.write(`site: closing failed: ${String(error)}\n`);
      process.exitCode = 1;
    });
  });
};

export const handle: Handle = async ({ event, resolve }) => {
  const site = await globalThis.openedSite;
  if (site === undefined) throw new Error('internal: the site is not open');
  return observe(site, event, async () => {
    const response = await answer(site, { event, resolve });
    secure(response.headers, event.route.id);
    return response;
  });
};

async function answer(site: Site, { event, resolve }: Asked): Promise<Response> {
  if (isOperatorRoute(event.route.id)) return resolve(event);
  if (site.configuration.WP_ROLE === 'worker') {
    return problem(404, 'This process does jobs; pages are served by others.');
  }
  const identity = checkOrigin(event) ?? (await identify(site, event));
  if (identity instanceof Response) return identity;
  Object.assign(event.locals, identity);
  const page = (await negotiatedMarkdown(event)) ?? (await resolve(event));
  const response = await compress(event.request, page);
  personalise(response.headers, identity);
  return response;
}

export const handleError: HandleServerError = ({ error, event, status, message }) => {
  if (status >= 500) {
    const { requestId: id, site } = event.locals;
    const stack = error instanceof Error ? redact(error.stack ?? '') : '';
    const failure = { route: event.route.id, failure: failureText(error), stack };
    site.operation.log.error('failure', { id, ...failure });
  }
  if (status === 404) return { message: 'There is no page at this address.' };
  return { message: takesNoWrites(error) ? 'Nothing can be stored at the moment.' : message };
};

/** On a full disk and on a replica: reading goes on. */
function takesNoWrites(error: unknown): boolean {
  return error instanceof DatabaseError && ['25006', '53100'].includes(error.code);
}
