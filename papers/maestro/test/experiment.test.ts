import { expect, test } from 'vitest';
import { experiment } from '../experiment.ts';

test('every preset has cells of different labels, and seeds of two runs do not meet', () => {
  for (const preset of ['quick', 'standard', 'full'] as const) {
    const config = experiment.presets[preset];
    const plans = [0, 1].map((seed) => experiment.cells(config!, seed));
    const labels = plans.flat().map(({ label }) => label);
    expect(new Set(labels).size).toBe(labels.length);
    expect(plans[0]).toHaveLength(plans[1]!.length);
  }
});

test('all methods of a comparison have as many sizes', () => {
  const [mnist] = experiment.presets.standard!.classifiers;
  const sizes = mnist!.recipes.flatMap((recipe) =>
    'sizes' in recipe ? [recipe.sizes.length] : [],
  );
  const lambdas = mnist!.recipes.filter(
    (recipe) => recipe.method === 'Maestro' && 'lambda' in recipe && recipe.lambda > 0,
  );
  expect(new Set([...sizes, lambdas.length])).toEqual(new Set([3]));
});
