import { fileURLToPath } from 'node:url';
import { sveltekit } from '@sveltejs/kit/vite';
import { defaultClientConditions, defaultServerConditions, defineConfig } from 'vite';

const root = fileURLToPath(new URL('../..', import.meta.url));
process.env['WP_DATA'] ??= `${root}.working-papers`;

/** Workers on a page that is isolated from other origins must say that they are, too. */
const isolation = {
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

/** `source`: our packages as TypeScript, without a build of their own. */
const conditions = ['source', 'onnxruntime-web-use-extern-wasm'];

export default defineConfig({
  plugins: [sveltekit()],
  resolve: { conditions: [...conditions, ...defaultClientConditions] },
  ssr: {
    resolve: { conditions: [...conditions, ...defaultServerConditions] },
    noExternal: [/^@working-papers\//],
  },
  worker: { format: 'es' },
  // The policy allows no fonts or scripts from data: addresses.
  build: { assetsInlineLimit: 0, target: 'es2023', reportCompressedSize: false },
  server: { headers: isolation, fs: { allow: [root] } },
});
