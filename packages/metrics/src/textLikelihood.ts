import { ConfigError, DataError } from '@working-papers/grad';
import { mean } from './meanInterval.ts';
import { requireFinite } from './requireValues.ts';

/**
 * Perplexity, exp of the mean negative log-likelihood of tokens. It depends on the tokenizer; across
 * tokenizers compare {@link bitsPerByte} or {@link bitsPerCharacter}.
 *
 * @param losses - -ln p of each token, nats, [n], n ≥ 1.
 * @returns From 1 for a certain and right model; the size of the vocabulary for a uniform one.
 * @throws {DataError} If there is none or one is not finite.
 */
export function perplexity(losses: ArrayLike<number>): number {
  requireFinite('perplexity', losses);
  return Math.exp(mean(losses));
}

/**
 * The negative log-likelihood of a text in bits for each byte of its UTF-8 form.
 *
 * @param nats - -ln p of the whole text.
 * @param text - Not empty.
 * @throws {DataError} If the text is empty or `nats` is not finite.
 */
export function bitsPerByte(nats: number, text: string): number {
  return bitsPer('bitsPerByte', nats, new TextEncoder().encode(text).length);
}

/**
 * The negative log-likelihood of a text in bits for each of its characters (Unicode code points).
 *
 * @param nats - -ln p of the whole text.
 * @param text - Not empty.
 * @throws {DataError} If the text is empty or `nats` is not finite.
 */
export function bitsPerCharacter(nats: number, text: string): number {
  return bitsPer('bitsPerCharacter', nats, Array.from(text).length);
}

function bitsPer(operation: string, nats: number, units: number): number {
  if (units === 0) throw new DataError(`${operation}: the text is empty; expected some`);
  requireFinite(operation, [nats]);
  return nats / Math.LN2 / units;
}

/**
 * Distinct-n: the share of different ones among all n-grams of some sequences together. It falls with the
 * amount of text, so compare equal amounts.
 * Source: Li et al. 2016 (arXiv:1510.03055), section 5.
 *
 * @param sequences - Ids of tokens or of words; one shorter than n has no n-gram.
 * @param n - 1 or more.
 * @returns Above 0, to 1 if nothing is repeated.
 * @throws {DataError} If there is no n-gram.
 * @throws {ConfigError} If `n` is not a positive integer.
 */
export function distinctN(sequences: readonly ArrayLike<number>[], n: number): number {
  if (!Number.isInteger(n) || n < 1) {
    throw new ConfigError(`distinctN: n = ${n} is not a positive integer`);
  }
  const seen = new Set<string>();
  let count = 0;
  for (const sequence of sequences) {
    const ids = Array.from(sequence);
    for (let end = n; end <= ids.length; end++) {
      seen.add(ids.slice(end - n, end).join());
      count++;
    }
  }
  if (count === 0) {
    throw new DataError(
      `distinctN: ${sequences.length} sequences have no ${n}-gram; expected longer ones`,
    );
  }
  return seen.size / count;
}
