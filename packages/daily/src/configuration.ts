/** Everything that can be set, in one place: read once at the start, refused if it is wrong. */
import { ConfigError } from '@working-papers/grad';
import { z } from 'zod';

const origin = z
  .url({ protocol: /^https?$/, error: 'expected an http or https address' })
  .transform((text) => new URL(text).origin);
const positive = (what: string) =>
  z.coerce.number({ error: what }).int({ error: what }).positive({ error: what });
const yesOrNo = z.enum(['yes', 'no'], { error: 'expected yes or no' });
const url = (protocol: RegExp, form: string) =>
  z.url({ protocol, error: `expected an address of the form ${form}` });

/**
 * The settings by environment variable; the description is what docs/configuration.md prints. A
 * variable that is empty counts as not set.
 */
export const settings = z.object({
  WP_DATA: z
    .string({ error: 'it is not set; set it to the folder for the data' })
    .describe('Folder of everything that is kept: database, search index, secret, snapshots.'),
  DATABASE_URL: url(/^postgres(ql)?$/, 'postgres://user:password@host:port/database')
    .optional()
    .describe('PostgreSQL 15 or later. Without it the database is a folder in WP_DATA.'),
  ORIGIN: origin
    .optional()
    .describe(
      'Address under which visitors reach the site; links in e-mails and feeds start with it.',
    ),
  WP_ROLE: z
    .enum(['all', 'web', 'worker'], { error: 'expected all, web or worker' })
    .default('all')
    .describe(
      'What this process does: pages, jobs, or both. `web` and `worker` need DATABASE_URL.',
    ),
  WP_SECRET: z
    .string()
    .min(32, { error: 'expected 32 characters or more' })
    .optional()
    .describe('Key of sessions and signed links. Without it one is made in WP_DATA, mode 0600.'),
  WP_TITLE: z.string().max(60).default('Working Papers').describe('Name of the site.'),
  WP_CONTACT: z
    .email({ error: 'expected an e-mail address' })
    .optional()
    .describe(
      'Shown as the contact, and sent to arXiv with every request. Needed to fetch from there.',
    ),
  WP_TRUSTED_PROXIES: z.coerce
    .number({ error: 'expected a number of proxies, 0 or more' })
    .int()
    .min(0, { error: 'expected a number of proxies, 0 or more' })
    .default(0)
    .describe('Proxies in front of the site; with 0, X-Forwarded-For is ignored.'),
  SMTP_URL: url(/^smtps?$/, 'smtp://user:password@host:port')
    .optional()
    .describe('Server that takes e-mail. Without it e-mails are written to WP_DATA/outbox.'),
  WP_MAIL_FROM: z
    .string()
    .regex(/^[^\r\n<>]*<?[^\s<>@]+@[^\s<>@]+>?$/, { error: 'expected Name <address>' })
    .optional()
    .describe('Sender of e-mails; needed with SMTP_URL.'),
  WP_MAIL_RATE: positive('expected a number of e-mails per second')
    .default(5)
    .describe('E-mails per second.'),
  WP_SIGN_UP: z
    .enum(['open', 'invited', 'closed'], { error: 'expected open, invited or closed' })
    .default('open')
    .describe('Who may make an account.'),
  WP_OIDC_ISSUER: origin
    .optional()
    .describe('OpenID provider for signing in, with WP_OIDC_CLIENT_ID and WP_OIDC_CLIENT_SECRET.'),
  WP_OIDC_CLIENT_ID: z.string().optional().describe('Client id at that provider.'),
  WP_OIDC_CLIENT_SECRET: z.string().optional().describe('Client secret at that provider.'),
  WP_PASSKEYS: yesOrNo.default('yes').describe('Whether people may sign in with a passkey.'),
  WP_SUBMISSION_DAYS: positive('expected a number of days')
    .default(14)
    .describe('How old a submitted paper may be.'),
  WP_SUBMISSIONS_PER_DAY: positive('expected a number of papers')
    .default(3)
    .describe('Papers that one account may submit in a day.'),
  WP_SEARCH: z
    .enum(['minisearch', 'lancedb'], { error: 'expected minisearch or lancedb' })
    .default('minisearch')
    .describe('Search library; lancedb for more than about 30,000 papers (see docs/search.md).'),
  WP_EMBEDDER: z
    .string()
    .optional()
    .describe(
      'Model of @huggingface/transformers for search; default vectors of the corpus itself.',
    ),
  WP_ARXIV_CATEGORIES: z
    .string()
    .regex(/^[a-z-]+(\.[A-Za-z-]+)?([ ,]+[a-z-]+(\.[A-Za-z-]+)?)*$/, {
      error: 'expected categories, for example cs.LG cs.CL',
    })
    .optional()
    .describe('Categories that are fetched from arXiv every day; default none.'),
  WP_MCP_RUNS: yesOrNo
    .default('no')
    .describe('Whether an admin may start quick experiments through MCP.'),
  WP_METRICS_TOKEN: z
    .string()
    .min(16, { error: 'expected 16 characters or more' })
    .optional()
    .describe('Bearer token of /metrics; without it only this machine may read them.'),
  WP_LOG: z
    .enum(['error', 'info', 'debug'], { error: 'expected error, info or debug' })
    .default('info')
    .describe('What is logged, as JSON lines on standard error.'),
});

/** What was set, checked, with defaults. */
export type Configuration = Readonly<z.infer<typeof settings>>;

/**
 * Reads and checks the settings.
 *
 * @param environment - Variables by name; others than ours are ignored.
 * @throws {ConfigError} Naming every variable that is wrong; secrets are not shown.
 */
export function readConfiguration(
  environment: Readonly<Record<string, string | undefined>>,
): Configuration {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = settings.safeParse(given);
  const problems = parsed.success
    ? conflicts(parsed.data)
    : parsed.error.issues.map(({ path, message }) => {
        const name = path.join('.');
        return `${name}${shown(name, given[name])}: ${message}`;
      });
  if (!parsed.success || problems.length > 0) {
    throw new ConfigError(`configuration: ${problems.join('; ')}`);
  }
  return parsed.data;
}

/** What is wrong only in company. */
function conflicts(configuration: Configuration): string[] {
  const problems: string[] = [];
  const { WP_ROLE, DATABASE_URL, SMTP_URL, WP_MAIL_FROM } = configuration;
  if (WP_ROLE !== 'all' && DATABASE_URL === undefined) {
    problems.push(
      `WP_ROLE = ${WP_ROLE}: needs DATABASE_URL, because a folder belongs to one process`,
    );
  }
  if (SMTP_URL !== undefined && WP_MAIL_FROM === undefined) {
    problems.push('WP_MAIL_FROM: it is not set; SMTP_URL needs a sender');
  }
  const oidc = ['WP_OIDC_ISSUER', 'WP_OIDC_CLIENT_ID', 'WP_OIDC_CLIENT_SECRET'] as const;
  const missing = oidc.filter((name) => configuration[name] === undefined);
  if (missing.length > 0 && missing.length < oidc.length) {
    problems.push(`${missing.join(', ')}: not set; ${oidc.join(', ')} belong together`);
  }
  if (configuration.WP_ARXIV_CATEGORIES !== undefined && configuration.WP_CONTACT === undefined) {
    problems.push('WP_CONTACT: it is not set; arXiv asks for a contact of those who fetch from it');
  }
  return problems;
}

function shown(name: string, value: string | undefined): string {
  if (value === undefined || /SECRET|TOKEN|URL/.test(name)) return '';
  return ` = ${JSON.stringify(value.slice(0, 60))}`;
}
