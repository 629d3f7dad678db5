import { DataError, decodeSafetensors, encodeSafetensors } from '@working-papers/grad';
import type { TextDataset, TextDocument, TextSplit } from '../dataset.ts';
import { textParts, type TextPart, type TextSet } from '../sets/dataSet.ts';
import { bytesOf, originOf } from './tensors.ts';

/** A document as it comes out of the original files. */
export interface RawDocument {
  readonly name: string;
  readonly part: TextPart;
  readonly text: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** What is kept of each document, in the order of the text. */
interface IndexEntry {
  readonly name: string;
  readonly part: TextPart;
  /** End of the document in the whole text, in bytes. */
  readonly end: number;
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * The one file that a text is kept in: a safetensors file with `text`, the UTF-8 bytes part by part, and
 * `documents`, a JSON list of {@link IndexEntry}. Each document ends with one line feed.
 *
 * @throws {DataError} If the number of documents of a part is not the published one.
 */
export function encodeTextFile(
  set: TextSet,
  documents: readonly RawDocument[],
): Uint8Array<ArrayBuffer> {
  for (const part of textParts) {
    const count = documents.filter((document) => document.part === part).length;
    if (count !== set.documents[part]) {
      throw new DataError(
        `${set.name}: ${part} has ${count} documents; expected ${set.documents[part]}`,
      );
    }
  }
  const { text, index } = joinDocuments(documents);
  const list = new TextEncoder().encode(JSON.stringify(index));
  return encodeSafetensors(
    {
      text: { dtype: 'U8', shape: [text.length], data: text },
      documents: { dtype: 'U8', shape: [list.length], data: list },
    },
    originOf(set),
  );
}

/**
 * Reads what {@link encodeTextFile} wrote; the bytes are views of `file`.
 *
 * @throws {DataError} If it holds something else.
 * @throws {CheckpointError} If it is not a safetensors file.
 */
export function decodeTextFile({ name }: TextSet, file: Uint8Array): TextDataset {
  const { tensors } = decodeSafetensors(file);
  const text = bytesOf(name, tensors['text'], { key: 'text' });
  const list = bytesOf(name, tensors['documents'], { key: 'documents' });
  const index: unknown = JSON.parse(new TextDecoder().decode(list));
  if (!isIndex(index)) throw new DataError(`${name}: documents is not a list of documents`);
  return textDataset(name, { text, index });
}

/** A text out of documents that need no file. */
export function textOf(name: string, documents: readonly RawDocument[]): TextDataset {
  return textDataset(name, joinDocuments(documents));
}

interface Joined {
  readonly text: Uint8Array;
  readonly index: readonly IndexEntry[];
}

function joinDocuments(documents: readonly RawDocument[]): Joined {
  const inOrder = textParts.flatMap((part) => documents.filter((d) => d.part === part));
  const pieces = inOrder.map(({ text }) =>
    new TextEncoder().encode(text.endsWith('\n') ? text : `${text}\n`),
  );
  const text = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let end = 0;
  const index = inOrder.map(({ name, part, labels }, i) => {
    text.set(pieces[i]!, end);
    end += pieces[i]!.length;
    return { name, part, end, labels };
  });
  return { text, index };
}

function textDataset(name: string, { text, index }: Joined): TextDataset {
  const split = (...parts: readonly TextPart[]): TextSplit => {
    const first = index.findIndex(({ part }) => parts.includes(part));
    if (first < 0) return { bytes: text.subarray(0, 0), documents: [] };
    const offset = index[first - 1]?.end ?? 0;
    let start = 0;
    const documents: TextDocument[] = [];
    for (const { name, part, end, labels } of index.slice(first)) {
      if (!parts.includes(part)) break;
      documents.push({ name, start, end: end - offset, labels });
      start = end - offset;
    }
    return { bytes: text.subarray(offset, offset + start), documents };
  };
  return {
    name,
    train: split('generator', 'judge'),
    generator: split('generator'),
    judge: split('judge'),
    validation: split('validation'),
    test: split('test'),
  };
}

function isIndex(value: unknown): value is readonly IndexEntry[] {
  return Array.isArray(value) && value.every(isEntry);
}

function isEntry(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    'name' in value &&
    typeof value.name === 'string' &&
    'part' in value &&
    textParts.some((part) => part === value.part) &&
    'end' in value &&
    typeof value.end === 'number' &&
    'labels' in value &&
    typeof value.labels === 'object'
  );
}
