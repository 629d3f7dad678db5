import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError } from '@working-papers/grad';
import { createTransport } from 'nodemailer';
import type { Configuration } from '../configuration.ts';
import { explainMailFailure, MailError } from './mailError.ts';

/** An e-mail, as text and as HTML that says the same. */
export interface Mail {
  /** One address, without a name. */
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** `<unique@domain>`; default a new one. */
  readonly messageId?: string;
}

/** The port behind which e-mail is sent. */
export interface Mailer {
  /** @throws {MailError} If it is not taken, or its head is not of one line for each field. */
  readonly send: (mail: Mail) => Promise<void>;
}

export type MailSettings = Pick<
  Configuration,
  | 'SMTP_URL'
  | 'WP_MAIL_FROM'
  | 'WP_MAIL_RATE'
  | 'WP_DKIM_KEY'
  | 'WP_DKIM_SELECTOR'
  | 'WP_TITLE'
  | 'ORIGIN'
>;

interface Sender {
  readonly name: string;
  readonly address: string;
}

/**
 * Sends e-mail through the server of SMTP_URL; without it, writes each as a file into the folder
 * `outbox` of the data folder.
 *
 * @param dataFolder - Absolute path.
 * @throws {ConfigError} If WP_DKIM_KEY cannot be read.
 */
export function openMailer(configuration: MailSettings, dataFolder: string): Mailer {
  const { SMTP_URL } = configuration;
  if (SMTP_URL === undefined) return openFileMailer(configuration, join(dataFolder, 'outbox'));
  return openSmtpMailer(configuration, SMTP_URL);
}

/** Writes each e-mail as a file, which only its owner may read, into a folder. */
export function openFileMailer(
  configuration: Pick<Configuration, 'WP_MAIL_FROM' | 'WP_TITLE' | 'ORIGIN'>,
  folder: string,
): Mailer {
  const from = senderOf(configuration);
  const transport = createTransport({ streamTransport: true, buffer: true, newline: 'unix' });
  return {
    send: async (mail) => {
      const { message } = await transport.sendMail({ from, ...messageOf(mail) });
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      const name = `${new Date().toISOString().replaceAll(':', '-')}-${randomUUID().slice(0, 8)}`;
      const file = join(folder, `${name}.eml`);
      await writeFile(`${file}.part`, message, { mode: 0o600 });
      await rename(`${file}.part`, file);
    },
  };
}

/** Below the lease of a delivery in all, so that nobody else sends what is still being sent. */
const timeouts = {
  dnsTimeout: 20_000,
  connectionTimeout: 20_000,
  greetingTimeout: 20_000,
  socketTimeout: 60_000,
  /** An idle connection would keep the process from ending. */
  idleTimeout: 5_000,
};

function openSmtpMailer(configuration: MailSettings, url: string): Mailer {
  const from = senderOf(configuration);
  const dkim = signatureOf(configuration, from);
  const transport = createTransport({
    url,
    pool: true,
    maxConnections: 2,
    // Who sends decides what is sent again: the pool could repeat a mail that was taken.
    maxRequeues: 0,
    rateLimit: configuration.WP_MAIL_RATE,
    rateDelta: 1000,
    disableFileAccess: true,
    disableUrlAccess: true,
    ...timeouts,
  });
  return {
    send: async (mail) => {
      const message = { from, ...messageOf(mail), ...(dkim !== undefined && { dkim }) };
      try {
        await transport.sendMail(message);
      } catch (error) {
        throw explainMailFailure(error);
      }
    },
  };
}

/** The mail for nodemailer. Addresses are given as objects: in a text, a comma would make two of one. */
function messageOf({ to, subject, text, html, headers = {}, messageId }: Mail) {
  for (const [name, value] of Object.entries({
    to,
    subject,
    messageId: messageId ?? '',
    ...headers,
  })) {
    if (/[\r\n\0]/.test(`${name}${value}`)) {
      throw new MailError(
        `mail: the field ${JSON.stringify(name.slice(0, 40))} breaks the line; leave out CR, LF and NUL`,
        'message',
      );
    }
  }
  return {
    to: { name: '', address: to },
    subject,
    text,
    html,
    headers: { ...headers },
    ...(messageId !== undefined && { messageId }),
  };
}

/** RFC 8058 wants both list fields signed; nodemailer leaves the second out by default. */
const signedFields = [
  'From',
  'Sender',
  'Reply-To',
  'To',
  'Cc',
  'Subject',
  'Date',
  'Message-ID',
  'MIME-Version',
  'Content-Type',
  'Content-Transfer-Encoding',
  'Auto-Submitted',
  'Precedence',
  'Feedback-ID',
  'List-Id',
  'List-Unsubscribe',
  'List-Unsubscribe-Post',
];

function signatureOf({ WP_DKIM_KEY, WP_DKIM_SELECTOR }: MailSettings, { address }: Sender) {
  if (WP_DKIM_KEY === undefined || WP_DKIM_SELECTOR === undefined) return undefined;
  return {
    domainName: domainOf(address),
    keySelector: WP_DKIM_SELECTOR,
    privateKey: readKey(WP_DKIM_KEY),
    headerFieldNames: signedFields.join(':'),
  };
}

function readKey(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new ConfigError(
      `mail: WP_DKIM_KEY = ${JSON.stringify(file)} cannot be read (${String(error)}); make it a private key in PEM form`,
    );
  }
}

/** The domain of the sender, which also ends the ids of messages. */
export function mailDomain(
  configuration: Pick<Configuration, 'WP_MAIL_FROM' | 'WP_TITLE' | 'ORIGIN'>,
): string {
  return domainOf(senderOf(configuration).address);
}

function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1).toLowerCase();
}

function senderOf({
  WP_MAIL_FROM,
  WP_TITLE,
  ORIGIN,
}: Pick<Configuration, 'WP_MAIL_FROM' | 'WP_TITLE' | 'ORIGIN'>): Sender {
  if (WP_MAIL_FROM !== undefined) {
    const address = /[^\s<>@]+@[^\s<>@]+(?=>?$)/.exec(WP_MAIL_FROM)?.[0] ?? '';
    const name = WP_MAIL_FROM.replace(/<?[^\s<>@]+@[^\s<>@]+>?$/, '').trim();
    return { name: name.replace(/^"(.*)"$/, '$1'), address };
  }
  const host = ORIGIN === undefined ? 'localhost' : new URL(ORIGIN).hostname;
  return { name: WP_TITLE, address: `noreply@${host}` };
}
