import { error, json, type RequestEvent } from '@sveltejs/kit';
import { problem } from './problem.ts';
import { orProblem } from './refusals.ts';

/** Answers a script of ours that sends JSON; where passkeys are off, nothing is there. */
export async function answerScript(
  event: Pick<RequestEvent, 'request' | 'locals'>,
  answer: (body: Readonly<Record<string, unknown>>) => Promise<object>,
): Promise<Response> {
  if (event.locals.site.configuration.WP_PASSKEYS === 'no') error(404);
  const type = event.request.headers.get('content-type');
  if (type !== 'application/json') {
    return problem(415, `The content is ${JSON.stringify(type)}; send application/json.`);
  }
  let body: unknown;
  try {
    body = await event.request.json();
  } catch {
    return problem(400, 'The content is not JSON.');
  }
  if (typeof body !== 'object' || body === null) return problem(400, 'Send a JSON object.');
  const fields = Object.fromEntries(Object.entries(body));
  return orProblem(answer(fields).then((value) => json(value)));
}
