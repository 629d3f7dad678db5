/**
 * `npm run bench`: ours, TensorFlow.js, jax-js and PyTorch on the same steps from the same weights, turn
 * by turn. Writes docs/benchmarks.md.
 */
import { rmSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { command, CommandError } from '../../../bin/lib/command.js';
import { ensureInstalled } from '../../../bin/lib/install.js';
import { benchmarks, type Benchmark } from './benchmarks.ts';
import { startChromium } from './chromium.ts';
import { contendersOf, findPython, type Surroundings } from './contenders.ts';
import { writeInputs } from './inputsFile.ts';
import { describeCommit, describeMachine } from './machine.ts';
import { measure, type Effort, type Measured } from './measure.ts';
import { programs } from './programs.ts';
import { renderReport } from './report.ts';
import { readResults, storeResults, strangers, verdictsOf, type Result } from './results.ts';

const folder = fileURLToPath(new URL('.', import.meta.url));
const reportFile = fileURLToPath(new URL('../../../docs/benchmarks.md', import.meta.url));

const usage = `npm run bench -- [options]
  --only mlp,gpt   only these: ${[...new Set(benchmarks.map(({ group }) => group))].join(', ')}
  --rounds 15      turns of each contender
  --threads 2      threads of each; default the cores at hand, 8 at most
  --quick          3 rounds, nothing is written
  --help`;

/** Losses of the same model from the same weights differ by no more in the first steps. */
const lossTolerance = 1e-3;

interface Options {
  readonly chosen: readonly Benchmark[];
  readonly effort: Effort;
  readonly threads: number;
  readonly isStored: boolean;
}

await command('npm run bench', async (args) => {
  const options = readOptions(args);
  if (options === null) {
    console.log(usage);
    return 0;
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => process.exit(130));
  // What we are compared with stays out of the repository's own dependencies.
  await ensureInstalled(folder);
  await runAll(options);
  return 0;
});

function readOptions(args: readonly string[]): Options | null {
  const { only, rounds, threads, quick, help } = parse(args);
  if (help) return null;
  const groups = only?.split(',');
  const known = new Set(benchmarks.map(({ group }) => group));
  const stranger = groups?.find((group) => !known.has(group));
  if (stranger !== undefined) {
    throw new CommandError(`no benchmark "${stranger}"; there are ${[...known].join(', ')}`);
  }
  const cores = Math.min(availableParallelism(), 8);
  return {
    chosen: benchmarks.filter(({ group }) => groups?.includes(group) ?? true),
    effort: quick
      ? { rounds: 3, secondsEach: 4 }
      : { rounds: count('--rounds', rounds, 15), secondsEach: 30 },
    threads: count('--threads', threads, cores),
    isStored: !quick,
  };
}

function parse(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        only: { type: 'string' },
        rounds: { type: 'string' },
        threads: { type: 'string' },
        quick: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    return values;
  } catch (error) {
    throw new CommandError(
      `${error instanceof Error ? error.message : String(error)}; --help lists the options`,
    );
  }
}

function count(option: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) {
    throw new CommandError(`${option} is ${text}; expected a positive integer`);
  }
  return number;
}

async function runAll({ chosen, effort, threads, isStored }: Options): Promise<void> {
  const scratch = await mkdtemp(join(tmpdir(), 'grad-bench-'));
  // Also after an interruption.
  process.once('exit', () => rmSync(scratch, { recursive: true, force: true }));
  const needsBrowser = chosen.some(({ inBrowser }) => inBrowser);
  const chromium = needsBrowser
    ? await startChromium()
    : { name: 'Chromium', reason: 'not asked for' };
  const surroundings: Surroundings = { threads, python: await findPython(), chromium };
  try {
    for (const benchmark of chosen) {
      const result = await runOne(benchmark, { surroundings, effort, scratch });
      if (isStored) {
        storeResults([result], benchmarks);
        writeFileSync(reportFile, renderReport(benchmarks, readResults()));
      }
    }
  } finally {
    if ('close' in chromium) await chromium.close();
  }
  if (isStored) console.log('\nWrote docs/benchmarks.md');
}

interface Circumstances {
  readonly surroundings: Surroundings;
  readonly effort: Effort;
  readonly scratch: string;
}

async function runOne(
  benchmark: Benchmark,
  { surroundings, effort, scratch }: Circumstances,
): Promise<Result> {
  console.log(`\n${benchmark.title}`);
  const program = await programs[benchmark.program]?.();
  if (program === undefined) throw new Error(`internal: no program ${benchmark.program}`);
  const inputs = join(scratch, `${benchmark.id}.safetensors`);
  await writeInputs(inputs, program.inputs(benchmark.settings));
  const { heats, absent } = contendersOf(benchmark, surroundings, inputs);
  const outcomes = [];
  for (const heat of heats) {
    outcomes.push(await measure(heat, effort, (text) => console.log(`  ${text}`)));
  }
  const measured = outcomes.flatMap((outcome) => outcome.measured);
  const failures = outcomes.flatMap((outcome) => outcome.absent);
  const result: Result = {
    id: benchmark.id,
    date: new Date().toISOString().slice(0, 10),
    commit: describeCommit(),
    machine: describeMachine(),
    threads: surroundings.threads,
    measured,
    absent: [...absent, ...failures],
  };
  const [failed] = failures.filter(({ name }) => name.startsWith('ours'));
  if (failed !== undefined) {
    throw new CommandError(`${benchmark.id}: ${failed.name} fails: ${failed.reason}`, 1);
  }
  for (const one of measured) console.log(`  ${line(one)}`);
  checkSameModel(benchmark, measured);
  for (const { target, ratio, against } of verdictsOf(benchmark, result)) {
    const verdict = ratio >= target.atLeast ? 'reached' : 'short';
    console.log(`  ${ratio.toFixed(2)}x of ${target.atLeast}x: ${verdict} (${against.name})`);
  }
  return result;
}

function line({ name, ms, firstMs, losses }: Measured): string {
  const [low, median, high] = [ms.low, ms.median, ms.high].map((value) => value.toFixed(2));
  return `${name.padEnd(48)} ${median} ms (${low} to ${high}), first loss after ${firstMs.toFixed(0)} ms, ${losses.at(-1)?.toPrecision(6)}`;
}

function checkSameModel({ id }: Benchmark, measured: readonly Measured[]): void {
  const [stranger] = strangers(measured, lossTolerance);
  if (stranger === undefined) return;
  throw new CommandError(
    `${id}: the losses of ${stranger.name} are ${stranger.losses.join(', ')}, those of ${measured[0]?.name} ${measured[0]?.losses.join(', ')}; they should be the same model`,
    1,
  );
}
