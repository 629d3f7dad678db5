/**
 * How JEPA avoids noisy features (arXiv:2407.03475). One deep linear encoder W = W_L ... W_1 with a linear
 * head V learns from pairs (x, y) by two objectives that differ in the target alone: y itself, or the
 * encoder's own embedding of y. Where both moments of the data are diagonal, training from a small
 * balanced start falls apart into one equation per coordinate ("feature"): this file holds it, and how
 * long each objective takes to learn a feature. `descent.ts` trains the matrices.
 */
import { ConfigError, eye, stopGradient, type Tensor } from '@working-papers/grad';
import { integrateOnLogGrid, solveOde } from '@working-papers/metrics';

/** What is predicted: the masked autoencoder's input, or JEPA's embedding. */
export type Objective = 'jepa' | 'mae';

/**
 * Second moments E[x x^T], E[x y^T] and E[y y^T] of zero-mean pairs, [..., d, d] each; leading axes are
 * problems side by side.
 */
export interface Moments {
  readonly xx: Tensor;
  readonly xy: Tensor;
  readonly yy: Tensor;
}

/** Parameters, [..., d, d] each. */
export interface LinearNetwork {
  /** W_1 to W_L: the first is applied first. */
  readonly layers: readonly Tensor[];
  /** V: JEPA's predictor, the autoencoder's decoder. */
  readonly head: Tensor;
}

/** W_L ... W_1, [..., d, d]. */
export function encoderProduct(layers: readonly Tensor[]): Tensor {
  return layers.reduce((product, layer) => layer.matmul(product));
}

/**
 * The loss in expectation, from moments alone, so that training needs no samples:
 *
 *     L_MAE  = 1/2 E |V W x - y|^2,     L_JEPA = 1/2 E |V W x - SG(W y)|^2,
 *
 * with SG the stop-gradient.
 *
 * @param options - `isDetached`: false leaves SG out, and JEPA collapses to W = 0. Default true.
 * @returns [...]: one loss per problem.
 */
export function expectedLoss(
  objective: Objective,
  { layers, head }: LinearNetwork,
  { xx, xy, yy }: Moments,
  { isDetached = true }: { readonly isDetached?: boolean } = {},
): Tensor {
  const encoder = encoderProduct(layers);
  const prediction = head.matmul(encoder);
  const embedding = isDetached ? stopGradient(encoder) : encoder;
  const [targetTimesX, targetEnergy] =
    objective === 'jepa'
      ? [embedding.matmul(xy, { transposeB: true }), embedding.matmul(yy).mul(embedding)]
      : [xy.matrixTranspose(), yy.mul(eye(yy.shape.at(-1) ?? 1, { dtype: yy.dtype }))];
  const energy = prediction.matmul(xx).mul(prediction).add(targetEnergy);
  return energy.mul(0.5).sub(prediction.mul(targetTimesX)).sum([-2, -1]);
}

/** The same loss as a mean over samples x and y, [..., batch, d]. */
export function sampleLoss(
  objective: Objective,
  { layers, head }: LinearNetwork,
  x: Tensor,
  y: Tensor,
): Tensor {
  const encoder = encoderProduct(layers);
  const prediction = x.matmul(head.matmul(encoder), { transposeB: true });
  const target = objective === 'jepa' ? y.matmul(stopGradient(encoder), { transposeB: true }) : y;
  return prediction.sub(target).square().sum(-1).mean(-1).mul(0.5);
}

/** One coordinate of diagonal data under an objective. */
export interface Feature {
  readonly objective: Objective;
  /** L, layers of the encoder. */
  readonly depth: number;
  /** Covariance E[x_i y_i] of the two views. */
  readonly lambda: number;
  /** Regression coefficient lambda / E[x_i^2]: noise lowers it and leaves lambda alone. */
  readonly rho: number;
}

/**
 * Right-hand side of the feature's equation. With V = W_a = diag(w) at the start, which training
 * preserves, and wbar = w^L,
 *
 *     JEPA: d wbar/dt = lambda wbar^(3 - 1/L) - (lambda / rho) wbar^3
 *     MAE:  d wbar/dt = lambda wbar^(2 - 1/L) - (lambda / rho) wbar^3
 *
 * where t is L times the time of the gradient flow: a step of gradient descent lasts L * learningRate.
 */
export function featureVelocity(feature: Feature): (wbar: number) => number {
  checkFeature('featureVelocity', feature);
  const { objective, depth, lambda, rho } = feature;
  const power = (objective === 'jepa' ? 3 : 2) - 1 / depth;
  return (wbar) => lambda * wbar ** power - (lambda / rho) * wbar ** 3;
}

