/**
 * Loads the tiny data set in a process of its own, `loadScript.ts <folder>`, and prints the hash of the
 * file or the error. SIGINT stops it as Ctrl-C stops a command.
 */
import { sha256 } from '../src/checkFile.ts';
import { cachedFile } from '../src/fileCache.ts';
import { tarballOf, tinyFiles, tinySet } from './tinyMnist.ts';

const [, , cacheDir = ''] = process.argv;
const controller = new AbortController();
process.once('SIGINT', () => {
  controller.abort(new Error('interrupted'));
});
const set = await tinySet(tarballOf(tinyFiles));
process.stdout.write(
  await cachedFile(set, { cacheDir }, controller.signal).then(({ bytes }) => sha256(bytes), String),
);
