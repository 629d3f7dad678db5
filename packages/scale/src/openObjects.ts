import type { ObjectStore } from '@working-papers/paper-kit';
import { folderObjects } from '@working-papers/paper-kit/node';

/**
 * Opens the place that `--store` names.
 *
 * @param store - `s3://bucket/prefix`, see `openS3Objects`, or a folder.
 * @throws {ConfigError} If an address, a bucket or credentials are wrong.
 * @throws {ServiceError} If a server does not answer, or does not do conditional writes.
 */
export async function openObjects(store: string): Promise<ObjectStore> {
  if (!store.startsWith('s3:')) return folderObjects(store);
  // The client is large, and most runs need none.
  const { openS3Objects } = await import('./s3.ts');
  return openS3Objects(store);
}
