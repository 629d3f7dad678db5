import { fileURLToPath } from 'node:url';
import { build, defaultClientConditions } from 'vite';
import { expect, test } from 'vitest';

test('a page that trains loads nothing of Node', async () => {
  const result = await build({
    configFile: false,
    logLevel: 'silent',
    resolve: { conditions: ['source', ...defaultClientConditions] },
    build: {
      write: false,
      minify: false,
      lib: { entry: fileURLToPath(new URL('../src/index.ts', import.meta.url)), formats: ['es'] },
      rolldownOptions: { external: /^onnxruntime-/ },
    },
  });
  const outputs = [result].flat().flatMap((each) => ('output' in each ? each.output : []));
  const chunks = outputs.filter((file) => file.type === 'chunk');
  const modules = chunks.flatMap(({ moduleIds }) => moduleIds);
  expect(modules.filter((id) => /\/(train|checkpointFiles)\.ts$/.test(id))).toHaveLength(2);
  expect(modules.filter((id) => /folderCheckpoints|^node:/.test(id))).toEqual([]);
  const imported = chunks.flatMap(({ imports, dynamicImports }) => [...imports, ...dynamicImports]);
  expect(imported.filter((id) => id.startsWith('node:'))).toEqual([]);
});
