import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright';
import { chromium as playwright } from 'playwright';
import { createServer, defaultClientConditions, type ViteDevServer } from 'vite';
import { chromiumFlags, findChromium, howToGetChromium } from '../../../bin/lib/chromium.js';
import type { Absent } from './measure.ts';
import { replyOf, type Peer } from './process.ts';
import type { Failure, Reply, Request } from './request.ts';

/** A browser whose pages take part. */
export interface Chromium {
  readonly version: string;
  /** A page of its own context, and so of its own process. */
  readonly open: () => Promise<Peer>;
  readonly close: () => Promise<void>;
}

/** Starts the browser and the server of its page, which is cross-origin isolated: wasm threads need it. */
export async function startChromium(): Promise<Chromium | Absent> {
  const executablePath = await findChromium();
  if (executablePath === undefined) {
    return { name: 'Chromium', reason: `there is none: ${howToGetChromium}` };
  }
  const server = await serve();
  const browser = await playwright.launch({ executablePath, args: chromiumFlags });
  const [address] = server.resolvedUrls?.local ?? [];
  if (address === undefined) throw new Error('internal: the server of the page has no address');
  return {
    version: browser.version(),
    open: () => openPage(browser, `${address}browser/index.html`),
    close: async () => {
      await browser.close();
      await server.close();
    },
  };
}

async function serve(): Promise<ViteDevServer> {
  const server = await createServer({
    configFile: false,
    root: fileURLToPath(new URL('.', import.meta.url)),
    logLevel: 'error',
    resolve: { conditions: ['source', ...defaultClientConditions] },
    // They find their wasm relative to their own files, which bundling would move.
    optimizeDeps: {
      exclude: ['onnxruntime-web'],
      include: ['@tensorflow/tfjs', '@tensorflow/tfjs-backend-wasm', '@jax-js/jax'],
    },
    server: {
      port: 0,
      host: '127.0.0.1',
      hmr: false,
      fs: { allow: [fileURLToPath(new URL('../../..', import.meta.url))] },
      headers: {
        'Cross-Origin-Opener-Policy': 'same-origin',
        'Cross-Origin-Embedder-Policy': 'require-corp',
      },
    },
  });
  return server.listen();
}

async function openPage(browser: Browser, url: string): Promise<Peer> {
  const context = await browser.newContext();
  const page = await context.newPage();
  const crashed = new Promise<never>((_, reject) => {
    page.once('crash', () => reject(new Error('the page has crashed')));
  });
  crashed.catch(() => undefined);
  await page.goto(url);
  await page.waitForFunction('crossOriginIsolated && globalThis.answer !== undefined');
  return {
    ask: async (request: Request) => {
      const answer = page.evaluate<Reply | Failure>(`answer(${JSON.stringify(request)})`);
      return replyOf(await Promise.race([answer, crashed]));
    },
    stop: () => context.close(),
  };
}
