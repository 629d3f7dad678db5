import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyRepository } from './repositoryCopy.ts';
import { startScript } from './runScript.ts';

// A copy of the repository, in which papers are added as docs/adding-a-paper.md says.
const outside = mkdtempSync(join(tmpdir(), 'working-papers-new-paper-'));
const copy = join(outside, 'repository');
afterAll(() => rmSync(outside, { recursive: true, force: true }), 600_000);

const slug = 'a-paper-of-tomorrow';
const facts = {
  title: `Tomorrow's Paper, "Today"`,
  authors: 'Ada Lovelace; Émilie du Châtelet',
  arxiv: '2611.12345',
  published: '2026-11-20',
  family: 'sae',
};

/** Runs Node in the copy, with a cache and a database of its own. */
function run(...args: readonly string[]) {
  const env = { WORKING_PAPERS_CACHE: join(outside, 'cache'), WP_DATA: join(outside, 'data') };
  return startScript(args, env, copy).ended;
}

const newPaper = (name: string, options: object = {}) =>
  run(
    '--import',
    'tsx',
    '--conditions=source',
    'scripts/new-paper.ts',
    name,
    ...Object.entries(options).flatMap(([key, value]) => [`--${key}`, String(value)]),
  );

const wp = (...args: readonly string[]) => run('bin/wp.js', ...args);

const tool = (path: string, ...args: readonly string[]) => run(`node_modules/${path}`, ...args);

