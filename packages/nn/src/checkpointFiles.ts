import { CheckpointError, decodeSafetensors, encodeSafetensors } from '@working-papers/grad';
import type { Checkpoint } from './checkpoint.ts';

/** A checkpoint as it is stored: two files that belong together. */
export interface CheckpointFiles {
  /** The state, as any safetensors library reads it. */
  readonly 'state.safetensors': Uint8Array<ArrayBuffer>;
  /** The rest, with the SHA-256 of the state and, in `sha256`, of everything before it. */
  readonly 'training.json': Uint8Array<ArrayBuffer>;
}

const format = 'working-papers training 1';

/**
 * A checkpoint as two files.
 *
 * @throws {CheckpointError} If a name in the state cannot be stored.
 */
export async function encodeCheckpoint(checkpoint: Checkpoint): Promise<CheckpointFiles> {
  const { step, loss, metrics, config, tensors } = checkpoint;
  const state = encodeSafetensors(tensors);
  const content = {
    format,
    step,
    loss,
    metrics: Object.fromEntries(
      // JSON has neither NaN nor infinities.
      Object.entries(metrics).map(([name, value]) => [
        name,
        Number.isFinite(value) ? value : String(value),
      ]),
    ),
    config,
    configSha256: await sha256(utf8(JSON.stringify(config))),
    state: { bytes: state.length, sha256: await sha256(state) },
  };
  const sealed = { ...content, sha256: await sha256(utf8(JSON.stringify(content))) };
  return {
    'state.safetensors': state,
    'training.json': utf8(`${JSON.stringify(sealed, null, 2)}\n`),
  };
}

/**
 * The checkpoint in two files, of which nothing is trusted.
 *
 * @throws {CheckpointError} If one is torn or changed, or they were written by another version.
 */
export async function decodeCheckpoint(files: CheckpointFiles): Promise<Checkpoint> {
  const { step, loss, metrics, config, state } = await readTraining(files['training.json']);
  const bytes = files['state.safetensors'];
  if (bytes.length !== state.bytes) {
    throw new CheckpointError(
      `state.safetensors has ${bytes.length} bytes; expected ${state.bytes}`,
    );
  }
  if ((await sha256(bytes)) !== state.sha256) {
    throw new CheckpointError('state.safetensors is not as it was written; its SHA-256 differs');
  }
  const numbers: Record<string, number> = {};
  for (const [name, value] of Object.entries(metrics)) numbers[name] = Number(value);
  const { tensors } = decodeSafetensors(bytes);
  return { step, tensors, config, loss, metrics: numbers };
}

/** What `training.json` holds. */
interface Training {
  readonly step: number;
  readonly loss: number;
  readonly metrics: Readonly<Record<string, unknown>>;
  readonly config: unknown;
  readonly state: { readonly bytes: number; readonly sha256: string };
}

async function readTraining(file: Uint8Array): Promise<Training> {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(file));
  } catch (cause) {
    throw new CheckpointError('training.json is not JSON', { cause });
  }
  const { sha256: seal, ...content } = isRecord(json) ? json : {};
  if (content['format'] !== format) {
    const found = JSON.stringify(content['format']) ?? 'missing';
    throw new CheckpointError(`training.json has format ${found}; expected "${format}"`);
  }
  if ((await sha256(utf8(JSON.stringify(content)))) !== seal) {
    throw new CheckpointError('training.json is not as it was written; its SHA-256 differs');
  }
  if (!isTraining(content)) {
    throw new CheckpointError(`training.json lacks fields of format "${format}"`);
  }
  return content;
}

/** Whether fields have their types: what is sealed was written by {@link encodeCheckpoint}. */
function isTraining(value: object): value is Training {
  return (
    'step' in value &&
    Number.isSafeInteger(value.step) &&
    'loss' in value &&
    typeof value.loss === 'number' &&
    'metrics' in value &&
    isRecord(value.metrics) &&
    'config' in value &&
    'state' in value &&
    isRecord(value.state) &&
    typeof value.state['bytes'] === 'number' &&
    typeof value.state['sha256'] === 'string'
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function utf8(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
