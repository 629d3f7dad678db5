/** What crawlers may look at: what is public; no forms, and nothing that belongs to one person. */
export function robotsTxt(origin: string): string {
  const closed = ['/settings', '/sign-in', '/sign-up', '/library', '/admin', '/submit', '/u/'];
  return [
    'User-agent: *',
    ...closed.map((path) => `Disallow: ${path}`),
    '',
    `Sitemap: ${origin}/sitemap.xml`,
    '',
  ].join('\n');
}

/**
 * Where to report a weakness (RFC 9116), valid for half a year from now.
 *
 * @param contact - E-mail address of the operator.
 */
export function securityTxt(contact: string, origin: string, now: Date): string {
  // Midnight, so that the file stays the same for a day.
  const expires = new Date(now.toISOString().slice(0, 10));
  expires.setUTCDate(expires.getUTCDate() + 180);
  return [
    `Contact: mailto:${encodeURI(contact)}`,
    `Expires: ${expires.toISOString()}`,
    'Preferred-Languages: en',
    `Canonical: ${origin}/.well-known/security.txt`,
    '',
  ].join('\n');
}
