import { DataError, ShapeError } from '@working-papers/grad';

/** Throws unless two lists of an operation are equally long. */
export function requireSameLength(
  operation: string,
  first: readonly [name: string, length: number],
  second: readonly [name: string, length: number],
): void {
  if (first[1] !== second[1]) {
    const what =
      first[0] === second[0]
        ? `${first[1]} and ${second[1]} ${first[0]}`
        : `${first[1]} ${first[0]} for ${second[1]} ${second[0]}`;
    throw new ShapeError(`${operation}: ${what}; expected as many`);
  }
}

/** Throws unless there are `least` values or more and all are finite. */
export function requireFinite(operation: string, values: ArrayLike<number>, least = 1): void {
  if (values.length < least) {
    throw new DataError(`${operation}: ${values.length} values; expected ${least} or more`);
  }
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) {
      throw new DataError(`${operation}: value ${i} is ${values[i]}; expected a finite number`);
    }
  }
}

/** Throws unless every label is an integer from 0 to `classes` - 1. */
export function requireLabels(
  operation: string,
  labels: ArrayLike<number>,
  classes = Infinity,
  noun = 'label',
): void {
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i]!;
    if (!Number.isInteger(label) || label < 0 || label >= classes) {
      const range = classes === Infinity ? 'from 0' : `from 0 to ${classes - 1}`;
      throw new DataError(`${operation}: ${noun} ${i} is ${label}; expected an integer ${range}`);
    }
  }
}
