import { availableParallelism } from 'node:os';
import { playwright } from '@vitest/browser-playwright';
import { defaultClientConditions, defaultServerConditions } from 'vite';
import { defineConfig } from 'vitest/config';
import { chromiumFlags, findChromium } from './bin/lib/chromium.js';
import { ensureSiteConfig } from './bin/lib/siteBuild.js';

ensureSiteConfig();
const chromium = await findChromium();

// Packages are tested from their sources: no test needs a build.
const clientConditions = ['source', ...defaultClientConditions];
const serverConditions = ['source', ...defaultServerConditions];

// Generous, because machines are shared; a test that hangs still ends.
const testTimeout = 60_000;
const hookTimeout = 60_000;

// A process with ONNX Runtime uses all cores.
const maxWorkers = Math.max(1, Math.floor(availableParallelism() / 2));

const inNode = {
  resolve: { conditions: serverConditions },
  ssr: { resolve: { conditions: serverConditions, externalConditions: ['source'] } },
};

const inForks = { pool: 'forks', maxWorkers, testTimeout, hookTimeout } as const;

export default defineConfig({
  test: {
    projects: [
      {
        ...inNode,
        test: {
          ...inForks,
          name: 'node',
          include: ['{packages,papers,apps}/*/test/**/*.test.ts', 'bin/test/**/*.test.ts'],
          exclude: ['**/test/browser/**', '**/*.slow.test.ts'],
        },
      },
      {
        ...inNode,
        test: {
          ...inForks,
          name: 'slow',
          include: ['{packages,papers,apps}/*/test/**/*.slow.test.ts'],
          exclude: ['**/test/browser/**'],
          maxWorkers: 1,
          testTimeout: 10 * testTimeout,
        },
      },
      {
        resolve: { conditions: clientConditions },
        // Cross-origin isolated, as the run page is: wasm threads need it.
        server: {
          headers: {
            'Cross-Origin-Opener-Policy': 'same-origin',
            'Cross-Origin-Embedder-Policy': 'require-corp',
          },
        },
        // It finds its wasm relative to its own file, which bundling would move.
        optimizeDeps: { exclude: ['onnxruntime-web'] },
        test: {
          name: 'browser',
          include: ['packages/*/test/browser/**/*.test.ts'],
          testTimeout,
          hookTimeout,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({
              launchOptions: {
                args: chromiumFlags,
                ...(chromium !== undefined && { executablePath: chromium }),
              },
            }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
      {
        ...inNode,
        test: {
          ...inForks,
          name: 'site',
          include: ['apps/site/e2e/**/*.test.ts'],
          maxWorkers: 1,
          testTimeout: 2 * testTimeout,
          hookTimeout: 2 * hookTimeout,
        },
      },
    ],
  },
});
