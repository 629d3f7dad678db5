import process from 'node:process';
import { offerFirstAdmin } from '@working-papers/daily/accounts';
import type { Site } from './site.ts';

/** Prints the link by which the operator becomes the admin, as long as there is none. */
export async function announceFirstAdmin({ database, configuration }: Site): Promise<void> {
  const path = await offerFirstAdmin(database);
  if (path === null) return;
  const port = process.env['PORT'] || '3000';
  const local = port === '0' ? '' : `http://localhost:${port}`;
  process.stdout.write(
    `There is no admin yet. To become it, open within 24 hours: ${configuration.ORIGIN ?? local}${path}\n`,
  );
}
