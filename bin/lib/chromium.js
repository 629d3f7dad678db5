import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { CommandError } from './command.js';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

const applications = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** How to get a browser, as the end of a sentence. */
export const howToGetChromium =
  'install one (Debian and Ubuntu: `apt-get install chromium`; anywhere: `npx playwright install chromium`) or name one in CHROMIUM_PATH';

/**
 * Flags for a browser that is driven by tests: it works as root and in a container, opens no window,
 * needs no GPU and calls nobody.
 */
export const chromiumFlags = [
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
];

/** Flags for WebGPU without a GPU: in software, the same everywhere. */
export const webgpuFlags = ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'];

/**
 * Looks for a Chromium: CHROMIUM_PATH, the PATH, the usual places, Playwright's own.
 *
 * @returns {Promise<string | undefined>} Path of the program; undefined if there is none.
 * @throws {CommandError} If CHROMIUM_PATH names something else than a program.
 */
export async function findChromium() {
  const chosen = process.env['CHROMIUM_PATH'];
  if (chosen !== undefined && chosen !== '') {
    if (isProgram(chosen)) return chosen;
    throw new CommandError(
      `CHROMIUM_PATH is ${chosen}, which is not a program; correct or unset it`,
    );
  }
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const candidates = folders.flatMap((folder) => names.map((name) => join(folder, name)));
  const { chromium } = await import('playwright');
  return [...candidates, ...applications, chromium.executablePath()].find(isProgram);
}

/** @param {string} path */
function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
