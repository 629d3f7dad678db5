import { ConfigError, type Compiled } from '@working-papers/grad';
import { quantile } from '@working-papers/metrics';

/**
 * Floating-point operations of one call of a compiled function, counted on its graph after clean-up:
 * 2 m n k for a matrix product, one per element for elementwise operations, none for what only moves
 * elements. The graph runs once, on backends that can profile it.
 *
 * @param args - As for a call; only their shapes and types matter.
 */
export async function countFlops<Args extends readonly unknown[]>(
  compiled: Pick<Compiled<Args, unknown>, 'explain'>,
  ...args: Args
): Promise<number> {
  return (await compiled.explain(...args)).total.flops;
}

/** A function that counts its calls. */
export interface Counted<Args extends readonly unknown[], Result> {
  readonly call: (...args: Args) => Result;
  /** Calls so far: the number of function evaluations (NFE) if the function is a sampler's model. */
  readonly count: () => number;
}

/** Wraps a function so that its calls are counted, also those that fail. */
export function countCalls<Args extends readonly unknown[], Result>(
  fn: (...args: Args) => Result,
): Counted<Args, Result> {
  let calls = 0;
  return {
    call: (...args) => {
      calls++;
      return fn(...args);
    },
    count: () => calls,
  };
}

/** How long a call takes, over many calls. */
export interface Latency {
  readonly medianMs: number;
  /** First and third quartile. */
  readonly quartilesMs: readonly [lower: number, upper: number];
  /** Each call, in order. */
  readonly timesMs: readonly number[];
}

/** How {@link measureLatency} measures. */
export interface LatencyOptions {
  /** Measured calls of each function. Default 21. */
  readonly rounds?: number;
  /** Calls of each before, not measured: they compile and warm up. Default 2. */
  readonly warmUps?: number;
  readonly signal?: AbortSignal;
}

/**
 * Measures how long functions take, side by side: in every round each is called once, and each round
 * begins with another of them, so that a machine that slows down slows all of them down alike. Compare
 * times of one measurement only.
 *
 * @param functions - By name; a promise counts until it is settled.
 * @returns Latencies by the same names.
 * @throws {ConfigError} If `rounds` is not a positive integer or `warmUps` not a non-negative one.
 */
export async function measureLatency<Name extends string>(
  functions: Readonly<Record<Name, () => unknown>>,
  { rounds = 21, warmUps = 2, signal }: LatencyOptions = {},
): Promise<Record<Name, Latency>> {
  if (!Number.isSafeInteger(rounds) || rounds < 1) {
    throw new ConfigError(`measureLatency: rounds = ${rounds} is not a positive integer`);
  }
  if (!Number.isSafeInteger(warmUps) || warmUps < 0) {
    throw new ConfigError(`measureLatency: warmUps = ${warmUps} is not a non-negative integer`);
  }
  const contenders = Object.entries<() => unknown>(functions).map(([name, fn]) => {
    const timesMs: number[] = [];
    return { name, fn, timesMs };
  });
  for (let round = -warmUps; round < rounds; round++) {
    for (let i = 0; i < contenders.length; i++) {
      signal?.throwIfAborted();
      const { fn, timesMs } = contenders[(i + round + warmUps) % contenders.length]!;
      const startMs = performance.now();
      await fn();
      if (round >= 0) timesMs.push(performance.now() - startMs);
    }
  }
  const latencies = contenders.map(({ name, timesMs }) => [name, summarise(timesMs)] as const);
  // The names are those of `functions`, which Object.fromEntries widens to string.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return Object.fromEntries(latencies) as Record<Name, Latency>;
}

function summarise(timesMs: readonly number[]): Latency {
  return {
    medianMs: quantile(timesMs, 0.5),
    quartilesMs: [quantile(timesMs, 0.25), quantile(timesMs, 0.75)],
    timesMs,
  };
}
