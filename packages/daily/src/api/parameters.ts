import { z } from 'zod';
import { Refusal } from '../refusal.ts';

/** A parameter that is not accepted: which, what was seen, and what would be. */
export class ParameterRefusal extends Refusal {
  override name = 'ParameterRefusal';
  readonly parameter: string;
  readonly value: string | null;
  readonly accepted: string;

  constructor(parameter: string, value: string | null, accepted: string) {
    const seen = value === null ? 'missing' : JSON.stringify(value.slice(0, 100));
    super('invalid', `${parameter} is ${seen}; expected ${accepted}`);
    this.parameter = parameter;
    this.value = value?.slice(0, 100) ?? null;
    this.accepted = accepted;
  }
}

/** Parameters of an address by name, each a schema that reads text. */
export type ParameterSchema = z.ZodObject<Record<string, z.ZodType>>;

/**
 * Reads the parameters of an address; of one that is given twice the first counts.
 *
 * @param unknown - Whether parameters that mean nothing are refused, or ignored as other sites do.
 * @throws {ParameterRefusal} Naming the first that is wrong.
 */
export function readParameters<Schema extends ParameterSchema>(
  schema: Schema,
  given: URLSearchParams,
  unknown: 'refused' | 'ignored' = 'refused',
): z.output<Schema> {
  const names = Object.keys(schema.shape);
  for (const name of given.keys()) {
    if (unknown === 'ignored' || names.includes(name)) continue;
    const known = names.length === 0 ? 'no parameters' : `one of ${names.join(', ')}`;
    throw new ParameterRefusal(name, given.get(name), `${known}, for this is not a parameter here`);
  }
  const values = names.flatMap((name) => {
    const value = given.get(name);
    return value === null ? [] : [[name, value] as const];
  });
  const parsed = schema.safeParse(Object.fromEntries(values));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const name = String(issue?.path[0] ?? names[0]);
  throw new ParameterRefusal(name, given.get(name), issue?.message ?? 'another value');
}

/** A whole number within bounds, both included. */
export function wholeNumber(low: number, high: number) {
  const error = `a whole number from ${low} to ${high}`;
  return z
    .string()
    .regex(/^\d{1,9}$/, { error })
    .transform(Number)
    .pipe(z.number().int().min(low, { error }).max(high, { error }));
}

/** A text of limited length, without the character that no database stores. */
export function shortText(length: number) {
  const error = `at most ${length} characters, none of them NUL`;
  return z
    .string()
    .max(length, { error })
    .refine((text) => !text.includes('\0'), { error });
}

/** One of some words. */
export function oneOf<const Words extends readonly string[]>(words: Words) {
  return z.enum(words, { error: `one of ${words.join(', ')}` });
}

/** A text that a function reads, for example a week. */
export function readBy<Value>(read: (text: string) => Value | undefined, form: string) {
  return z.string().transform((text, context) => {
    const value = read(text);
    if (value !== undefined) return value;
    context.addIssue({ code: 'custom', message: form });
    return z.NEVER;
  });
}

/** Refuses parameters where there are none. */
export function readNoParameters(given: URLSearchParams): void {
  readParameters(z.object({}), given);
}
