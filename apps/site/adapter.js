import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import node from '@sveltejs/adapter-node';
import { build } from 'vite';

const out = 'build';

/**
 * adapter-node with two differences: assets are compressed at a quality that takes seconds instead of
 * minutes for the wasm runtime, and the server's entry is ours (`server/index.ts`).
 *
 * @returns {import('@sveltejs/kit').Adapter}
 */
export function siteAdapter() {
  const base = node({ out });
  return {
    ...base,
    name: 'site',
    async adapt(builder) {
      await base.adapt({ ...builder, compress: async (folder) => compressTree(folder) });
      await buildEntry();
    },
  };
}

async function buildEntry() {
  await build({
    configFile: false,
    logLevel: 'warn',
    publicDir: false,
    ssr: { noExternal: true, resolve: { conditions: ['source'] } },
    build: {
      ssr: 'server/index.ts',
      outDir: out,
      emptyOutDir: false,
      target: 'node20',
      rolldownOptions: { output: { entryFileNames: 'index.js' } },
    },
  });
}

const compressible = new Set(['.html', '.js', '.mjs', '.json', '.css', '.svg', '.txt', '.wasm']);

/** @param {string} folder */
function compressTree(folder) {
  if (!existsSync(folder)) return; // Nothing is prerendered.
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile() || !compressible.has(extname(entry.name))) continue;
    const path = join(entry.parentPath, entry.name);
    const content = readFileSync(path);
    // The runtime's 14 MB would take ten times as long for 5 % less.
    const quality = content.length > 1e6 ? 5 : 9;
    const params = { [constants.BROTLI_PARAM_QUALITY]: quality };
    writeFileSync(`${path}.br`, brotliCompressSync(content, { params }));
    writeFileSync(`${path}.gz`, gzipSync(content, { level: 9 }));
  }
}
