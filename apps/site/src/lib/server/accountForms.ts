import type { RequestEvent } from '@sveltejs/kit';
import { revokeSession, type Client, type SetCookies } from '@working-papers/daily/accounts';

type Event = Pick<RequestEvent, 'request' | 'url' | 'locals'>;

/** Whoever sends a request, for the functions of accounts. */
export function clientOf({ request, url, locals }: Event): Client {
  return { headers: request.headers, address: locals.address, origin: url.origin };
}

/** Sends cookies with the answer. */
export function keepCookies(locals: App.Locals, cookies: SetCookies): void {
  locals.setCookies.push(...cookies);
}

/** As `keepCookies` for a new session, which ends the one that the browser had. */
export async function keepSession(locals: App.Locals, cookies: SetCookies): Promise<void> {
  keepCookies(locals, cookies);
  if (locals.user === null || locals.session === null) return;
  await revokeSession(locals.site.database, locals.user.id, locals.session.id);
}

/** Reads a form whose fields are texts; a file, or a field that is not there, reads as empty. */
export async function readForm(request: Request): Promise<(name: string) => string> {
  const form = await request.formData();
  return (name) => textOf(form, name);
}

/** A field of a form as text; empty if it is a file or not there. */
export function textOf(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === 'string' ? value : '';
}
