import { CheckpointError } from '@working-papers/grad';
import type { CellStore } from './cellStore.ts';
import { takeLease } from './lease.ts';
import type { ObjectStore } from './objectStore.ts';
import { seal, unseal } from './sealed.ts';

/**
 * Measured cells as objects `cells/<address>.json`, each with its SHA-256.
 *
 * @throws {CheckpointError} From `read`, if a record is not as it was written.
 */
export function storedCells(objects: ObjectStore): CellStore {
  const keyOf = (address: string) => `cells/${address}.json`;
  return {
    read: async (address) => {
      const bytes = await objects.read(keyOf(address));
      if (bytes === undefined) return null;
      const { cellSchema } = await import('./cellSchema.ts');
      const where = `${objects.place}/${keyOf(address)}`;
      const remedy = 'remove it and run again';
      const record = unseal(bytes, { schema: cellSchema, where, remedy });
      if (record.address === address) return record;
      throw new CheckpointError(`${where}: is the cell of another address; ${remedy}`);
    },
    write: (record) => objects.write(keyOf(record.address), seal(record)),
    reserve: (address, signal, onWait) =>
      takeLease({ objects, key: `cells/${address}.lock`, signal, onWait }),
  };
}
