import { subscribe } from '@working-papers/daily';
import { linkOrigin } from '@working-papers/daily/accounts';
import { clientOf, readForm } from '$lib/server/accountForms.ts';
import { choiceOf, timeZones } from '$lib/server/digestForms.ts';
import { orFailure } from '$lib/server/refusals.ts';
import type { Actions, PageServerLoad } from './$types';

/** `?search=`, `?topic=` and `?category=` fill the form in, for links from such pages. */
export const load: PageServerLoad = ({ url }) => {
  const given = (name: string) => url.searchParams.get(name) ?? '';
  const filled = new Map([
    ['topics', given('topic')],
    ['categories', given('category')],
    ['searches', given('search')],
    ['cadence', given('cadence')],
  ]);
  return { timeZones: timeZones(), choice: choiceOf((name) => filled.get(name) ?? '') };
};

export const actions: Actions = {
  default: async (event) => {
    const field = await readForm(event.request);
    const { user, address, site } = event.locals;
    const { accounts, configuration, database } = site;
    const request = { ...choiceOf(field), email: field('email'), address };
    return orFailure(
      (async () => {
        await subscribe(
          {
            database,
            secret: accounts.secret,
            title: configuration.WP_TITLE,
            origin: linkOrigin(configuration, clientOf(event)),
            post: accounts.post,
          },
          { ...request, userId: user?.id ?? null },
        );
        return { sentTo: request.email };
      })(),
    );
  },
};
