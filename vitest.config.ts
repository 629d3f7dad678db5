import { availableParallelism } from 'node:os';
import { playwright } from '@vitest/browser-playwright';
import { defaultClientConditions, defaultServerConditions } from 'vite';
import { defineConfig } from 'vitest/config';
import { chromiumFlags, findChromium, webgpuFlags } from './bin/lib/chromium.js';
import { ensureSiteConfig } from './bin/lib/siteBuild.js';

ensureSiteConfig();
const chromium = await findChromium();

// Packages are tested from their sources: no test needs a build.
const clientConditions = ['source', ...defaultClientConditions];
// Node knows no condition `module`: what bundlers load by it may be what Node cannot.
const nodeConditions = defaultServerConditions.filter((condition) => condition !== 'module');
const serverConditions = ['source', ...nodeConditions];

// Generous, because machines are shared; a test that hangs still ends.
const testTimeout = 60_000;
const hookTimeout = 60_000;

// Idle threads of ONNX Runtime sleep, so two processes on two cores do not slow each other down.
const maxWorkers = Math.min(4, availableParallelism());

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
          // A process for each file would cost a third of the time. It means that wasm has the same
          // number of threads, 2, in all tests: the runtime takes it from the first.
          isolate: false,
        },
      },
      {
        ...inNode,
        test: {
          ...inForks,
          name: 'slow',
          include: [
            '{packages,papers,apps}/*/test/**/*.slow.test.ts',
            'bin/test/**/*.slow.test.ts',
          ],
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
                args: [...chromiumFlags, ...webgpuFlags],
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
