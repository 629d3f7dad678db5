/** A visitor's browser as far as accounts see it: it keeps cookies and follows links in e-mails. */
import type { Client } from '../../src/accounts/client.ts';
import type { Configuration } from '../../src/configuration.ts';
import { readConfiguration } from '../../src/configuration.ts';
import type { Mail } from '../../src/mail/mailer.ts';
import { openAccounts, type Accounts } from '../../src/accounts/accounts.ts';
import type { Database } from '../../src/database/database.ts';
import { vi } from 'vitest';

export interface TestBrowser {
  readonly client: Client;
  /** Takes what an answer sets. */
  readonly keep: (cookies: readonly string[]) => void;
  readonly cookies: ReadonlyMap<string, string>;
}

let lastNetwork = 0;

/** A new browser, by default in a network of its own. */
export function openBrowser(
  address = `10.${lastNetwork >> 8}.${lastNetwork++ & 255}.1`,
): TestBrowser {
  const cookies = new Map<string, string>();
  const headers = new Headers({ 'user-agent': 'Test/1.0' });
  return {
    client: { headers, address, origin: 'http://localhost:3000' },
    cookies,
    keep: (list) => {
      for (const cookie of list) {
        const [pair = '', ...attributes] = cookie.split('; ');
        const at = pair.indexOf('=');
        const name = pair.slice(0, at);
        if (attributes.includes('Max-Age=0')) cookies.delete(name);
        else cookies.set(name, pair.slice(at + 1));
      }
      headers.set('cookie', [...cookies].map(([name, value]) => `${name}=${value}`).join('; '));
    },
  };
}

/** Accounts whose letters are kept, with a way to wait for the next one to an address. */
export interface TestAccounts extends Accounts {
  readonly mails: Mail[];
  readonly failures: unknown[];
  /** Waits for a letter to this address, takes it out, and gives its token. */
  readonly tokenFor: (email: string) => Promise<string>;
  readonly mailFor: (email: string) => Promise<Mail>;
}

export function openTestAccounts(
  database: Database,
  dataFolder: string,
  settings: Partial<Record<keyof Configuration, string>> = {},
): TestAccounts {
  const mails: Mail[] = [];
  const failures: unknown[] = [];
  const configuration = readConfiguration({ WP_DATA: dataFolder, ...settings });
  const accounts = openAccounts({
    database,
    configuration,
    dataFolder,
    mailer: { send: async (mail) => void mails.push(mail) },
    onFailure: (error) => failures.push(error),
  });
  const mailFor = async (email: string) => {
    const at = await vi.waitFor(
      () => {
        const index = mails.findIndex(({ to }) => to === email);
        if (index === -1) throw new Error(`no mail to ${email}: ${String(failures)}`);
        return index;
      },
      { timeout: 20_000 },
    );
    return mails.splice(at, 1)[0]!;
  };
  return {
    ...accounts,
    mails,
    failures,
    mailFor,
    tokenFor: async (email) => {
      const { text } = await mailFor(email);
      return new URL(/http\S+/.exec(text)![0]).searchParams.get('token')!;
    },
  };
}
