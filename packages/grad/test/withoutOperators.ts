import type { Backend } from '../src/runtime/backend.ts';

/**
 * The same backend, which says that it lacks operators: lowerings then compose them of others, as they do
 * where the operators are really missing.
 *
 * @param names - For example `Sign` or `com.microsoft.FusedMatMul`.
 */
export function withoutOperators(backend: Backend, names: readonly string[]): Backend {
  const { capabilities } = backend;
  const supports = (operator: string) =>
    !names.includes(operator) && capabilities.supports(operator);
  return {
    ...backend,
    name: `${backend.name} without ${names.join(', ')}`,
    capabilities: { ...capabilities, supports },
  };
}
