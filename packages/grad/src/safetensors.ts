import { CheckpointError } from './errors.ts';
import { fromHalves, toHalves } from './halfFloat.ts';

/** Bytes of one element by type, in the order in which the reference implementation stores types. */
const elementBytes = { I64: 8, F64: 8, F32: 4, I32: 4, BF16: 2, F16: 2, U8: 1, BOOL: 1 } as const;

/** Header lengths above this are refused, as the reference implementation does. */
const maxHeaderBytes = 100_000_000;

/** Element types of a safetensors file that are read and written here. */
export type SafetensorsDType = keyof typeof elementBytes;

/**
 * A tensor as a safetensors file holds it: row-major; `BOOL` is one byte per element, 0 or 1. The 16-bit
 * floats are float32 here: reading them is exact, writing rounds to the nearest, ties to even.
 */
export type Safetensor = { readonly shape: readonly number[] } & (
  | { readonly dtype: 'F64'; readonly data: Float64Array }
  | { readonly dtype: 'F32' | 'F16' | 'BF16'; readonly data: Float32Array }
  | { readonly dtype: 'I64'; readonly data: BigInt64Array }
  | { readonly dtype: 'I32'; readonly data: Int32Array }
  | { readonly dtype: 'U8' | 'BOOL'; readonly data: Uint8Array }
);

