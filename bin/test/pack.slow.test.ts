import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright';
import { publint } from 'publint';
import { preview } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumFlags, findChromium } from '../lib/chromium.js';
import { root } from '../lib/command.js';
import {
  fromTarballs,
  makeProject,
  manifestOf,
  packPackages,
  runnableSlugs,
  runOrThrow,
  withDependencies,
  type Tarball,
} from './packedPackages.ts';

const folder = mkdtempSync(join(tmpdir(), 'working-papers-pack-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }), 600_000);

let tarballs: readonly Tarball[];
beforeAll(async () => {
  tarballs = await packPackages(join(folder, 'tarballs'));
}, 600_000);

const browserPath = await findChromium();
const paperPackage = '@working-papers/papers';

/** Trains with grad and nn, then finds a plane with the method of a paper. */
const program = `
import { compile, keyOf, normal, tensor, valueAndGrad } from '@working-papers/grad';
import { adam, mlp } from '@working-papers/nn';
import {
  makeMolrg,
  matchedDistance,
  sampleMolrg,
  trainLowRankDenoisers,
} from '@working-papers/papers/subspace-diffusion';

export async function work(backend) {
  const x = normal(keyOf(1), [64, 2]);
  const y = x.square().sum(1, { keepDims: true });
  const loss = (params) => mlp.apply(params, x).sub(y).square().mean();
  const step = compile(
    (state, learningRate) => {
      const [value, gradients] = valueAndGrad(loss)(state.params);
      return { state: adam.update(state, gradients, { learningRate }), value };
    },
    { backend },
  );
  let state = adam.init(mlp.init(keyOf(0), [2, 32, 1]));
  const losses = [];
  for (let i = 0; i < 200; i++) {
    const result = await step(state, tensor(0.01));
    state = result.state;
    losses.push(await result.value.item());
  }
  await step.dispose();

  const model = makeMolrg({ dim: 6, dims: [2], isOrthogonal: true, key: keyOf(2) });
  const samples = sampleMolrg(model, { labels: new Int32Array(8), key: keyOf(3) });
  const problems = { x: tensor(samples.x, { shape: [1, 8, 6] }), counts: [8] };
  const [learned] = await trainLowRankDenoisers(problems, {
    d: 2,
    components: 1,
    weights: 'soft',
    steps: 300,
    draws: 8,
    sigmas: { low: 0.01, high: 0.1 },
    learningRate: 0.1,
    key: keyOf(4),
    backend,
    signal: new AbortController().signal,
  });
  const { distance } = matchedDistance(learned.bases, model.bases);
  return { backend: backend.name, first: losses[0], last: losses.at(-1), distance };
}
`;

/** What a program above has printed as JSON, on its last line. */
function expectLearned(output: string, backend: string): void {
  const result: unknown = JSON.parse(output.trim().split('\n').at(-1) ?? '');
  const { first, last, distance } = result as { first: number; last: number; distance: number };
  expect(result).toMatchObject({ backend });
  expect(last).toBeLessThan(first / 20);
  expect(distance).toBeLessThan(0.05);
}

describe('each tarball', () => {
  it('holds its build, sources, licence, notice and a README, and no test', () => {
    expect(tarballs.map(({ name }) => name)).toContain(paperPackage);
    for (const { name, files } of tarballs) {
      // The README of papers is that of each paper.
      const readmes = name === paperPackage ? [] : ['README.md'];
      expect(files, name).toEqual(
        expect.arrayContaining(['LICENSE', 'NOTICE', 'package.json', ...readmes]),
      );
      expect(files.filter((file) => /\.test\.|(^|\/)(test|bench|fixtures)\//.test(file))).toEqual(
        [],
      );
      const maps = files.filter((file) => file.endsWith('.js.map'));
      expect(maps.length, name).toBeGreaterThan(0);
    }
  });

  it('passes publint with nothing to remark', async () => {
    for (const { name, path } of tarballs) {
      const { buffer } = new Uint8Array(readFileSync(path));
      const { messages } = await publint({ pack: { tarball: buffer }, strict: true });
      expect(messages, name).toEqual([]);
    }
  });
});

describe('an empty Node project', () => {
  const project = join(folder, 'node');
  const slugs = runnableSlugs();
  beforeAll(async () => {
    const { peerDependencies } = manifestOf('packages/grad');
    await makeProject(
      project,
      {
        'work.js': program,
        'main.js': `
          import { nodeBackend } from '@working-papers/grad/node';
          import { work } from './work.js';
          console.log(JSON.stringify(await work(await nodeBackend())));`,
        'papers.js': `
          import { existsSync } from 'node:fs';
          import { join } from 'node:path';
          import { listPapers, loadPaper } from '@working-papers/papers/catalogue';
          const runnable = (await listPapers()).filter(({ hasExperiment }) => hasExperiment);
          for (const { paper, folder } of runnable) {
            const { experiment } = await loadPaper(paper.slug);
            const isThere = existsSync(join(folder, 'README.md'));
            console.log(paper.slug, Object.keys(experiment.presets).length > 0, isThere);
          }`,
      },
      // Plot's own declarations, checked like all others here, name the types of d3.
      { ...fromTarballs(tarballs), ...peerDependencies, '@types/d3': '7.4.3' },
    );
  }, 600_000);

  it('installs without an install script and trains natively in plain JavaScript', async () => {
    const output = await runOrThrow(process.execPath, ['main.js'], project);
    expectLearned(output, 'node-cpu');
  });

  it('finds every paper that runs here in the catalogue', async () => {
    const output = await runOrThrow(process.execPath, ['papers.js'], project);
    const lines = slugs.map(
      (slug) => `${slug} true ${existsSync(join(root, 'papers', slug, 'README.md'))}`,
    );
    expect(output.trim().split('\n').toSorted()).toEqual(lines.toSorted());
  });

  it.each(['typescript', '@typescript/native'])(
    'passes the strict type checker under nodenext: every paper, and the programs of the READMEs (%s)',
    async (compiler) => {
      const imports = slugs.map(
        (slug, i) => `import { experiment as e${i} } from '@working-papers/papers/${slug}';`,
      );
      const names = slugs.map((_, i) => `e${i}.paper.slug`);
      writeFileSync(
        join(project, 'papers.ts'),
        `${imports.join('\n')}\nexport const slugs: readonly string[] = [${names.join(', ')}];\n`,
      );
      const programs = readmePrograms();
      for (const { name, text } of programs) writeFileSync(join(project, `${name}.ts`), text);
      const compilerOptions = {
        strict: true,
        target: 'es2023',
        module: 'nodenext',
        types: [],
        outDir: 'out',
      };
      const files = ['papers.ts', ...programs.map(({ name }) => `${name}.ts`)];
      writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }));
      const tsc = join(root, 'node_modules', compiler, compilerOf(compiler));
      const output = await runOrThrow(process.execPath, [tsc, '--project', '.'], project);
      expect(output).toBe('');
    },
  );

  it('runs the program of every README, which prints what the README says', async () => {
    const programs = readmePrograms();
    expect(programs.map(({ name }) => name)).toEqual(expect.arrayContaining(['grad', 'metrics']));
    for (const { name, prints } of programs) {
      const output = await runOrThrow(process.execPath, [`out/${name}.js`], project);
      if (prints !== undefined) expect(output, name).toBe(prints);
    }
  });
});

