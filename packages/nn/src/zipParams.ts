import { ShapeError, zipTensors, type Tensor } from '@working-papers/grad';

/**
 * Combines two trees of one form, tensor by tensor.
 *
 * @throws {ConfigError} If they differ in form; the message names the first path.
 */
export function zipParams<Params>(
  first: Params,
  second: Params,
  combine: (a: Tensor, b: Tensor, path: string) => Tensor,
): Params {
  return zipTensors([first, second], ([a, b], path) => {
    if (a === undefined || b === undefined) throw new Error('internal: zipTensors gave one tensor');
    return combine(a, b, path);
  });
}

/**
 * Checks that gradients are those of `params`: broadcasting would make the parameter larger, or repeat
 * one number over it.
 *
 * @throws {ConfigError} If they differ in form.
 * @throws {ShapeError} If a gradient has another shape than its parameter.
 */
export function checkGradients<Params>(operation: string, params: Params, gradients: Params): void {
  zipParams(params, gradients, (p, g, path) => {
    if (p.shape.join() !== g.shape.join()) {
      throw new ShapeError(
        `${operation}: the gradient of ${path || 'the parameter'} is [${g.shape.join(', ')}]; expected [${p.shape.join(', ')}]`,
      );
    }
    return p;
  });
}
