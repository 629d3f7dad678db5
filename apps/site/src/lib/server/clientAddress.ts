import type { RequestEvent } from '@sveltejs/kit';

/**
 * The address of whoever asks. Each proxy adds the one that it saw to the end of X-Forwarded-For, so
 * with n proxies of ours the n-th from the end is true, and everything before it is anybody's word.
 *
 * @param proxies - WP_TRUSTED_PROXIES.
 */
export function clientAddress(
  { request, getClientAddress }: Pick<RequestEvent, 'request' | 'getClientAddress'>,
  proxies: number,
): string {
  const forwarded = request.headers.get('x-forwarded-for');
  if (proxies === 0 || forwarded === null) return getClientAddress();
  const seen = forwarded.split(',').map((address) => address.trim());
  return seen.at(-proxies) ?? getClientAddress();
}
