import type { DataSource } from '@working-papers/data';
import { nodeBackend } from '@working-papers/grad/node';

const absent = () => Promise.reject(new Error('no data here'));

const data: DataSource = { images: absent, text: absent, wordVectors: absent };

/** What a run gets from outside; the example needs no data. */
export const surroundings = {
  backend: await nodeBackend(),
  data,
  signal: new AbortController().signal,
};
