import { ShapeError } from '../errors.ts';
import { formatShape, type Shape } from '../shape.ts';

/** The axes of an einsum by name: a letter, or `.0`, `.1` … for those of an ellipsis, from the end. */
export interface Equation {
  /** For each operand, one label per axis. */
  readonly inputs: readonly (readonly string[])[];
  readonly output: readonly string[];
  /** Size of each label; of an ellipsis' axis, that to which the operands broadcast. */
  readonly sizes: ReadonlyMap<string, number>;
}

/**
 * Reads an equation and lays it over the shapes of its operands.
 *
 * @throws {ShapeError} If it is malformed or does not fit; the message quotes both.
 */
export function parseEquation(equation: string, shapes: readonly Shape[]): Equation {
  const fail = (what: string): never => {
    throw new ShapeError(
      `einsum: '${equation}' with ${shapes.map(formatShape).join(' and ') || 'no operands'}: ${what}`,
    );
  };
  const [left = '', right, ...more] = equation.replaceAll(' ', '').split('->');
  const terms = left.split(',');
  const wrong = [...terms, right ?? ''].find((term) => !/^[A-Za-z]*(\.{3})?[A-Za-z]*$/.test(term));
  if (wrong !== undefined || more.length > 0) {
    fail(`${wrong ?? 'more than one ->'} cannot be read; expected letters, commas, ... and ->`);
  }
  if (terms.length !== shapes.length) {
    fail(`the equation has ${terms.length} operands, the call ${shapes.length}`);
  }
  const inputs = terms.map((term, i) => labelsOf(term, shapes[i] ?? [], fail));
  const sizes = sizesOf(inputs, shapes, fail);
  return { inputs, sizes, output: outputOf(right, inputs, fail) };
}

type Fail = (what: string) => never;

function labelsOf(term: string, shape: Shape, fail: Fail): readonly string[] {
  const letters = term.replace('...', '').length;
  const spread = shape.length - letters;
  if (spread < 0 || (spread > 0 && !term.includes('...'))) {
    fail(`'${term}' names ${letters} of the ${shape.length} axes of ${formatShape(shape)}`);
  }
  return expand(term, spread);
}

/** The letters of a term, with the labels of `count` axes in the place of its ellipsis. */
function expand(term: string, count: number): readonly string[] {
  const [before = '', after = ''] = term.split('...');
  const between = Array.from({ length: count }, (_, i) => `.${count - 1 - i}`);
  return [...before.split(''), ...between, ...after.split('')];
}

function sizesOf(
  inputs: readonly (readonly string[])[],
  shapes: readonly Shape[],
  fail: Fail,
): ReadonlyMap<string, number> {
  const sizes = new Map<string, number>();
  inputs.forEach((labels, operand) => {
    labels.forEach((label, axis) => {
      const size = shapes[operand]?.[axis] ?? 1;
      const known = sizes.get(label) ?? size;
      const broadcasts = label.startsWith('.') && (size === 1 || known === 1);
      if (size !== known && !broadcasts) {
        fail(`${label.startsWith('.') ? 'an axis of ...' : label} has sizes ${known} and ${size}`);
      }
      sizes.set(label, Math.max(known, size));
    });
  });
  return sizes;
}

function outputOf(
  term: string | undefined,
  inputs: readonly (readonly string[])[],
  fail: Fail,
): readonly string[] {
  const all = inputs.flat();
  const spread = Math.max(
    ...inputs.map((labels) => labels.filter((label) => label.startsWith('.')).length),
  );
  if (term === undefined) {
    const once = all.filter((label) => !label.startsWith('.') && occurrences(all, label) === 1);
    return [...expand('...', spread), ...once.toSorted()];
  }
  const output = expand(term, term.includes('...') ? spread : 0);
  for (const label of output) {
    if (!all.includes(label)) fail(`no operand has the axis ${label} of the result`);
    if (occurrences(output, label) > 1) fail(`the result has the axis ${label} twice`);
  }
  return output;
}

function occurrences(labels: readonly string[], label: string): number {
  return labels.filter((other) => other === label).length;
}