/** The content of a safetensors file. */
export interface Safetensors {
  /** By name, in the order of the header; without a prototype, so that no name is special. */
  readonly tensors: Readonly<Record<string, Safetensor>>;
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Writes tensors as a safetensors file: byte for byte what the reference implementation (0.8) writes
 * for at most one metadata entry, that is widest elements first, then by name.
 *
 * @param tensors - By name; any name but `__metadata__`.
 * @param metadata - Texts to store beside them. Default none.
 * @returns The bytes of the file.
 * @throws {CheckpointError} If a tensor's data do not fit its dtype and shape, a finite number is too
 * large for its 16-bit float, or a name or text cannot be stored.
 */
export function encodeSafetensors(
  tensors: Readonly<Record<string, Safetensor>>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  const sorted = Object.entries(tensors).toSorted(byDTypeThenName);
  const header: string[] = [];
  if (Object.keys(metadata).length > 0) {
    Object.entries(metadata).flat().forEach(checkText);
    header.push(`"__metadata__":${JSON.stringify(metadata)}`);
  }
  let end = 0;
  for (const [name, tensor] of sorted) {
    const begin = end;
    end += checkTensor(name, tensor);
    const { dtype, shape } = tensor;
    const info = { dtype, shape, data_offsets: [begin, end] };
    header.push(`${JSON.stringify(name)}:${JSON.stringify(info)}`);
  }
  const text = new TextEncoder().encode(`{${header.join(',')}}`);
  const headerBytes = Math.ceil(text.length / 8) * 8;
  if (headerBytes > maxHeaderBytes) {
    fail(`the header would have ${headerBytes} bytes; at most ${maxHeaderBytes} are allowed`);
  }
  const file = new Uint8Array(8 + headerBytes + end);
  new DataView(file.buffer).setBigUint64(0, BigInt(headerBytes), true);
  file.set(text, 8);
  file.fill(0x20, 8 + text.length, 8 + headerBytes);
  let offset = 8 + headerBytes;
  for (const [name, tensor] of sorted) {
    const { buffer, byteOffset, byteLength } = storedData(name, tensor);
    file.set(new Uint8Array(buffer, byteOffset, byteLength), offset);
    offset += byteLength;
  }
  return file;
}

/**
 * Reads a safetensors file, trusting nothing in it. Tensors are views of `file` where their alignment
 * allows it and copies elsewhere; changing one may change `file`.
 *
 * @param file - The bytes of the whole file.
 * @returns Tensors and metadata; 16-bit floats as float32.
 * @throws {CheckpointError} If the file breaks the format: header longer than 100 MB or than the file,
 * not UTF-8, not JSON, with a key twice; offsets with holes, overlaps or outside the file; sizes that
 * contradict dtype and shape; a `BOOL` other than 0 and 1. Or if it has a dtype that is not read here.
 * Source: https://github.com/huggingface/safetensors, README.md, section Format.
 */
export function decodeSafetensors(file: Uint8Array): Safetensors {
  const { entries, metadata, dataStart } = readHeader(file);
  const data = new Uint8Array(file.buffer, file.byteOffset + dataStart, file.length - dataStart);
  checkOffsets(entries, data.length);
  return {
    tensors: withoutPrototype(entries.map((entry) => [entry.name, readTensor(entry, data)])),
    metadata,
  };
}

interface HeaderEntry {
  readonly name: string;
  readonly dtype: SafetensorsDType;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

function readHeader(file: Uint8Array) {
  if (file.length < 8) fail(`the file has ${file.length} bytes; the header's length alone takes 8`);
  const length = new DataView(file.buffer, file.byteOffset).getBigUint64(0, true);
  if (length > maxHeaderBytes) {
    fail(`the header should have ${length} bytes; at most ${maxHeaderBytes} are allowed`);
  }
  const dataStart = 8 + Number(length);
  if (dataStart > file.length) {
    fail(`the header should have ${length} bytes and only ${file.length - 8} follow its length`);
  }
  const header = parseHeader(file.subarray(8, dataStart));
  const entries: HeaderEntry[] = [];
  let metadata = withoutPrototype<string>([]);
  for (const [name, value] of Object.entries(header)) {
    if (name === '__metadata__') metadata = readMetadata(value);
    else entries.push(readEntry(name, value));
  }
  return { entries, metadata, dataStart };
}

function parseHeader(bytes: Uint8Array): Record<string, unknown> {
  if (bytes[0] !== 0x7b) fail('the header does not begin with {');
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    return fail('the header is not UTF-8', cause);
  }
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch (cause) {
    return fail('the header is not JSON', cause);
  }
  checkKeys(text);
  return isObject(header) ? header : fail('the header is not a JSON object');
}

/** Refuses keys that an object of valid JSON holds twice, of which JSON.parse keeps the last. */
function checkKeys(json: string): void {
  const seen: Set<string>[] = []; // one set per open object; an array counts as an object without keys
  let isKey = false;
  for (let i = 0; i < json.length; i++) {
    const char = json[i];
    if (char === '{' || char === '[') {
      if (seen.push(new Set()) > 3) fail('the header is nested more than 3 deep');
      isKey = char === '{';
    } else if (char === '}' || char === ']') {
      seen.pop();
      isKey = false;
    } else if (char === ',') {
      isKey = (seen.at(-1)?.size ?? 0) > 0;
    } else if (char === '"') {
      const start = i;
      while (json[++i] !== '"') if (json[i] === '\\') i++;
      if (!isKey) continue;
      const key = String(JSON.parse(json.slice(start, i + 1)));
      if (seen.at(-1)?.has(key)) fail(`the key ${show(key)} occurs twice in the header`);
      seen.at(-1)?.add(key);
      isKey = false;
    }
  }
}

function readMetadata(value: unknown) {
  if (!isObject(value)) return fail(`__metadata__ is ${show(value)}; expected an object of texts`);
  return withoutPrototype(
    Object.entries(value).map(([key, text]) => {
      if (typeof text === 'string') return [key, text];
      return fail(`__metadata__ holds ${show(text)} as ${show(key)}; expected a text`);
    }),
  );
}

function readEntry(name: string, info: unknown): HeaderEntry {
  if (!isObject(info)) {
    return fail(`${show(name)} is ${show(info)}; expected dtype, shape and data_offsets`);
  }
  const { dtype, shape, data_offsets: offsets, ...rest } = info;
  const unknownKeys = Object.keys(rest);
  if (unknownKeys.length > 0) fail(`${show(name)} has the unknown fields ${show(unknownKeys)}`);
  if (!isDType(dtype)) {
    const known = Object.keys(elementBytes).join(', ');
    return fail(`${show(name)} has dtype ${show(dtype)}; those read here are ${known}`);
  }
  if (!isSizes(shape)) {
    return fail(`${show(name)} has shape ${show(shape)}; expected a list of non-negative integers`);
  }
  if (!isSizes(offsets)) {
    return fail(`${show(name)} has data_offsets ${show(offsets)}; expected [begin, end]`);
  }
  const [begin, end, ...more] = offsets;
  if (begin === undefined || end === undefined || more.length > 0 || begin > end) {
    return fail(`${show(name)} has data_offsets ${show(offsets)}; expected [begin, end]`);
  }
  const bytes = byteSize(name, dtype, shape);
  if (end - begin !== bytes) {
    const found = `data_offsets [${begin}, ${end}] hold ${end - begin}`;
    fail(`${show(name)}: ${dtype} ${show(shape)} takes ${bytes} bytes and its ${found}`);
  }
  return { name, dtype, shape, begin, end };
}

/** The tensors must tile the data: hidden bytes would let one file be read as two formats. */
function checkOffsets(entries: readonly HeaderEntry[], dataBytes: number): void {
  let end = 0;
  for (const entry of entries.toSorted((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (entry.begin !== end) {
      fail(
        `${show(entry.name)} begins at byte ${entry.begin}; expected ${end}, without hole or overlap`,
      );
    }
    end = entry.end;
  }
  if (end !== dataBytes) fail(`the tensors take ${end} bytes and the file holds ${dataBytes}`);
}

function readTensor({ name, dtype, shape, begin, end }: HeaderEntry, data: Uint8Array): Safetensor {
  const stored = data.subarray(begin, end);
  const bytes = stored.byteOffset % elementBytes[dtype] === 0 ? stored : new Uint8Array(stored);
  const { buffer, byteOffset } = bytes;
  const length = bytes.length / elementBytes[dtype];
  switch (dtype) {
    case 'F64':
      return { dtype, shape, data: new Float64Array(buffer, byteOffset, length) };
    case 'F32':
      return { dtype, shape, data: new Float32Array(buffer, byteOffset, length) };
    case 'I64':
      return { dtype, shape, data: new BigInt64Array(buffer, byteOffset, length) };
    case 'I32':
      return { dtype, shape, data: new Int32Array(buffer, byteOffset, length) };
    case 'F16':
    case 'BF16':
      return { dtype, shape, data: fromHalves(new Uint16Array(buffer, byteOffset, length), dtype) };
    case 'BOOL':
      checkBooleans(name, bytes);
      return { dtype, shape, data: bytes };
    case 'U8':
      return { dtype, shape, data: bytes };
  }
}

/** Bytes of a tensor that is to be written, once it is known to be sound. */
function checkTensor(name: string, { dtype, shape, data }: Safetensor): number {
  checkText(name);
  if (name === '__metadata__') fail('a tensor cannot be named "__metadata__"');
  if (!isSizes(shape)) {
    fail(`${show(name)} has shape ${show(shape)}; expected a list of non-negative integers`);
  }
  const bytes = byteSize(name, dtype, shape);
  const given = data.length * elementBytes[dtype];
  if (given !== bytes) {
    fail(`${show(name)}: ${dtype} ${show(shape)} takes ${bytes} bytes and has ${given}`);
  }
  if (dtype === 'BOOL') checkBooleans(name, data);
  return bytes;
}

/** The elements as the file holds them. */
function storedData(name: string, { dtype, data }: Safetensor): ArrayBufferView {
  if (dtype !== 'F16' && dtype !== 'BF16') return data;
  const halves = toHalves(data, dtype);
  const infinity = dtype === 'F16' ? 0x7c00 : 0x7f80;
  const index = halves.findIndex(
    (half, i) => (half & 0x7fff) === infinity && Number.isFinite(data[i]),
  );
  if (index >= 0)
    fail(`${show(name)} has ${data[index]} at index ${index}, too large for ${dtype}`);
  return halves;
}

function checkBooleans(name: string, bytes: Uint8Array): void {
  const index = bytes.findIndex((byte) => byte > 1);
  if (index >= 0)
    fail(`${show(name)} has the BOOL ${bytes[index]} at index ${index}; expected 0 or 1`);
}

/** A lone half of a surrogate pair has no UTF-8 form and would be replaced silently. */
function checkText(text: string): void {
  if (/\p{Surrogate}/u.test(text)) fail(`${show(text)} is not well-formed Unicode`);
}

function byteSize(name: string, dtype: SafetensorsDType, shape: readonly number[]): number {
  let bytes: number = elementBytes[dtype];
  for (const size of shape) {
    bytes *= size;
    if (!Number.isSafeInteger(bytes)) fail(`${show(name)}: ${dtype} ${show(shape)} is too large`);
  }
  return bytes;
}

function byDTypeThenName(
  [nameA, a]: readonly [string, Safetensor],
  [nameB, b]: readonly [string, Safetensor],
): number {
  const order = Object.keys(elementBytes);
  return order.indexOf(a.dtype) - order.indexOf(b.dtype) || (nameA < nameB ? -1 : 1);
}

function isDType(value: unknown): value is SafetensorsDType {
  return typeof value === 'string' && Object.hasOwn(elementBytes, value);
}

function isSizes(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function withoutPrototype<Value>(entries: readonly (readonly [string, Value])[]) {
  const record = Object.fromEntries(entries); // defines own keys: even __proto__ is one
  Object.setPrototypeOf(record, null);
  return record;
}

/** The value as JSON, cut where a hostile file would fill the screen. */
function show(value: unknown): string {
  const json = JSON.stringify(value) ?? 'undefined';
  return json.length > 80 ? `${json.slice(0, 80)}…` : json;
}

function fail(problem: string, cause?: unknown): never {
  throw new CheckpointError(`safetensors: ${problem}`, cause === undefined ? undefined : { cause });
}
