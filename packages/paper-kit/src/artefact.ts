import { ConfigError, type Safetensor } from '@working-papers/grad';
import { addressOf, canonicalJson } from './canonicalJson.ts';
import type { Checkpoints } from './checkpoints.ts';
import type { RunContext } from './experiment.ts';

/** What an artefact consists of: tensors, and all else as plain JSON. */
export interface ArtefactContent {
  readonly tensors: Readonly<Record<string, Safetensor>>;
  readonly json: unknown;
}

/** What decides an artefact; its hash is the address. */
export interface ArtefactIdentity {
  /** Kebab-case, for example `byte-level-bpe`. */
  readonly name: string;
  /** Raised when `make` or the form of the content changes; counts from 1. */
  readonly version: number;
  /** Everything that decides the content, in plain JSON: sizes, steps, data, seed. */
  readonly config: unknown;
}

/** Something that is made once and serves every cell of every paper, such as a tokenizer or a base model. */
export interface Artefact<Value> extends ArtefactIdentity {
  /** Makes it; randomness derives from the configuration. Made artefacts may build on others. */
  readonly make: (context: RunContext) => Promise<ArtefactContent>;
  /** Turns what is stored into what is used; called after making it too, so that both give the same. */
  readonly read: (content: ArtefactContent) => Value;
}

/** How an artefact is defined. */
export interface ArtefactDefinition<Config, Value> {
  readonly name: string;
  readonly version: number;
  readonly config: Config;
  readonly make: (config: Config, context: RunContext) => Promise<ArtefactContent>;
  readonly read: (content: ArtefactContent, config: Config) => Value;
}

/**
 * Fixes the configuration of an artefact.
 *
 * @throws {ConfigError} If the name is not kebab-case, the version not a positive integer, or the
 * configuration not plain JSON.
 */
export function defineArtefact<Config, Value>(
  definition: ArtefactDefinition<Config, Value>,
): Artefact<Value> {
  const { name, version, config, make, read } = definition;
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name)) {
    throw new ConfigError(`artefact "${name}": the name is not kebab-case`);
  }
  if (!Number.isSafeInteger(version) || version < 1) {
    throw new ConfigError(`artefact ${name}: version ${version} is not a positive integer`);
  }
  canonicalJson(config, `artefact ${name}: config`);
  return {
    name,
    version,
    config,
    make: (context) => make(config, context),
    read: (content) => read(content, config),
  };
}

/** The address of an artefact: the SHA-256 of its name, version and configuration. */
export function artefactAddress({ name, version, config }: ArtefactIdentity): Promise<string> {
  return addressOf({ name, version, config }, `artefact ${name}`);
}

/** An artefact as it is kept. */
export interface ArtefactRecord extends ArtefactIdentity, ArtefactContent {
  readonly address: string;
  /** What making it took, in seconds: the cold cost. */
  readonly makingSeconds: number;
}

/**
 * Where artefacts are kept: the memory of a page, a folder, a bucket. Implementations are safe for
 * several processes at once.
 */
export interface ArtefactStore {
  /**
   * @returns The record, or null if there is none.
   * @throws {CheckpointError} If it is damaged.
   */
  readonly read: (address: string) => Promise<ArtefactRecord | null>;
  /** Keeps a record whole or not at all. */
  readonly write: (record: ArtefactRecord) => Promise<void>;
  /**
   * Does `work` while nobody else who shares the store works on the same address, and waits for those
   * who do. One that died is not waited for.
   */
  readonly exclusively: <T>(
    address: string,
    signal: AbortSignal,
    work: () => Promise<T>,
  ) => Promise<T>;
}

/** What a cell got from the store, and what it cost. */
export interface ArtefactUse {
  readonly name: string;
  readonly address: string;
  /** Whether it was made for this cell; else it was there. */
  readonly isMade: boolean;
  /** Time to make it, when it was made: the cold cost. */
  readonly makingSeconds: number;
  /** Time until this cell had it: the warm cost, unless it was made. */
  readonly seconds: number;
}

