/** `npm run bench:search`: how well search finds, and how quickly. Recorded in docs/search.md. */
import process from 'node:process';
import { parseArgs } from 'node:util';
import { benchRetrieval, libraries } from './retrieval.ts';
import { benchSpeed } from './speed.ts';

const usage = `npm run bench:search -- [options]
  (none)                retrieval: recall@1, recall@10 and MRR on the catalogue
  --speed minisearch    time and memory on synthetic papers; or lancedb
  --papers 20000        how many
  --rounds 100          queries of each kind
  --help`;

const { values } = parseArgs({
  options: {
    speed: { type: 'string' },
    papers: { type: 'string', default: '20000' },
    rounds: { type: 'string', default: '100' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) {
  console.log(usage);
} else if (values.speed === undefined) {
  await benchRetrieval();
} else if (values.speed === 'minisearch' || values.speed === 'lancedb') {
  const [papers, rounds] = [Number(values.papers), Number(values.rounds)];
  if (!Number.isInteger(papers) || !Number.isInteger(rounds) || papers < 1 || rounds < 1) {
    throw new Error(`bench:search: ${values.papers} and ${values.rounds} are no counts`);
  }
  await benchSpeed(libraries[values.speed], { papers, rounds });
} else {
  console.error(`bench:search: no library "${values.speed}"; ${usage}`);
  process.exitCode = 2;
}