/** Where wbar ends: rho^L for JEPA, rho^(L / (L + 1)) for MAE. Zero, the collapse, is unstable. */
export function fixedPoint(feature: Feature): number {
  checkFeature('fixedPoint', feature);
  const { objective, depth, rho } = feature;
  return rho ** (objective === 'jepa' ? depth : depth / (depth + 1));
}

/**
 * wbar(t) by numerical integration in float64.
 *
 * @param initialScale - wbar(0), above 0 and below the fixed point.
 * @param times - Not negative and ascending.
 * @returns wbar at each time.
 * @throws {ConfigError} If the initial scale or the feature is out of range.
 */
export function featureOde(
  feature: Feature,
  initialScale: number,
  times: ArrayLike<number>,
): Float64Array {
  const velocity = featureVelocity(feature);
  checkStart('featureOde', feature, initialScale, 1);
  const tolerances = { relativeTolerance: 1e-9, absoluteTolerance: 1e-12 };
  const isStart = times[0] === 0;
  const all = isStart ? times : [0, ...Array.from(times)];
  const { data } = solveOde((_, [wbar = 0]) => [velocity(wbar)], [initialScale], all, tolerances);
  return isStart ? data : data.slice(1);
}

/** How long a feature takes to be learned. */
export interface CriticalTime {
  /** The first t with wbar(t) = p wbar*, by quadrature of dt = d wbar / velocity on a log grid. */
  readonly exact: number;
  /** Its leading behaviour as wbar(0) -> 0. */
  readonly asymptotic: number;
}

/**
 * The critical time t* of a feature (the paper's theorem), and for eps = wbar(0) -> 0
 *
 *     JEPA: t* = (1/lambda) sum_{n=1}^{2L-1} L / (n rho^(2L-n-1) eps^(n/L)) + O(log 1/eps)
 *     MAE:  t* = (1/lambda) L/(L-1) eps^(-(L-1)/L) + O(1),   (1/lambda) log(1/eps) + O(1) if L = 1.
 *
 * JEPA's second largest term, n = 2L - 2, has a factor 1/rho and diverges: of two features of equal
 * lambda the noisier one falls behind without bound. MAE's leading term is free of rho.
 *
 * @param options - `initialScale`: eps. `fraction`: p, default 0.5. `intervals`: of the grid, default 2,000.
 * @throws {ConfigError} If a setting is out of range, or eps is not below p wbar*.
 */
export function criticalTime(
  feature: Feature,
  options: {
    readonly initialScale: number;
    readonly fraction?: number;
    readonly intervals?: number;
  },
): CriticalTime {
  const { initialScale, fraction = 0.5, intervals = 2000 } = options;
  const velocity = featureVelocity(feature);
  checkStart('criticalTime', feature, initialScale, fraction);
  const end = fraction * fixedPoint(feature);
  const exact = integrateOnLogGrid((wbar) => 1 / velocity(wbar), initialScale, end, { intervals });
  return { exact, asymptotic: leadingTerms(feature, initialScale) };
}

function leadingTerms({ objective, depth: L, lambda, rho }: Feature, eps: number): number {
  if (objective === 'mae') {
    return (L === 1 ? Math.log(1 / eps) : (L / (L - 1)) * eps ** (-(L - 1) / L)) / lambda;
  }
  let sum = 0;
  for (let n = 1; n <= 2 * L - 1; n++) sum += L / (n * rho ** (2 * L - n - 1) * eps ** (n / L));
  return sum / lambda;
}

function checkFeature(name: string, { depth, lambda, rho }: Feature): void {
  const isWhole = Number.isInteger(depth) && depth > 0;
  if (!isWhole) throw new ConfigError(`${name}: depth = ${depth} is not a positive integer`);
  if (!(lambda > 0)) throw new ConfigError(`${name}: lambda = ${lambda} is not positive`);
  if (!(rho > 0)) throw new ConfigError(`${name}: rho = ${rho} is not positive`);
}

function checkStart(name: string, feature: Feature, start: number, fraction: number): void {
  if (!(fraction > 0 && fraction <= 1)) {
    throw new ConfigError(`${name}: fraction = ${fraction} is not between 0 and 1`);
  }
  const { objective, depth, rho } = feature;
  const power = objective === 'jepa' ? 'rho^L' : 'rho^(L / (L + 1))';
  const bound = fraction * fixedPoint(feature);
  if (start > 0 && start < bound) return;
  throw new ConfigError(
    `${name}: initialScale = ${start} for rho = ${rho}, L = ${depth}; the initial scale must be below ` +
      `${fraction === 1 ? '' : `${fraction} `}${power} = ${bound} and above 0`,
  );
}
