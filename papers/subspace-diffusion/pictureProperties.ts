/** Properties of a small grey picture that a person would name, measured. */

/** The properties, in the order in which they are measured. */
const propertyNames = ['ink', 'width', 'height', 'slant', 'across', 'down'] as const;

/**
 * Ink (sum of the grey values), width and height (standard deviations of the ink across and down, in
 * pixels), slant (shift across for each pixel down), and the centre of the ink.
 *
 * @param image - Row-major, [side, side], 0 where there is no ink to 1; values outside are cut.
 * @returns One number for each of {@link propertyNames}; all 0 for an empty picture.
 */
export function pictureProperties(image: ArrayLike<number>, side: number): number[] {
  let [ink, x, y, xx, yy, xy] = [0, 0, 0, 0, 0, 0];
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      const grey = Math.min(1, Math.max(0, image[row * side + column]!));
      ink += grey;
      x += grey * column;
      y += grey * row;
      xx += grey * column ** 2;
      yy += grey * row ** 2;
      xy += grey * column * row;
    }
  }
  if (ink === 0) return propertyNames.map(() => 0);
  const [across, down] = [x / ink, y / ink];
  const [varianceX, varianceY] = [xx / ink - across ** 2, yy / ink - down ** 2];
  const covariance = xy / ink - across * down;
  const slant = varianceY > 0 ? covariance / varianceY : 0;
  return [
    ink,
    Math.sqrt(Math.max(0, varianceX)),
    Math.sqrt(Math.max(0, varianceY)),
    slant,
    across,
    down,
  ];
}

/**
 * How much one property changes alone: the largest change divided by the sum of all, from 1/6 (all
 * change alike) to 1 (one alone).
 *
 * @param changes - In units of each property's spread over the data.
 */
export function concentration(changes: readonly number[]): number {
  const sizes = changes.map(Math.abs);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  return total === 0 ? 0 : Math.max(...sizes) / total;
}
