import { DataError, RuntimeUnavailableError } from '../errors.ts';
import { labelOf, type LoweredGraph } from '../onnx/lower.ts';
import type { Backend } from '../runtime/backend.ts';
import { formatShape } from '../shape.ts';
import type { GraphNode, TensorSpec } from '../tensor.ts';
import { lineOf } from './origin.ts';

// Both runtimes report errors in these words, with the node names that we gave.
const missingKernel = /Could not find an implementation for (\S+) node with name '([^']+)'/;
const failedNode = /running \S+ node\. Name:'([^']+)' Status Message: ([^\n]*)/;

/** Why a backend does not take a graph: which operation it lacks, on what, and what else runs it. */
export function explainRefusal(
  error: unknown,
  { name, backend, graph }: { name: string; backend: Backend; graph: LoweredGraph },
): unknown {
  const [, kernel, nodeName = ''] = missingKernel.exec(messageOf(error)) ?? [];
  const node = graph.operations.get(labelOf(nodeName));
  if (kernel === undefined || node === undefined) return error;
  const specs = node.inputs.map(formatSpec).join(' and ') || node.outputs.map(formatSpec).join();
  return new RuntimeUnavailableError(
    `${name}: ${node.name} of ${specs}${builtAt(node)} does not run on ${backend.name}, which has no ${kernel} for it; use another element type or backend`,
    { cause: error },
  );
}

/** Why a run failed: which operation refused its values. */
export function explainRunError(error: unknown, name: string): unknown {
  const [, nodeName, reason] = failedNode.exec(messageOf(error)) ?? [];
  if (nodeName === undefined || reason === undefined) return error;
  const operation = labelOf(nodeName).replace(/_\d+$/, '');
  return new DataError(`${name}: ${operation} refused its values: ${reason.trim()}`, {
    cause: error,
  });
}

/** `; built at file:line:column` where lines are recorded. */
export function builtAt({ origin }: GraphNode): string {
  if (origin === undefined) return '';
  const inGradient =
    origin.gradientOf === undefined ? '' : ` in the gradient of ${origin.gradientOf}`;
  const line = lineOf(origin);
  return `${inGradient}${line === null ? '' : `, built at ${line},`}`;
}

function formatSpec({ dtype, shape }: TensorSpec): string {
  return dtype + formatShape(shape);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
