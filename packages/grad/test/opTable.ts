import { dtypes, isFloat, type DType } from '../src/dtype.ts';
import { RuntimeUnavailableError, ShapeError } from '../src/errors.ts';
import type { OpSample } from '../src/op.ts';
import type { Backend } from '../src/runtime/backend.ts';
import {
  expectedOf,
  expectResults,
  prepareCall,
  runCall,
  type AnyOp,
  type Call,
  type Order,
} from './walk.ts';

/** What the walk of an operation's samples showed on a backend. */
export interface Proof {
  /** Element types, of the inputs that samples do not type, with which values are right. */
  readonly dtypes: readonly DType[];
  /** Derivatives that are right: none, first, second. */
  readonly derivatives: Order;
  /** Why not more, if the backend refused some of it. */
  readonly refusal?: string;
}

/** How a walk compares. */
export interface WalkOptions {
  /** Largest error of values and of gradients, times each sample's slack. */
  readonly tolerance: { readonly value: number; readonly gradient: number };
  /** Whether samples with NaN and infinities are left out: WebGPU may assume that there are none. */
  readonly isFinite?: boolean;
}

/**
 * Walks the samples of an operation.
 *
 * @throws An assertion error where a number is wrong: that is a bug and no property of a backend.
 */
export async function prove(backend: Backend, op: AnyOp, options: WalkOptions): Promise<Proof> {
  const right = new Set<DType>();
  let derivatives: Order = 0;
  let refusal: string | undefined;
  for (const dtype of dtypes) {
    const isUndecided = dtype === 'float64' && derivatives === 0 && op.definition.vjp !== null;
    const samples = samplesFor(op, dtype, isUndecided);
    const results: Reached[] = [];
    for (const sample of samples) {
      const reached = await reach(backend, op, { ...options, sample, dtype });
      if (reached !== null) results.push(reached);
    }
    const [first] = results;
    if (first === undefined) continue;
    const refused = results.find((result) => result.refusal !== undefined);
    if (dtype === 'float32' || isUndecided) {
      derivatives = (refused ?? results.reduce((a, b) => (b.order > a.order ? b : a))).order;
    }
    if (refused === undefined || refused.isValueRight) right.add(first.dtype);
    if (dtype === 'float32') refusal = refused?.refusal;
  }
  return { dtypes: [...right], derivatives, ...(refusal !== undefined && { refusal }) };
}

/** All samples in float32, and where that showed no gradient; else the first that leaves the type open. */
function samplesFor(op: AnyOp, dtype: DType, isUndecided: boolean): readonly OpSample<unknown>[] {
  const { samples } = op.definition;
  if (dtype === 'float32' || isUndecided) return samples;
  return samples.filter(isOpen).slice(0, 1);
}

/** Whether a sample leaves the element type of an input to the walk. */
function isOpen({ shapes, dtypes: typed }: OpSample<unknown>): boolean {
  return shapes.some((_, i) => typed?.[i] === undefined);
}

interface Reached {
  /** That under test, or of the first input if the sample types all. */
  readonly dtype: DType;
  readonly isValueRight: boolean;
  readonly order: Order;
  readonly refusal?: string;
}

interface SampleOptions extends WalkOptions {
  readonly sample: OpSample<unknown>;
  readonly dtype: DType;
}

/** How far a sample gets; null if it does not apply. */
async function reach(
  backend: Backend,
  op: AnyOp,
  { sample, dtype, tolerance, isFinite = false }: SampleOptions,
): Promise<Reached | null> {
  const call = callOf(op, sample, dtype);
  if (call === null) return null;
  // What a sample makes float64 by itself counts there.
  const isWide = [...call.inputs, ...call.outputs].some((value) => value.dtype === 'float64');
  if (isWide && dtype !== 'float64') return null;
  const wanted =
    isFloat(dtype) && call.dys.some((dy) => dy !== null) ? (sample.differentiable ?? 2) : 0;
  if (isFinite && !isAllFinite(call, wanted)) return null;
  const slack = sample.slack ?? 1;
  const reached = { dtype: isOpen(sample) ? dtype : (call.inputs[0]?.dtype ?? dtype) };
  let refusal: string | undefined;
  for (const order of ([2, 1, 0] as const).filter((candidate) => candidate <= wanted)) {
    try {
      const actual = await runCall({ backend }, call, order);
      const exact = { value: slack * tolerance.value, gradient: slack * tolerance.gradient };
      expectResults(actual, expectedOf(call, order), {
        call,
        tolerance: exact,
        what: backend.name,
      });
      return { ...reached, isValueRight: true, order, ...(refusal !== undefined && { refusal }) };
    } catch (error) {
      if (!(error instanceof RuntimeUnavailableError)) throw error;
      refusal = lackOf(error.message);
    }
  }
  return { ...reached, isValueRight: false, order: 0, refusal: refusal ?? '' };
}

function callOf(op: AnyOp, sample: OpSample<unknown>, dtype: DType): Call | null {
  try {
    return prepareCall(op, sample, dtype);
  } catch (error) {
    if (error instanceof ShapeError) return null;
    throw error;
  }
}

function isAllFinite(call: Call, order: Order): boolean {
  const { ys, grads, seconds } = expectedOf(call, order);
  return [...ys, ...grads, ...seconds].flat().every(Number.isFinite);
}

/** What a refusal says is missing. */
function lackOf(message: string): string {
  const [, operators] = /does not run (.*?), which would be left to the CPU/.exec(message) ?? [];
  const [, kernel] =
    /(?:which has no|Could not find an implementation for) (\w+)/.exec(message) ?? [];
  const operator = operators ?? kernel;
  if (operator !== undefined) return `no ${operator}`;
  if (message.includes('would run a part')) return 'a part of a gradient would run on the CPU';
  throw new Error(`not a refusal that the table can explain: ${message}`);
}

/** A proof in a line, as the checked-in tables hold it: `float32 float64, 2 derivatives`. */
export function proofText({ dtypes: types, derivatives, refusal }: Proof): string {
  const proved = `${types.join(' ') || 'nothing'}, ${derivatives} derivatives`;
  return refusal === undefined ? proved : `${proved}: ${refusal}`;
}

/** The text of a table. */
export function tableText(rows: Readonly<Record<string, unknown>>): string {
  return `${JSON.stringify(rows, null, 2)}\n`;
}
