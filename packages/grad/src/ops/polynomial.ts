import type { DType } from '../dtype.ts';
import type { GraphBuilder } from '../onnx/graphBuilder.ts';

/**
 * The polynomial c_0 + c_1 x + c_2 x^2 + ... by Horner's rule, for functions whose closed form loses
 * digits near 0.
 *
 * @param coefficients - c_0, c_1, ...: at least two.
 */
export function polynomial(
  graph: GraphBuilder,
  x: string,
  coefficients: readonly number[],
  dtype: DType,
): string {
  const [highest, ...lower] = coefficients.map((c) => graph.scalar(c, dtype)).toReversed();
  return lower.reduce(
    (sum, c) => graph.node('Add', [graph.node('Mul', [sum, x]), c]),
    highest ?? graph.scalar(0, dtype),
  );
}
