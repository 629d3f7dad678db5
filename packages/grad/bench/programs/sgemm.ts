/** One product of two square matrices in float32. */
import {
  compile,
  foldIn,
  keyOf,
  matmul,
  uniform,
  type Backend,
  type Tensor,
} from '../../src/index.ts';
import type { Program, Settings } from '../program.ts';

/** Two matrices with elements in [-1, 1). */
export function inputs({ size = 512 }: Settings) {
  const key = keyOf(1);
  return {
    a: uniform(foldIn(key, 'a'), [size, size], -1, 1),
    b: uniform(foldIn(key, 'b'), [size, size], -1, 1),
  };
}

/** The product; its first element is what a step returns, and all that leaves the runtime. */
export async function make(backend: Backend, settings: Settings): Promise<Program> {
  const { a, b } = inputs(settings);
  const product = compile(
    (left: Tensor, right: Tensor) =>
      matmul(left, right).slice({ axis: 0, end: 1 }).slice({ axis: 1, end: 1 }),
    { backend, name: 'sgemm' },
  );
  return {
    name: 'sgemm',
    run: async () => (await product(a, b)).item(),
    dispose: product.dispose,
  };
}