/** Every file of the repository outside a folder, with the time of its last change. */
function filesWithout(folder: string): readonly string[] {
  return readdirSync(copy, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((path) => !/\/(node_modules|\.svelte-kit)\//.test(path))
    .filter((path) => !path.startsWith(join(copy, folder)))
    .map((path) => `${path} ${statSync(path).mtimeMs}`)
    .toSorted();
}

beforeAll(() => copyRepository(copy), 120_000);

describe('a new paper', () => {
  let before: readonly string[];
  beforeAll(async () => {
    before = filesWithout(`papers/${slug}`);
    const { exitCode, stderr } = await newPaper(slug, facts);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  }, 120_000);

  it('is one folder: no other file is touched', () => {
    expect(filesWithout(`papers/${slug}`)).toEqual(before);
    expect(readdirSync(join(copy, 'papers', slug))).toEqual(
      expect.arrayContaining(['README.md', 'experiment.ts', 'index.ts', 'method.ts', 'paper.ts']),
    );
  });

  it('is in wp list, with its facts, and says in wp show that it is an example', async () => {
    const lines = (await wp('list', '--json')).stdout.trimEnd().split('\n');
    expect(lines.map((line): unknown => JSON.parse(line))).toContainEqual(
      expect.objectContaining({ slug, title: facts.title, published: facts.published }),
    );
    const { stdout } = await wp('show', slug);
    expect(stdout).toContain('Ada Lovelace, Émilie du Châtelet');
    expect(stdout).toContain('Example, not a claim of the paper');
  });

  it('runs, and its rule decides', async () => {
    const { exitCode, stdout, stderr } = await wp('run', slug, '--preset', 'quick');
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toMatch(/c1[^\n]*holds/);
  });

  it('is formatted, linted and typed, and has no dead code', async () => {
    const folder = `papers/${slug}`;
    const config = { extends: './tsconfig.json', include: [folder] };
    writeFileSync(join(copy, 'tsconfig.new.json'), JSON.stringify(config));
    const results = [
      await tool('prettier/bin/prettier.cjs', '--check', folder),
      await tool('oxlint/bin/oxlint', '--type-aware', '--deny-warnings', folder),
      await tool('@typescript/native/bin/tsc', '--noEmit', '--project', 'tsconfig.new.json'),
    ];
    rmSync(join(copy, 'tsconfig.new.json'));
    for (const { exitCode, stdout, stderr } of results) expect(exitCode, stdout + stderr).toBe(0);
    // Other folders are the business of the check of the whole repository.
    expect((await tool('knip/bin/knip.js')).stdout).not.toContain(slug);
  });

  it('passes its own tests, which CI runs: the quick preset is among the turns', async () => {
    const args = ['run', '--project=node', '--project=slow', `papers/${slug}/`];
    const { exitCode, stdout, stderr } = await tool('vitest/vitest.mjs', ...args);
    expect(exitCode, stdout + stderr).toBe(0);
    expect(stdout).toMatch(/6 passed/);
    expect((await run('bin/test.js', '--turns')).stdout).toContain(`${slug} (60 s)`);
  });

  it('is on the site: in the database, with its method, and loadable by the run page', async () => {
    const test = 'apps/site/test/aNewPaper.test.ts';
    writeFileSync(join(copy, test), siteTest);
    const { exitCode, stdout, stderr } = await tool('vitest/vitest.mjs', 'run', test);
    rmSync(join(copy, test));
    expect(exitCode, stdout + stderr).toBe(0);
    expect(stdout).toMatch(/1 passed/);
  });
});

/** Runs inside the copy, where the site finds the paper by the names of its files. */
const siteTest = `
import { importCatalogue, latestDays, openMemoryDatabase } from '@working-papers/daily';
import { expect, it } from 'vitest';
import { loadRunnablePaper } from '../src/lib/run/papers.ts';
import { methodSource, repositoryCatalogue } from '../src/lib/server/repository.ts';

it('knows the paper', async () => {
  const catalogue = repositoryCatalogue();
  const entry = catalogue.find(({ paper }) => paper.slug === '${slug}');
  expect(entry).toMatchObject({ isImplemented: true, results: [] });
  const database = await openMemoryDatabase();
  await importCatalogue(database, catalogue);
  const { days } = await latestDays(database, { atLeast: 1000 });
  expect(days.flatMap(({ papers }) => papers.map(({ id }) => id))).toContain('${facts.arxiv}');
  await database.close();
  expect(await methodSource('${slug}')).toContain('robustLoss');
  const { experiment, demo } = await loadRunnablePaper('${slug}');
  expect(experiment.paper.slug).toBe('${slug}');
  expect(demo?.title).toBe('A line among wrong points');
});
`;

/** Adds a paper as the catalogue has those that do not run here. */
function addFacts(name: string, arxivId: string): void {
  const folder = join(copy, 'papers', name);
  mkdirSync(folder, { recursive: true });
  const text = `import { definePaper } from '@working-papers/paper-kit';

export const paper = definePaper({
  slug: '${name}',
  title: 'Facts',
  authors: ['Ada Lovelace'],
  arxivId: '${arxivId}',
  published: '2026-11-19',
  organizations: [],
  family: 'sae',
  tags: [],
  links: {},
  summary: '${'A summary in our own words. '.repeat(10)}',
  claims: {
    c1: { statement: 'It is so.', figure: '1', setting: 'n = 1' },
    c2: { statement: 'It is not so.', figure: '2', setting: 'n = 2' },
  },
});
`;
  writeFileSync(join(folder, 'paper.ts'), text);
}

describe('a paper of the catalogue with facts only', () => {
  const known = 'facts-of-yesterday';
  const file = join(copy, 'papers', known, 'paper.ts');

  it('keeps its facts, and none of its claims is decided by the example', async () => {
    addFacts(known, '2611.54321');
    const own = readFileSync(file, 'utf8');
    const { exitCode, stderr } = await newPaper(known);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(readFileSync(file, 'utf8')).toBe(own);
    const { stdout } = await wp('run', known);
    expect(stdout.match(/not measured/g)?.length).toBeGreaterThanOrEqual(2);
    expect(stdout).not.toMatch(/holds|partly|fails/);
    const tests = await tool('vitest/vitest.mjs', 'run', '--project=node', `papers/${known}/`);
    expect(tests.exitCode, tests.stdout + tests.stderr).toBe(0);
    const typed = await tool('oxlint/bin/oxlint', '--type-aware', '--deny-warnings', dirname(file));
    expect(typed.exitCode, typed.stdout).toBe(0);
  });
});

describe('refuses', () => {
  const day = { ...facts, published: '2026-02-30' };
  it.each([
    ['a malformed slug', 'Bad_Slug', facts, /^paper Bad_Slug: slug is "Bad_Slug"; expected kebab/],
    [
      'a paper that is there',
      'subspace-diffusion',
      {},
      /exists and holds .*; choose another slug\n$/,
    ],
    ['a folder of another kind', 'dist', facts, /papers\/dist exists and is not a paper; choose/],
    [
      'missing facts',
      'new-one',
      { title: 'A' },
      /--authors, --arxiv, --published, --family missing;/,
    ],
    [
      'a malformed fact',
      'new-one',
      day,
      /^paper new-one: published is "2026-02-30"; expected a day/,
    ],
    [
      'an unknown family',
      'new-one',
      { ...facts, family: 'x' },
      /--family x; expected one of accel/,
    ],
    ['an unknown option', 'new-one', { ...facts, colour: 'red' }, /Unknown option '--colour'/],
    [
      'facts twice',
      'vsae',
      facts,
      /vsae\/paper\.ts has the facts already; leave out --title, --auth/,
    ],
  ])('%s, and writes nothing', async (_what, name, options, message) => {
    mkdirSync(join(copy, 'papers/dist'), { recursive: true });
    addFacts('only-facts', '2611.11111');
    const before = filesWithout('nowhere');
    const { exitCode, stdout, stderr } = await newPaper(name, options);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toMatch(message);
    expect(filesWithout('nowhere')).toEqual(before);
  });
});
