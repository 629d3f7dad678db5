/**
 * `npm run new-paper -- <slug>` makes the folder of a paper out of scripts/paper-template: method,
 * experiment, verdicts, figures, demo, README and tests of a small example, which pass every check as
 * they are. For a paper that the catalogue has with facts only, it adds the rest; for a new one it needs
 * the facts.
 */
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ConfigError, WorkingPapersError } from '@working-papers/grad';
import { definePaper, families, type Family, type Paper } from '@working-papers/paper-kit';
import { listPapers } from '@working-papers/papers/catalogue';
import { format, resolveConfig } from 'prettier';
import { paper as example } from './paper-template/paper.ts';

const usage = `npm run new-paper -- <slug> [facts]

The facts of a paper that the catalogue does not have yet; all are needed:
  --title "Title as Printed"
  --authors "Ada Lovelace; Alan Turing"     as printed, in order
  --arxiv 2409.02426                        without version
  --published 2024-09-04                    the day of the first version
  --family ${families.join(' | ')}`;

const factNames = ['title', 'authors', 'arxiv', 'published', 'family'] as const;
type FactName = (typeof factNames)[number];
type Options = Readonly<Partial<Record<FactName, string>>>;

const template = fileURLToPath(new URL('paper-template', import.meta.url));
const papers = fileURLToPath(new URL('../papers', import.meta.url));

try {
  const { slug, options } = readArguments();
  const folder = join(papers, slug);
  const known = (await listPapers()).find(({ paper }) => paper.slug === slug)?.paper;
  const paper = known === undefined ? newPaper(slug, options) : factsOnly(known, folder, options);
  const files = filesOf(paper, known === undefined);
  for (const [name, text] of files) await writeFormatted(join(folder, name), text);
  console.log(`papers/${slug}: ${files.map(([name]) => name).join(', ')}

Next: npx wp run ${slug}, then docs/adding-a-paper.md from step 2 on.`);
} catch (error) {
  if (!(error instanceof WorkingPapersError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}

/** @throws {ConfigError} If there is not exactly one slug, or an option that is not one. */
function readArguments(): { readonly slug: string; readonly options: Options } {
  const string = { type: 'string' } as const;
  const options = {
    title: string,
    authors: string,
    arxiv: string,
    published: string,
    family: string,
  };
  try {
    const { values, positionals } = parseArgs({ options, allowPositionals: true });
    const [slug, ...others] = positionals;
    if (slug === undefined || others.length > 0) {
      throw new ConfigError(
        `new-paper: ${positionals.length} slugs given; expected one\n\n${usage}`,
      );
    }
    return { slug, options: values };
  } catch (error) {
    // The parser of Node throws a TypeError for what the user typed wrong.
    if (!(error instanceof TypeError)) throw error;
    throw new ConfigError(`new-paper: ${error.message}\n\n${usage}`, { cause: error });
  }
}

/**
 * The facts of a paper that has no folder yet; summary and claims are those of the example, which say so.
 *
 * @throws {ConfigError} If the folder exists, a fact is missing, or one is malformed.
 */
function newPaper(slug: string, options: Options): Paper {
  const facts = definePaper({
    ...example,
    slug,
    title: fact('title', options),
    authors: fact('authors', options)
      .split(';')
      .map((name) => name.trim())
      .filter((name) => name !== ''),
    arxivId: fact('arxiv', options),
    published: fact('published', options),
    family: familyOf(fact('family', options)),
  });
  if (existsSync(join(papers, slug))) {
    throw new ConfigError(
      `new-paper: papers/${slug} exists and is not a paper; choose another slug`,
    );
  }
  return facts;
}

/** @throws {ConfigError} If it was not given. */
function fact(name: FactName, options: Options): string {
  const value = options[name];
  if (value === undefined) {
    const missing = factNames.filter((each) => options[each] === undefined);
    throw new ConfigError(
      `new-paper: --${missing.join(', --')} missing; nobody but you knows them\n\n${usage}`,
    );
  }
  return value;
}

/** @throws {ConfigError} If it is none. */
function familyOf(text: string): Family {
  const family = families.find((each) => each === text);
  if (family === undefined) {
    throw new ConfigError(`new-paper: --family ${text}; expected one of ${families.join(', ')}`);
  }
  return family;
}

/**
 * A paper of the catalogue whose folder holds its facts and nothing else.
 *
 * @throws {ConfigError} If it holds more, or facts were given that it has already.
 */
function factsOnly(paper: Paper, folder: string, options: Options): Paper {
  const others = readdirSync(folder).filter((name) => name !== 'paper.ts');
  if (others.length > 0) {
    throw new ConfigError(
      `new-paper: papers/${paper.slug} exists and holds ${others.slice(0, 3).join(', ')}; choose another slug`,
    );
  }
  const given = factNames.filter((name) => options[name] !== undefined);
  if (given.length > 0) {
    throw new ConfigError(
      `new-paper: papers/${paper.slug}/paper.ts has the facts already; leave out --${given.join(', --')}`,
    );
  }
  return paper;
}

/** Name and text of every file; without `paper.ts` for a paper that has one. */
function filesOf(paper: Paper, isNew: boolean): readonly (readonly [name: string, text: string])[] {
  const names = readdirSync(template, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(template.length + 1))
    .filter((name) => isNew || name !== 'paper.ts')
    .toSorted();
  return names.map((name) => {
    const text = readFileSync(join(template, name), 'utf8');
    if (name === 'paper.ts') return [name, withFacts(text, paper)];
    const named = withName(text, paper);
    return [name, name === 'verdicts.ts' && !isNew ? withoutVerdicts(named, paper) : named];
  });
}

/** The example's `paper.ts` with other facts. */
function withFacts(text: string, paper: Paper): string {
  return (['slug', 'title', 'authors', 'arxivId', 'published', 'family'] as const).reduce(
    (all, name) =>
      replaceOnce(
        all,
        new RegExp(`^ {2}${name}: .*,$`, 'm'),
        `  ${name}: ${JSON.stringify(paper[name])},`,
      ),
    text,
  );
}

function withName(text: string, { slug, title, arxivId }: Paper): string {
  return text
    .replaceAll(example.slug, slug)
    .replaceAll(example.title, () => title)
    .replaceAll(example.arxivId, arxivId);
}

/** The claims are the paper's own, so that the example may decide none of them. */
function withoutVerdicts(text: string, { claims }: Paper): string {
  const rules = Object.keys(claims).map((id) => `  ${id}: undecided,`);
  return replaceOnce(
    text,
    /^export const verdicts = .*$/m,
    `export const verdicts = {\n${rules.join('\n')}\n};

function undecided(): Verdict {
  return notMeasured('not fixed yet', 'so far the folder has only the example of the scaffold');
}`,
  );
}

function replaceOnce(text: string, pattern: RegExp, by: string): string {
  if (!pattern.test(text)) throw new Error(`internal: the template has nothing like ${pattern}`);
  return text.replace(pattern, () => by);
}

async function writeFormatted(path: string, text: string): Promise<void> {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, await format(text, { ...(await resolveConfig(path)), filepath: path }));
}
