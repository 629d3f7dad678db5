import { securityTxt } from '@working-papers/daily/api';
import { originOf, tagged } from '$lib/server/api.ts';
import { problem } from '$lib/server/problem.ts';
import type { RequestHandler } from './$types';

/** Where to report a weakness, if the operator has said so. */
export const GET: RequestHandler = (event) => {
  const contact = event.locals.site.configuration.WP_CONTACT;
  if (contact === undefined) return problem(404, 'The operator has set no contact (WP_CONTACT).');
  return tagged(event.request, {
    type: 'text/plain; charset=utf-8',
    body: securityTxt(contact, originOf(event), new Date()),
  });
};
