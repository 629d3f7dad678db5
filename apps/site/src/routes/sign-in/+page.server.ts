import { redirect } from '@sveltejs/kit';
import {
  ownPath,
  requestSignInLink,
  signInWithPassword,
  startOidc,
} from '@working-papers/daily/accounts';
import { clientOf, keepCookies, keepSession, readForm } from '$lib/server/accountForms.ts';
import { orFailure } from '$lib/server/refusals.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = ({ locals, url }) => {
  const next = ownPath(url.searchParams.get('next'));
  const isAgain = url.searchParams.has('again');
  if (locals.user !== null && !isAgain) redirect(303, next);
  const { WP_SIGN_UP, WP_PASSKEYS, WP_OIDC_ISSUER, WP_TITLE } = locals.site.configuration;
  return {
    next,
    isAgain,
    /** Keeps both when a form comes back. */
    query: `&${new URLSearchParams({ next, ...(isAgain && { again: '1' }) })}`,
    siteTitle: WP_TITLE,
    hasFailed: url.searchParams.get('failed') === 'provider',
    hasSignUp: WP_SIGN_UP !== 'closed',
    hasPasskeys: WP_PASSKEYS === 'yes',
    provider: WP_OIDC_ISSUER === undefined ? undefined : new URL(WP_OIDC_ISSUER).hostname,
  };
};

export const actions: Actions = {
  password: async (event) => {
    const field = await readForm(event.request);
    const email = field('email');
    const failure = await orFailure(
      (async () => {
        const input = { email, password: field('password') };
        const { site } = event.locals;
        const cookies = await signInWithPassword(site.accounts, clientOf(event), input);
        await keepSession(event.locals, cookies);
      })(),
    );
    return failure ?? redirect(303, ownPath(event.url.searchParams.get('next')));
  },
  link: async (event) => {
    const field = await readForm(event.request);
    const input = { email: field('email'), ...nextOf(event.url) };
    const { accounts } = event.locals.site;
    const failure = await orFailure(requestSignInLink(accounts, clientOf(event), input));
    return failure ?? { sentTo: input.email };
  },
  provider: async (event) => {
    const { accounts } = event.locals.site;
    const started = await orFailure(
      startOidc(accounts, clientOf(event), nextOf(event.url)).then(({ url, cookies }) => {
        keepCookies(event.locals, cookies);
        return { continueTo: url };
      }),
    );
    return started;
  },
};

function nextOf(url: URL): { readonly next?: string } {
  const next = url.searchParams.get('next');
  return next === null ? {} : { next };
}
