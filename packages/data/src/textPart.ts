import type { TextPart } from './sets/dataSet.ts';
import { fractionOf } from './nameFraction.ts';

/**
 * The part of a text that a document belongs to: by the hash of its name alone, so that a document
 * stays where it is when others come or go. Generator gets 50 % of many documents, judge 35 %,
 * validation 5 %, test 10 %.
 */
export async function textPartOf(documentName: string): Promise<TextPart> {
  const u = await fractionOf(documentName);
  if (u < 0.5) return 'generator';
  if (u < 0.85) return 'judge';
  return u < 0.9 ? 'validation' : 'test';
}