/** What an artefact cost the cells of a run that used it. */
export interface ArtefactCost {
  readonly name: string;
  readonly address: string;
  /** How many cells used it. */
  readonly uses: number;
  /** Whether one of them made it; else it was there. */
  readonly isMade: boolean;
  /** Cold: time to make it, whenever that was. */
  readonly makingSeconds: number;
  /** Warm: mean time to get it without making it; null if that did not happen. */
  readonly readingSeconds: number | null;
}

/** Adds uses up by artefact, in the order of first use. */
export function artefactCosts(uses: readonly ArtefactUse[]): ArtefactCost[] {
  const addresses = [...new Set(uses.map(({ address }) => address))];
  return addresses.map((address) => {
    const own = uses.filter((use) => use.address === address);
    const reads = own.filter(({ isMade }) => !isMade);
    const readingSeconds = reads.reduce((sum, { seconds }) => sum + seconds, 0) / reads.length;
    return {
      name: own[0]!.name,
      address,
      uses: own.length,
      isMade: reads.length < own.length,
      makingSeconds: own.at(-1)!.makingSeconds,
      readingSeconds: reads.length === 0 ? null : readingSeconds,
    };
  });
}

/** How a cell gets artefacts. */
export interface Artefacts {
  /** Reads an artefact, or makes and keeps it. */
  readonly get: <Value>(artefact: Artefact<Value>) => Promise<Value>;
}

/** What getting artefacts needs besides the store. */
export interface ArtefactOptions {
  readonly store: ArtefactStore;
  /** What making one may use; its checkpoints are of the artefact, whichever cell makes it. */
  readonly context: Omit<RunContext, 'artefacts' | 'checkpoint'>;
  readonly checkpoints?: Checkpoints;
  /** If given, each artefact is made anew at its first use, and its address added here. */
  readonly fromScratch?: Set<string>;
  readonly onUse: (use: ArtefactUse) => void;
}

/** Gets artefacts out of a store; what is not there is made once, however many ask for it. */
export function artefactsFrom(options: ArtefactOptions): Artefacts {
  return {
    get: async (artefact) => {
      const address = await artefactAddress(artefact);
      const startMs = performance.now();
      const { record, isMade } = await readOrMake(artefact, address, options);
      const { name, makingSeconds } = record;
      const seconds = (performance.now() - startMs) / 1000;
      options.onUse({ name, address, isMade, makingSeconds, seconds });
      return artefact.read(record);
    },
  };
}

async function readOrMake(
  artefact: Artefact<unknown>,
  address: string,
  options: ArtefactOptions,
): Promise<{ record: ArtefactRecord; isMade: boolean }> {
  const { store, context, checkpoints, fromScratch } = options;
  const read = () => (fromScratch?.has(address) === false ? null : store.read(address));
  const found = await read();
  if (found) return { record: found, isMade: false };
  return store.exclusively(address, context.signal, async () => {
    // Whoever was waited for has made it.
    const madeMeanwhile = await read();
    if (madeMeanwhile) return { record: madeMeanwhile, isMade: false };
    const startMs = performance.now();
    const { tensors, json } = await artefact.make({
      ...context,
      artefacts: artefactsFrom(options),
      checkpoint: (name) => checkpoints?.open(address, name),
    });
    const { name, version, config } = artefact;
    const makingSeconds = (performance.now() - startMs) / 1000;
    const record = { address, name, version, config, tensors, json, makingSeconds };
    await store.write(record);
    await checkpoints?.discard(address);
    fromScratch?.add(address);
    return { record, isMade: true };
  });
}

/** A store that lives as long as the page or process. */
export function memoryArtefacts(): ArtefactStore {
  const records = new Map<string, ArtefactRecord>();
  const queues = new Map<string, Promise<unknown>>();
  return {
    read: (address) => Promise.resolve(records.get(address) ?? null),
    write: (record) => Promise.resolve(void records.set(record.address, record)),
    exclusively: async (address, _signal, work) => {
      const turn = (queues.get(address) ?? Promise.resolve()).then(work, work);
      queues.set(address, turn);
      return turn;
    },
  };
}