describe('an empty Vite project', () => {
  const project = join(folder, 'vite');
  beforeAll(async () => {
    const { vite } = manifestOf('.').devDependencies;
    const ours = withDependencies(
      ['@working-papers/grad', '@working-papers/nn', paperPackage],
      tarballs,
    );
    await makeProject(
      project,
      {
        'work.js': program,
        'main.js': `
          import { webBackend } from '@working-papers/grad/web';
          import { work } from './work.js';
          const show = (text) => { document.querySelector('output').textContent = text; };
          webBackend().then(work).then((result) => show(JSON.stringify(result)), (error) => show(String(error)));`,
        'index.html':
          '<!doctype html><html lang="en"><title>A user</title><output></output><script type="module" src="/main.js"></script></html>',
      },
      { ...fromTarballs(ours), vite: vite ?? 'latest' },
    );
    const entry = join(project, 'node_modules/vite/bin/vite.js');
    await runOrThrow(process.execPath, [entry, 'build', '--logLevel=error'], project);
  }, 600_000);

  it('is built without the native backend, which is not even installed', () => {
    expect(existsSync(join(project, 'node_modules/onnxruntime-node'))).toBe(false);
    const files = readdirSync(join(project, 'dist'), { recursive: true }).map(String);
    const wasm = files.filter((file) => file.endsWith('.wasm'));
    expect(wasm.filter((file) => /(^|\/)ort-wasm-simd-threaded\b[^/]*$/.test(file))).toEqual(wasm);
    expect(wasm.length).toBeGreaterThan(0);
    expect(files.filter((file) => file.endsWith('.node'))).toEqual([]);
    const scripts = files.filter((file) => file.endsWith('.js'));
    const texts = scripts.map((file) => readFileSync(join(project, 'dist', file), 'utf8'));
    for (const native of ['onnxruntime_binding', 'onnxruntime-node', 'pacote', '@img/sharp']) {
      expect(
        texts.filter((text) => text.includes(native)),
        native,
      ).toEqual([]);
    }
  });

  it.skipIf(browserPath === undefined)(
    'trains as WebAssembly in a page (needs a browser)',
    async () => {
      const server = await preview({
        root: project,
        configFile: false,
        logLevel: 'error',
        preview: { port: 0, host: '127.0.0.1' },
      });
      const browser = await chromium.launch({
        executablePath: browserPath ?? '',
        args: chromiumFlags,
      });
      try {
        const page = await browser.newPage();
        await page.goto(server.resolvedUrls?.local[0] ?? '');
        const result = page.locator('output:not(:empty)');
        await result.waitFor({ timeout: 120_000 });
        expectLearned((await result.textContent()) ?? '', 'web-wasm');
      } finally {
        await browser.close();
        await server.close();
      }
    },
  );
});

/** The first program of each package's README, and what it prints if the README says so. */
function readmePrograms(): readonly { name: string; text: string; prints: string | undefined }[] {
  return readdirSync(join(root, 'packages')).flatMap((name) => {
    const path = join(root, 'packages', name, 'README.md');
    const readme = existsSync(path) ? readFileSync(path, 'utf8') : '';
    const text = /```ts\n(.*?)```/s.exec(readme)?.[1];
    const prints = /```text\n(.*?)```/s.exec(readme)?.[1];
    return text === undefined ? [] : [{ name, text, prints }];
  });
}

function compilerOf(compiler: string): string {
  const manifest = readFileSync(join(root, 'node_modules', compiler, 'package.json'), 'utf8');
  const { bin } = JSON.parse(manifest) as { readonly bin: Readonly<Record<string, string>> };
  return bin['tsc6'] ?? bin['tsc'] ?? expect.fail(`${compiler} has no command tsc`);
}
