import { fileURLToPath } from 'node:url';
import { build, defaultClientConditions, type Rolldown } from 'vite';
import { describe, expect, test } from 'vitest';

// What a page that trains loads, as the site's bundler makes it.
const entry = `
  export { compile } from '@working-papers/grad';
  export { webBackend, webgpuBackend } from '@working-papers/grad/web';`;

const chunks = await bundle(entry);

describe('a bundle of the web backends', () => {
  test('has the engine and both runtimes in it, so that the search below would find something', () => {
    const text = chunks.map(({ code }) => code).join('\n');
    expect(text).toContain('webgpuBackend: there is no WebGPU here');
    expect(text).toContain('ort-wasm-simd-threaded.wasm');
    expect(text).toContain('ort-wasm-simd-threaded.asyncify.wasm');
  });

  test('never contains onnxruntime-node or a module of Node', () => {
    for (const { code, moduleIds, imports, dynamicImports } of chunks) {
      expect(code).not.toMatch(/onnxruntime_binding|listSupportedBackends|nodeBackend: this/);
      expect(moduleIds.filter((id) => /onnxruntime-node|runtime\/node\.ts/.test(id))).toEqual([]);
      expect([...imports, ...dynamicImports].filter((id) => id.startsWith('node:'))).toEqual([]);
    }
  });

  test('loads the runtime of WebGPU, the larger one, only when it is asked for', () => {
    const byName = new Map(chunks.map((chunk) => [chunk.fileName, chunk]));
    const atOnce = new Set<string>();
    const open = chunks.filter(({ isEntry }) => isEntry).map(({ fileName }) => fileName);
    for (let name = open.pop(); name !== undefined; name = open.pop()) {
      if (atOnce.has(name)) continue;
      atOnce.add(name);
      open.push(...(byName.get(name)?.imports ?? []));
    }
    const lazy = chunks.filter(({ fileName }) => !atOnce.has(fileName));
    const hasWebgpu = ({ code }: Rolldown.OutputChunk) => code.includes('asyncify.wasm');
    expect(lazy.filter(hasWebgpu)).toHaveLength(1);
    expect(chunks.filter(({ fileName }) => atOnce.has(fileName)).filter(hasWebgpu)).toEqual([]);
  });
});

async function bundle(source: string): Promise<readonly Rolldown.OutputChunk[]> {
  const id = 'virtual:page';
  const result = await build({
    configFile: false,
    logLevel: 'silent',
    root: fileURLToPath(new URL('..', import.meta.url)),
    resolve: { conditions: ['source', ...defaultClientConditions] },
    plugins: [
      {
        name: 'page',
        resolveId: (name) =>
          name === id ? fileURLToPath(new URL('page.ts', import.meta.url)) : null,
        load: (name) => (name.endsWith('/test/page.ts') ? source : null),
      },
    ],
    build: {
      write: false,
      minify: false,
      rolldownOptions: { input: id, preserveEntrySignatures: 'strict' },
    },
  });
  if (!('output' in result)) throw new Error('one build was asked for');
  return result.output.filter((file) => file.type === 'chunk');
}
