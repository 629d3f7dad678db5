import { ConfigError } from '@working-papers/grad';
import type { Configuration } from '../configuration.ts';
import { mailDomain } from '../mail/mailer.ts';
import type { DigestSite } from './links.ts';

/**
 * What digests say of the site.
 *
 * @param localOrigin - Stands for ORIGIN where e-mails only go into files.
 * @throws {ConfigError} If e-mails are sent and ORIGIN is not set.
 */
export function digestSite(
  configuration: Pick<
    Configuration,
    'ORIGIN' | 'SMTP_URL' | 'WP_MAIL_FROM' | 'WP_TITLE' | 'WP_CONTACT'
  >,
  secret: string,
  localOrigin = 'http://localhost:3000',
): DigestSite {
  const { ORIGIN, SMTP_URL, WP_TITLE, WP_CONTACT } = configuration;
  if (ORIGIN === undefined && SMTP_URL !== undefined) {
    throw new ConfigError('digest: ORIGIN is not set; set it to the address that links start with');
  }
  const domain = mailDomain(configuration);
  return {
    origin: ORIGIN ?? localOrigin,
    title: WP_TITLE,
    domain,
    contact: WP_CONTACT ?? `noreply@${domain}`,
    secret,
  };
}
