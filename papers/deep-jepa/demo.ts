/** The race of the page: five features fill up under gradient descent, once for each objective. */
import * as Plot from '@observablehq/plot';
import { defineDemo, type DemoContext, type Figure } from '@working-papers/paper-kit';
import { descend, type Snapshot } from './descent.ts';
import { learningTimes } from './learningTimes.ts';
import { criticalTime, fixedPoint, type Objective } from './method.ts';
import { stackMoments } from './moments.ts';
import { deepLinearNetwork } from './network.ts';
import { objectives } from './objectives.ts';
import { linearPairModel, momentsOf } from './pairModel.ts';

/** How far one objective has come. */
export interface Lane {
  readonly method: string;
  /** wbar / wbar* of each feature. */
  readonly filled: readonly number[];
  /** Features by the order in which they reached a half; those that have not are missing. */
  readonly finished: readonly number[];
  readonly step: number;
}

/** What the page draws. */
export interface DemoFrame {
  /** Share of the race, from 0 to 1; each lane has its own clock. */
  readonly share: number;
  readonly features: readonly { readonly lambda: number; readonly rho: number }[];
  readonly lanes: readonly Lane[];
}

/** Covariances of the features that stay clean. */
const others = [1, 0.95, 0.9, 0.85];
const frames = 50;
const every = 50;
const learningRates: Readonly<Record<Objective, number>> = { jepa: 0.05, mae: 0.002 };
/** Scale of every matrix at the start, by depth: below half of the fixed points, and off the plateau. */
const layerScales = [0.1, 0.2, 0.28, 0.33];

/** What a visitor sets, what then runs in a worker, and how the page draws it. */
export const demo = defineDemo({
  title: 'A race of features',
  instruction:
    'The first feature has the largest covariance. Add noise to it: the autoencoder still grabs it first, while a deep JEPA comes to leave it for later. With one layer the effect is gone.',
  controls: {
    noise: {
      kind: 'range',
      label: 'Noise on the first feature, in parts of its covariance',
      min: 0,
      max: 1.2,
      step: 0.1,
      value: 1.2,
    },
    lambda: {
      kind: 'range',
      label: 'Its covariance λ',
      min: 1.05,
      max: 1.5,
      step: 0.05,
      value: 1.1,
    },
    depth: { kind: 'range', label: 'Layers of the encoder, L', min: 1, max: 4, step: 1, value: 3 },
  },
  async *run({ noise, lambda, depth }, context): AsyncGenerator<DemoFrame, void, void> {
    const model = linearPairModel([lambda, ...others], [1 / (1 + noise), ...others.map(() => 1)]);
    const features = Array.from(model.lambda, (each, i) => ({ lambda: each, rho: model.rho[i]! }));
    const runs = objectives.map(({ objective, method }) =>
      startLane({ objective, method, depth }, features, context),
    );
    try {
      for (let frame = 0; frame <= frames; frame++) {
        const lanes: Lane[] = [];
        for (const run of runs) lanes.push(await run.advance(frame === 0 ? 1 : run.callsPerFrame));
        yield { share: frame / frames, features, lanes };
      }
    } finally {
      await Promise.all(runs.map((run) => run.stop()));
    }
  },
  draw: (frame) => [bars(frame)],
});

interface RunningLane {
  readonly callsPerFrame: number;
  /** Goes on by some snapshots, at most to the end. */
  readonly advance: (snapshots: number) => Promise<Lane>;
  readonly stop: () => Promise<unknown>;
}

function startLane(
  { objective, method, depth }: { objective: Objective; method: string; depth: number },
  features: DemoFrame['features'],
  { backend, signal }: DemoContext,
): RunningLane {
  const initialScale = (layerScales[depth - 1] ?? 0.33) ** depth;
  const learningRate = learningRates[objective];
  const all = features.map((feature) => ({ objective, depth, ...feature }));
  const slowest = Math.max(
    ...all.map((feature) => criticalTime(feature, { initialScale, fraction: 0.9 }).exact),
  );
  const callsPerFrame = Math.ceil(slowest / (depth * learningRate * every * frames));
  const model = linearPairModel(
    features.map(({ lambda }) => lambda),
    features.map(({ rho }) => rho),
  );
  const network = deepLinearNetwork({ objective, dim: features.length, depth, initialScale });
  const steps = callsPerFrame * every * frames;
  const options = { objective, learningRate, steps, every, backend, signal };
  const descent = descend(network, stackMoments([momentsOf(model)]), options);
  const ends = all.map(fixedPoint);
  const seen: Snapshot[] = [];
  const lane = (): Lane => {
    const last = seen.at(-1);
    const times = learningTimes(
      seen,
      ends.map((end) => end / 2),
    );
    const finished = [...times.keys()]
      .filter((i) => times[i] !== null)
      .toSorted((a, b) => (times[a] ?? 0) - (times[b] ?? 0));
    const filled = ends.map((end, i) => (last?.strengths[i] ?? 0) / end);
    return { method, filled, finished, step: last?.step ?? 0 };
  };
  return {
    callsPerFrame,
    advance: async (snapshots) => {
      for (let i = 0; i < snapshots; i++) {
        const next = await descent.next();
        if (next.done) break;
        seen.push(next.value);
      }
      return lane();
    },
    stop: () => descent.return(network),
  };
}

function bars({ features, lanes, share }: DemoFrame): Figure {
  const names = features.map(
    ({ lambda, rho }, i) => `${i + 1}: λ ${short(lambda)}, ρ ${short(rho)}`,
  );
  const drawn = lanes.flatMap(({ method, filled, finished }) =>
    features.map(({ rho }, i) => {
      const place = finished.indexOf(i);
      return {
        method,
        name: names[i],
        rho,
        filled: Math.min(1, filled[i] ?? 0),
        place: place < 0 ? '' : `${place + 1}.`,
      };
    }),
  );
  const order = (lane: Lane) =>
    lane.finished.length === 0 ? 'none yet' : lane.finished.map((i) => i + 1).join(', ');
  const orders = lanes.map((lane) => `${lane.method} ${order(lane)}`).join('; ');
  return {
    name: 'race',
    title: `Learned so far, in order: ${orders}`,
    alt: `Bars for ${features.length} features in two lanes, filled by how much of each is learned after ${Math.round(100 * share)} % of the race. Order of learning: ${orders}.`,
    plot: {
      width: 640,
      height: 260,
      marginLeft: 110,
      marginRight: 30,
      x: { domain: [0, 1], label: 'learned', tickFormat: '%', ticks: 3 },
      y: { label: null, domain: names },
      fx: { label: null, domain: lanes.map(({ method }) => method) },
      color: { legend: true, label: 'ρ', scheme: 'viridis', domain: [0.3, 1] },
      marks: [
        Plot.barX(drawn, {
          x: () => 1,
          y: 'name',
          fx: 'method',
          fill: 'currentColor',
          fillOpacity: 0.08,
        }),
        Plot.barX(drawn, { x: 'filled', y: 'name', fx: 'method', fill: 'rho' }),
        Plot.text(drawn, {
          x: 1,
          y: 'name',
          fx: 'method',
          text: 'place',
          dx: 14,
          fontWeight: 'bold',
        }),
      ],
    },
  };
}

function short(value: number): string {
  return String(Number(value.toFixed(2)));
}
