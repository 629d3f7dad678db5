/**
 * `npm run ops` prints every operation with what the walk of its samples has proved about it;
 * `npm run ops -- --write` walks again, in Node and in a browser, and stores what it finds.
 */
import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';

const tables = new URL('../packages/grad/test/tables/', import.meta.url);
const walks = [
  ['slow', 'packages/grad/test/ops.slow.test.ts'],
  ['browser', 'packages/grad/test/browser/ops.browser.test.ts'],
] as const;

if (process.argv.includes('--write')) {
  for (const [project, file] of walks) {
    const vitest = ['node_modules/vitest/vitest.mjs', 'run', '-u', `--project=${project}`, file];
    const { status } = spawnSync(process.execPath, vitest, { stdio: 'inherit' });
    if (status !== 0) process.exit(1);
  }
}

interface Proof {
  readonly dtypes: readonly string[];
  readonly derivatives: number;
  readonly refusal?: string | undefined;
}

const onCpu = await readTable('ops.json');
const onWebgpu = await readTable('ops.webgpu.json');
const rows = [...onCpu].map(([name, texts]) =>
  rowOf(name, {
    native: proofOf(texts.get('native')),
    wasm: proofOf(texts.get('wasm')),
    webgpu: proofOf(onWebgpu.get(name)?.get('webgpu')),
  }),
);
const header = ['operation', 'dtypes', 'gradient', 'second', 'native', 'wasm', 'webgpu', 'note'];
const all = [header, ...rows];
const widths = header.map((_, i) => Math.max(...all.map((row) => (row[i] ?? '').length)));
for (const row of all) {
  console.log(
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
console.log(`\n${rows.length} operations. Proved by the walk of their samples: values and gradients against
float64 references and central differences, within 2e-6 and 2e-5 (WebGPU 1e-3).`);

/** A table by operation and backend. */
async function readTable(file: string): Promise<ReadonlyMap<string, ReadonlyMap<string, string>>> {
  const table: unknown = JSON.parse(await readFile(new URL(file, tables), 'utf8'));
  return new Map(
    entriesOf(table).map(([name, texts]) => [
      name,
      new Map(entriesOf(texts).map(([key, text]) => [key, String(text)])),
    ]),
  );
}

function entriesOf(value: unknown): readonly [string, unknown][] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : [];
}

/** The proof behind a line such as `float32 float64, 2 derivatives: no Det (float32)`. */
function proofOf(text: string | undefined): Proof | undefined {
  if (text === undefined) return undefined;
  const [, types = '', derivatives, refusal] =
    /^(.*), (\d) derivatives(?:: (.*))?$/.exec(text) ?? [];
  if (derivatives === undefined) throw new Error(`internal: ${text} is no proof`);
  const dtypes = types === 'nothing' ? [] : types.split(' ');
  return { dtypes, derivatives: Number(derivatives), refusal };
}

interface Proofs {
  readonly native: Proof | undefined;
  readonly wasm: Proof | undefined;
  readonly webgpu: Proof | undefined;
}

function rowOf(name: string, { native, wasm, webgpu }: Proofs): readonly string[] {
  const most = native?.derivatives ?? 0;
  return [
    name,
    (native?.dtypes ?? []).join(' '),
    most > 0 ? 'yes' : 'none',
    most > 1 ? 'yes' : 'none',
    status(native, native),
    status(wasm, native),
    status(webgpu, native),
    noteOf({ native, wasm, webgpu }),
  ];
}

/** How a backend compares with the native one. */
function status(proof: Proof | undefined, native: Proof | undefined): string {
  if (proof === undefined) return 'not walked';
  if (proof.dtypes.length === 0) return 'no';
  return proof.derivatives < (native?.derivatives ?? 0) || proof.refusal !== undefined
    ? 'partly'
    : 'yes';
}

function noteOf({ native, wasm, webgpu }: Proofs): string {
  const notes = [native?.refusal, wasm?.refusal !== native?.refusal && `wasm: ${wasm?.refusal}`];
  if (webgpu) {
    const lacking = (native?.dtypes ?? []).filter(
      (dtype) => dtype !== 'float64' && !webgpu.dtypes.includes(dtype),
    );
    if (webgpu.refusal !== undefined) notes.push(`webgpu: ${webgpu.refusal}`);
    else if (lacking.length > 0) notes.push(`webgpu: no ${lacking.join(', ')}`);
  }
  return notes.filter((note) => typeof note === 'string').join('; ');
}
