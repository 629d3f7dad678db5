import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Waits for an e-mail in the outbox of a site that has no mail server.
 *
 * @param seen - Files that were read already; the one that is found is added.
 * @returns Its text.
 */
export async function readMail(dataFolder: string, to: string, seen: Set<string>): Promise<string> {
  const folder = join(dataFolder, 'outbox');
  for (let tries = 0; tries < 100; tries += 1) {
    const names = await readdir(folder).catch(() => []);
    for (const name of names.filter((file) => file.endsWith('.eml') && !seen.has(file))) {
      const message = await readFile(join(folder, name), 'utf8');
      if (!message.includes(`To: ${to}`)) continue;
      seen.add(name);
      return message
        .replace(/=\r?\n/g, '')
        .replace(/=([0-9A-F]{2})/g, (_, code: string) =>
          String.fromCharCode(Number.parseInt(code, 16)),
        );
    }
    await sleep(100);
  }
  throw new Error(`no mail to ${to} in ${folder}`);
}

/** The first link of an e-mail. */
export function linkIn(text: string): string {
  const link = /https?:\/\/\S+/.exec(text)?.[0];
  if (link === undefined) throw new Error(`no link in ${text}`);
  return link;
}
