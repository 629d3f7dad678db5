import type { Benchmark } from './benchmarks.ts';
import type { Measured } from './measure.ts';
import { fastest, verdictsOf, type Result, type Verdict } from './results.ts';

const sideNames = { pytorch: 'PyTorch at its best', tfjs: 'TensorFlow.js wasm' } as const;

/** docs/benchmarks.md: targets first, then each comparison. */
export function renderReport(benchmarks: readonly Benchmark[], results: readonly Result[]): string {
  const found = benchmarks.flatMap((benchmark) => {
    const result = results.find(({ id }) => id === benchmark.id);
    return result === undefined ? [] : [{ benchmark, result }];
  });
  const targets = found.flatMap(({ benchmark, result }) =>
    verdictsOf(benchmark, result).map((verdict) => targetRow(benchmark, verdict)),
  );
  const parts = [
    introduction,
    '## Targets',
    table(['step', 'against', 'ratio', 'target', ''], targets),
    ...found.flatMap(({ benchmark, result }) => section(benchmark, result)),
  ];
  return `${parts.join('\n\n')}\n`;
}

const introduction = `# Benchmarks

Written by \`npm run bench\`; every number is from there. One process or page per contender, turns in
random order with all others idle (those of the browser among themselves), the loss read in every step. Times are medians of the turns with their
quartiles; a turn takes as many steps as last about 60 ms, at least one. What happens before the second
step is apart: trace, gradient, graph, session and the first step in "first loss". All start from the same
weights, and their first five losses agree. A ratio is the other's time divided by ours: above 1 we are
faster. PyTorch runs with each BLAS that is installed, on one thread and on all, in each way of writing
the step; its fastest median counts.`;

function targetRow(benchmark: Benchmark, { target, ratio, against }: Verdict): readonly string[] {
  const forms = target.forms === undefined ? '' : ` (${target.forms.join(', ')})`;
  const where = target.where === 'chromium' ? ' in Chromium' : '';
  return [
    `${benchmark.title}${where}`,
    `${sideNames[target.against]}${forms}: ${against.name}`,
    `${ratio.toFixed(2)}x`,
    `${target.atLeast}x`,
    ratio >= target.atLeast ? 'reached' : 'short',
  ];
}

function section({ title, missing }: Benchmark, result: Result): readonly string[] {
  const { measured, absent, date, commit, machine, threads } = result;
  const absences = absent.map(({ name, reason }) => `${name} is missing: ${reason}.`);
  const header = ['', 'ms per step', 'quartiles', 'ratio', 'first loss, ms', 'turns'];
  return [
    `## ${title}`,
    table(
      header,
      measured.map((one) => row(one, measured)),
    ),
    ...absences,
    ...(missing === undefined ? [] : [missing]),
    `${date}, ${commit}; ${machine}; ${threads} threads. ${versionsOf(measured).join(', ')}.`,
  ];
}

function row(one: Measured, all: readonly Measured[]): readonly string[] {
  const where = one.where === 'chromium' ? 'chromium' : 'node';
  const ours = fastest(all, (other) => isOurs(other) && other.where === where);
  const ratio =
    ours === undefined || isOurs(one) ? '' : `${(one.ms.median / ours.ms.median).toFixed(2)}x`;
  return [
    one.name,
    digits(one.ms.median),
    `${digits(one.ms.low)} to ${digits(one.ms.high)}`,
    ratio,
    one.firstMs.toFixed(0),
    String(one.turns),
  ];
}

function isOurs({ runner }: Measured): boolean {
  return runner === 'node' || runner === 'wasm';
}

function versionsOf(measured: readonly Measured[]): readonly string[] {
  return [...new Set(measured.map(({ version }) => version))];
}

function digits(ms: number): string {
  return ms >= 100 ? ms.toFixed(0) : ms.toPrecision(3);
}

/** As prettier lays it out, so that writing it changes nothing else. */
function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((title, column) =>
    Math.max(3, title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [line(header), rule, ...rows.map(line)].join('\n');
}
