import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './child.js';
import { CommandError, root } from './command.js';
import { fingerprint } from './fingerprint.js';
import { withLock } from './lock.js';

const site = join(root, 'apps/site');
const stamp = join(site, 'build/.fingerprint');

/** All that the build of the site reads. */
const inputs = ['package-lock.json', 'tsconfig.base.json', 'apps/site', 'packages', 'papers'];

/** Tests, and what tools make. */
const notRead =
  /^(apps\/site|packages\/[^/]+|papers(\/[^/]+)?)\/(node_modules|build|dist|\.svelte-kit|test|e2e|bench)$/;

/** The server that {@link ensureSiteBuilt} makes. */
export const serverFile = join(site, 'build/index.js');

/**
 * Builds the site if there is no build of the files as they are now. Needs the dependencies.
 *
 * @returns {Promise<void>}
 * @throws {CommandError} If the build fails; its output is printed before.
 */
export async function ensureSiteBuilt() {
  if (isCurrent()) return;
  const lock = join(root, '.working-papers/build.lock');
  await withLock(lock, {
    onWait: (pid) =>
      console.error(`Waiting for process ${pid} to build the site (else remove ${lock}) ...`),
    work: async (addWorker) => {
      if (isCurrent()) return;
      const started = performance.now();
      console.error('Building the site ...');
      const made = currentInputs();
      await build(addWorker);
      writeFileSync(stamp, made);
      console.error(`Built in ${((performance.now() - started) / 1000).toFixed(1)} s.`);
    },
  });
}

function currentInputs() {
  return fingerprint(root, inputs, notRead);
}

function isCurrent() {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === currentInputs();
}

/**
 * Lets SvelteKit generate the tsconfig.json that the one of the site extends, if it is not there: no
 * file of the site can be transformed without it. Needs the dependencies.
 */
export function ensureSiteConfig() {
  if (existsSync(join(site, '.svelte-kit/tsconfig.json'))) return;
  const svelteKit = join(root, 'node_modules/@sveltejs/kit/svelte-kit.js');
  execFileSync(process.execPath, [svelteKit, 'sync'], {
    cwd: site,
    stdio: ['ignore', 'ignore', 2],
  });
}

/** @param {(pid: number) => void} onStart */
async function build(onStart) {
  const vite = join(root, 'node_modules/vite/bin/vite.js');
  const { exitCode, output } = await run(process.execPath, [vite, 'build'], {
    folder: site,
    env: { NODE_ENV: 'production' },
    output: 'collect',
    onStart,
  });
  if (exitCode === 0) return;
  console.error(output);
  throw new CommandError(
    'the site could not be built, for the reason above; mend it and run again',
    1,
  );
}
