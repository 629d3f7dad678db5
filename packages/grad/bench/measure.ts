import { foldIn, keyOf, permutation } from '../src/index.ts';
import type { Peer } from './process.ts';
import type { StartRequest } from './request.ts';

/** Someone who takes part in a comparison. */
export interface Contender {
  /** As it stands in the table: `PyTorch, 2 threads`. */
  readonly name: string;
  readonly where: 'node' | 'chromium' | 'python';
  readonly open: () => Promise<Peer>;
  readonly start: StartRequest;
}

/** What was measured of one contender. */
export interface Measured {
  readonly name: string;
  readonly where: Contender['where'];
  readonly runner: StartRequest['runner'];
  readonly form: string;
  readonly version: string;
  /** Milliseconds from the start of the program, trace and session included, to its first loss. */
  readonly firstMs: number;
  /** Milliseconds per step: median and quartiles over the turns. */
  readonly ms: Quartiles;
  readonly turns: number;
  /** What the first steps returned: equal for all, from equal weights. */
  readonly losses: readonly number[];
}

/** Why a contender gave no number. */
export interface Absent {
  readonly name: string;
  readonly reason: string;
}

/** The middle and the borders of the middle half. */
export interface Quartiles {
  readonly low: number;
  readonly median: number;
  readonly high: number;
}

/** How long to measure. */
export interface Effort {
  readonly rounds: number;
  /** Whoever has used this many seconds of turns sits out the rest, after a few turns. */
  readonly secondsEach: number;
}

/** Steps before the first turn and least number of turns, by the time that the first loss took. */
const patience = [
  { belowMs: 5_000, warmUpSteps: 4, turns: 3 },
  { belowMs: 20_000, warmUpSteps: 2, turns: 3 },
  { belowMs: Infinity, warmUpSteps: 0, turns: 1 },
];
/** A turn takes about this long where a step is shorter, so that waking up does not count. */
const turnMs = 60;
const maxStepsPerTurn = 64;
/** Threads of whoever ran before may wait for work in a loop for a while. */
const pauseMs = 20;

/**
 * Measures contenders in turns: each has a process or page of its own for the whole time, in each round
 * everyone has one turn, in a new random order, and the others idle meanwhile.
 */
export async function measure(
  contenders: readonly Contender[],
  effort: Effort,
  report: (line: string) => void,
): Promise<{ readonly measured: readonly Measured[]; readonly absent: readonly Absent[] }> {
  const players = new Set<Player>();
  const absent: Absent[] = [];
  const miss = ({ name }: Contender, error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    report(`${name}: ${reason}`);
    absent.push({ name, reason });
  };
  try {
    for (const contender of contenders) {
      await Player.begin(contender).then(
        (player) => players.add(player),
        (error: unknown) => miss(contender, error),
      );
    }
    for (let round = 0; round < effort.rounds; round++) {
      const present = [...players];
      for (const i of permutation(foldIn(keyOf(round), 'order'), present.length)) {
        const player = present[i];
        await player?.takeTurn(effort).catch(async (error: unknown) => {
          players.delete(player);
          miss(player.contender, error);
          await player.peer.stop();
        });
      }
    }
    return { measured: [...players].map((player) => player.result()), absent };
  } finally {
    await Promise.all([...players].map((player) => player.peer.stop()));
  }
}

type Opening = Pick<Measured, 'version' | 'firstMs' | 'losses'>;

class Player {
  readonly peer: Peer;
  readonly contender: Contender;
  private readonly opening: Opening;
  private readonly leastTurns: number;
  private readonly steps: number;
  private readonly times: number[] = [];
  private spentMs = 0;

  private constructor(
    peer: Peer,
    contender: Contender,
    { opening, stepMs, turns }: { opening: Opening; stepMs: number; turns: number },
  ) {
    this.peer = peer;
    this.contender = contender;
    this.opening = opening;
    this.leastTurns = turns;
    this.steps = Math.min(maxStepsPerTurn, Math.max(1, Math.round(turnMs / stepMs)));
  }

  static async begin(contender: Contender): Promise<Player> {
    const peer = await contender.open();
    try {
      const first = await peer.ask(contender.start);
      const { warmUpSteps: steps = 0, turns = 1 } =
        patience.find(({ belowMs }) => first.ms < belowMs) ?? {};
      const warm = steps === 0 ? first : await peer.ask({ op: 'turn', steps });
      return new Player(peer, contender, {
        opening: {
          version: first.version,
          firstMs: first.ms,
          losses: steps === 0 ? first.losses : [...first.losses, ...warm.losses],
        },
        stepMs: warm.ms / warm.losses.length,
        turns,
      });
    } catch (error) {
      await peer.stop();
      throw error;
    }
  }

  async takeTurn({ secondsEach }: Effort): Promise<void> {
    if (this.times.length >= this.leastTurns && this.spentMs > 1000 * secondsEach) return;
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
    const { ms } = await this.peer.ask({ op: 'turn', steps: this.steps });
    this.spentMs += ms;
    this.times.push(ms / this.steps);
  }

  result(): Measured {
    const { name, where, start } = this.contender;
    return {
      name,
      where,
      runner: start.runner,
      form: start.form,
      ...this.opening,
      ms: quartiles(this.times),
      turns: this.times.length,
    };
  }
}

/** Median and quartiles, linearly between the ranks. */
export function quartiles(values: readonly number[]): Quartiles {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (fraction: number) => {
    const rank = fraction * (sorted.length - 1);
    const below = sorted[Math.floor(rank)] ?? NaN;
    const above = sorted[Math.ceil(rank)] ?? NaN;
    return below + (rank - Math.floor(rank)) * (above - below);
  };
  return { low: at(0.25), median: at(0.5), high: at(0.75) };
}

/**
 * The largest relative difference of two runs' first losses: of the same model from the same weights it
 * is rounding, which grows from step to step.
 */
export function lossDifference(a: readonly number[], b: readonly number[]): number {
  const length = Math.min(a.length, b.length);
  const differences = Array.from({ length }, (_, i) => {
    const [x, y] = [a[i] ?? NaN, b[i] ?? NaN];
    return Math.abs(x - y) / Math.max(Math.abs(x), Math.abs(y), 1e-12);
  });
  return Math.max(...differences);
}
