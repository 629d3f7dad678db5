/**
 * Hugging Face's tokenizer.json, the part that byte-level BPE and characters need. What the file asks for
 * and is not implemented here is an error that names its place.
 * Source: huggingface/tokenizers, tokenizers/src/tokenizer/serialization.rs and models/bpe/serialization.rs.
 */
import { z } from 'zod';
import { DataError } from '@working-papers/grad';

function unsupported(what: string) {
  return z.null({ error: `expected null, ${what} is not implemented` }).optional();
}

const off = z.literal(false, { error: 'expected false, true is not implemented' }).optional();

const emptyAffix = z
  .union([z.null(), z.literal('')], { error: 'expected null, affixes are not implemented' })
  .optional();

const byteLevelSchema = z.strictObject({
  type: z.literal('ByteLevel', { error: 'expected "ByteLevel"' }),
  add_prefix_space: off,
  trim_offsets: z.boolean().optional(), // changes no ids
  use_regex: z.literal(true, { error: 'expected true, false is not implemented' }).optional(),
});

const mergeSchema = z
  .union([z.string(), z.tuple([z.string(), z.string()])], {
    error: 'expected "left right" or ["left", "right"]',
  })
  .transform((merge, context): readonly [string, string] => {
    const [left, right, ...more] = typeof merge === 'string' ? merge.split(' ') : merge;
    if (left && right && more.length === 0) return [left, right];
    context.addIssue({ code: 'custom', message: 'expected two tokens, with one space between' });
    return z.NEVER;
  });

const fileSchema = z.strictObject({
  version: z.literal('1.0', { error: 'expected "1.0"' }).optional(),
  truncation: unsupported('truncation'),
  padding: unsupported('padding'),
  added_tokens: z
    .array(
      z.strictObject({
        id: z.int().nonnegative(),
        content: z.string().min(1),
        single_word: off,
        lstrip: off,
        rstrip: off,
        normalized: z.boolean().optional(), // there is no normalizer
        special: z.boolean().optional(),
      }),
    )
    .default([]),
  normalizer: unsupported('normalisation'),
  pre_tokenizer: byteLevelSchema.nullish().transform((value) => value ?? null),
  // Moves offsets only, which we do not give.
  post_processor: z
    .looseObject({
      type: z.literal('ByteLevel', { error: 'expected "ByteLevel" or no post-processor' }),
    })
    .nullish(),
  decoder: z.union([byteLevelSchema, z.strictObject({ type: z.literal('Fuse') })], {
    error: 'expected {"type":"ByteLevel"}, or {"type":"Fuse"} for characters',
  }),
  model: z.strictObject({
    type: z.literal('BPE', { error: 'expected "BPE"' }).optional(),
    dropout: unsupported('dropout'),
    unk_token: z.string().nullish(),
    continuing_subword_prefix: emptyAffix,
    end_of_word_suffix: emptyAffix,
    fuse_unk: off,
    byte_fallback: off,
    ignore_merges: off,
    // Read by hand: a token may be called "__proto__", and there are tens of thousands.
    vocab: z.custom<object>(
      (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
      { error: 'expected an object of ids by token' },
    ),
    merges: z.array(mergeSchema),
  }),
});

/** A tokenizer.json of which nothing is left out that matters. */
export type TokenizerFile = z.output<typeof fileSchema>;

/**
 * Reads the text of a tokenizer.json and checks its form; how its parts fit is left to the caller.
 *
 * @throws {DataError} If it is not JSON, malformed or asks for what is not implemented.
 */
export function parseTokenizerFile(json: string): TokenizerFile {
  const content = parseJson(json);
  const result = fileSchema.safeParse(content);
  return result.success ? result.data : failAtIssue(content, result.error.issues[0]!);
}

function failAtIssue(content: unknown, issue: z.core.$ZodIssue): never {
  const key = issue.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  if (key !== undefined) {
    const path = [...issue.path, key];
    return fail(path, valueAt(content, path), 'expected no such field, it is not implemented');
  }
  const expected = issue.message.replace(/^Invalid input: /, '').replace(/, received .*$/, '');
  return fail(issue.path, valueAt(content, issue.path), expected);
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new DataError(
      `loadTokenizer: the file is not JSON (${reason}); expected a tokenizer.json`,
      {
        cause: error,
      },
    );
  }
}

function valueAt(content: unknown, path: readonly PropertyKey[]): unknown {
  let value = content;
  for (const key of path) {
    value = typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
  }
  return value;
}

/**
 * Throws a DataError that names a place in the file, the value there and what is expected.
 *
 * @param path - Keys and indices.
 */
export function fail(path: readonly PropertyKey[], value: unknown, expected: string): never {
  const place = path
    .map((key, i) => {
      if (typeof key === 'number') return `[${key}]`;
      const isName = /^[a-z_]+$/i.test(String(key)) && path[i - 1] !== 'vocab';
      return isName ? `${i === 0 ? '' : '.'}${String(key)}` : `[${JSON.stringify(key)}]`;
    })
    .join('');
  const shown = value === undefined ? 'missing' : JSON.stringify(value);
  const short = shown.length > 60 ? `${shown.slice(0, 57)}...` : shown;
  throw new DataError(
    `loadTokenizer: ${place === '' ? 'the file' : place} is ${short}; ${expected}`,
  );
}
