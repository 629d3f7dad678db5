import { CheckpointError, decodeSafetensors, encodeSafetensors } from '@working-papers/grad';
import { artefactAddress, type ArtefactRecord, type ArtefactStore } from './artefact.ts';
import { whileLeased } from './lease.ts';
import type { ObjectStore } from './objectStore.ts';
import { seal, sha256, unseal } from './sealed.ts';

/**
 * Artefacts as two objects each: `artefacts/<address>-<hash>.safetensors` and, written after it,
 * `artefacts/<address>.json` with all else and the SHA-256 of the tensors. Makers of the same artefact
 * wait for each other, on whichever machines they are.
 *
 * @throws {CheckpointError} From `read`, if an artefact is not as it was written.
 */
export function storedArtefacts(objects: ObjectStore): ArtefactStore {
  return {
    read: (address) => readArtefact(objects, address),
    write: (record) => writeArtefact(objects, record),
    exclusively: (address, signal, work) =>
      whileLeased({ objects, key: `artefacts/${address}.lock`, signal }, work),
  };
}

async function writeArtefact(objects: ObjectStore, record: ArtefactRecord): Promise<void> {
  const { tensors, ...rest } = record;
  const bytes = encodeSafetensors(tensors);
  const tensorsSha256 = sha256(bytes);
  // Named by its hash, so that whoever reads while another writes anew gets either pair whole.
  await objects.write(tensorsKey(record.address, tensorsSha256), bytes);
  await objects.write(jsonKey(record.address), seal({ ...rest, tensorsSha256 }));
}

async function readArtefact(objects: ObjectStore, address: string): Promise<ArtefactRecord | null> {
  const bytes = await objects.read(jsonKey(address));
  if (bytes === undefined) return null;
  const { artefactSchema } = await import('./artefactSchema.ts');
  const where = `${objects.place}/${jsonKey(address)}`;
  const remedy = 'run again with --from-scratch';
  const fail = (problem: string): never => {
    throw new CheckpointError(`${where}: ${problem}; ${remedy}`);
  };
  const sealed = unseal(bytes, { schema: artefactSchema, where, remedy });
  const { tensorsSha256, ...artefact } = sealed;
  if ((await artefactAddress(artefact)) !== address) {
    return fail(`is ${artefact.name} of another address`);
  }
  const tensors = await objects.read(tensorsKey(address, tensorsSha256));
  if (tensors === undefined) return fail('its tensors are missing');
  if (sha256(tensors) !== tensorsSha256) {
    return fail('its tensors are not as they were written: their SHA-256 is another');
  }
  return { ...artefact, tensors: decodeSafetensors(tensors).tensors };
}

function jsonKey(address: string): string {
  return `artefacts/${address}.json`;
}

function tensorsKey(address: string, hash: string): string {
  return `artefacts/${address}-${hash.slice(0, 16)}.safetensors`;
}
