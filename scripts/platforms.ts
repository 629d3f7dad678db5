/**
 * `npm run platforms` writes into docs/platforms.md for which platforms our native dependencies carry a
 * program, read from package-lock.json; `-- --check` only says whether the table is current.
 */
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

interface LockedPackage {
  readonly version?: string;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly libc?: readonly string[];
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

interface Platform {
  readonly name: string;
  readonly os: string;
  readonly cpu: string;
  readonly libc?: string;
}

const platforms: readonly Platform[] = [
  { name: 'Linux x64', os: 'linux', cpu: 'x64', libc: 'glibc' },
  { name: 'Linux arm64', os: 'linux', cpu: 'arm64', libc: 'glibc' },
  { name: 'Linux x64, musl', os: 'linux', cpu: 'x64', libc: 'musl' },
  { name: 'Linux arm64, musl', os: 'linux', cpu: 'arm64', libc: 'musl' },
  { name: 'macOS arm64', os: 'darwin', cpu: 'arm64' },
  { name: 'macOS x64', os: 'darwin', cpu: 'x64' },
  { name: 'Windows x64', os: 'win32', cpu: 'x64' },
  { name: 'Windows arm64', os: 'win32', cpu: 'arm64' },
];

/** What each is for here. Those whose programs are optional packages of their own. */
const natives = {
  sharp: 'reading pictures of your own',
  esbuild: 'running TypeScript, hashing code',
  rolldown: 'building the site',
  lightningcss: 'building the site',
  '@typescript/native': 'type checker',
  oxlint: 'linter',
  'oxlint-tsgolint': 'linter',
} as const;

const root = fileURLToPath(new URL('..', import.meta.url));
const document = join(root, 'docs/platforms.md');
const [begin, end] = ['<!-- platforms:begin -->', '<!-- platforms:end -->'];

// The file has npm's schema by construction; nobody else writes it.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
  readonly packages: Readonly<Record<string, LockedPackage>>;
};

const text = readFileSync(document, 'utf8');
const [from, to] = [text.indexOf(begin), text.indexOf(end)];
if (from < 0 || to < from) throw new Error(`${document}: expected ${begin} and ${end} after it`);
const current = `${text.slice(0, from)}${begin}\n\n${table()}\n\n${text.slice(to)}`;
if (current !== text) {
  if (process.argv.includes('--check')) {
    console.error(`${relative(root, document)}: the table is stale; run npm run platforms`);
    process.exitCode = 1;
  } else {
    writeFileSync(document, current);
  }
}

function table(): string {
  const rows = [
    row('onnxruntime-node', 'computing natively; wasm elsewhere', runtimeHas),
    ...Object.entries(natives).map(([name, use]) => row(name, use, optionalHas(name))),
  ];
  const header = ['package', 'for', ...platforms.map(({ name }) => name)];
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  // Prettier would pad the columns to the longest cell.
  return [
    '<!-- prettier-ignore -->',
    line(header),
    line(header.map(() => '---')),
    ...rows.map(line),
  ].join('\n');
}

function row(name: string, use: string, has: (platform: Platform) => boolean): string[] {
  const version = packages[`node_modules/${name}`]?.version;
  if (version === undefined) throw new Error(`package-lock.json has no ${name}; correct the list`);
  return [`${name} ${version}`, use, ...platforms.map((each) => (has(each) ? 'yes' : 'no'))];
}

/** It carries the programs of all its platforms itself; those for Linux are linked to glibc. */
function runtimeHas({ os, cpu, libc }: Platform): boolean {
  const folder = join(root, 'node_modules/onnxruntime-node/bin');
  if (libc === 'musl') return false;
  return readdirSync(folder).some((version) => existsSync(join(folder, version, os, cpu)));
}

function optionalHas(name: string): (platform: Platform) => boolean {
  const found = Object.keys(packages[`node_modules/${name}`]?.optionalDependencies ?? {}).map(
    (each) =>
      packages[`node_modules/${name}/node_modules/${each}`] ?? packages[`node_modules/${each}`],
  );
  // Without `libc` a program needs none: it is linked statically.
  return ({ os, cpu, libc }) =>
    found.some(
      (entry) =>
        entry?.os?.includes(os) === true &&
        entry.cpu?.includes(cpu) === true &&
        (libc === undefined || entry.libc === undefined || entry.libc.includes(libc)),
    );
}
