import type { MethodEntry } from '@working-papers/paper-kit';
import type { Recipe } from './classifiers.ts';

/**
 * Peak learning rates: the best of 0.05, 0.1 and 0.2 for each method, by accuracy on 5,000 held-out training
 * images of MNIST after four epochs of LeNet on 20,000 others, seed 1000. Of methods with sizes the middle
 * one was tried; Maestro was best at 0.1 with and without lasso.
 */
export const learningRates: Readonly<Record<Recipe['method'], number>> = {
  Maestro: 0.1,
  'Maestro, independent ranks': 0.1,
  'Maestro, full pass': 0.1,
  dense: 0.1,
  'SVD, fine-tuned': 0.1,
  'fixed rank': 0.2,
  narrower: 0.1,
  'pruned MLP': 0.1,
};

const tuned = {
  trials: 3,
  what: 'learning rate 0.05, 0.1 or 0.2, by accuracy on held-out training images of MNIST, seed 1000',
};
const inherited = { trials: 0, what: "the method's settings" };

/**
 * What rows name as `method`, and what was spent on it. Sizes (lambda, ranks, widths, weights) are not
 * tuned: every method of the comparison has three of them, and curves are compared.
 */
export const methods: readonly MethodEntry[] = [
  { method: 'Maestro', role: 'method', tuning: tuned },
  {
    method: 'LoD',
    role: 'method',
    tuning: { trials: 0, what: "the rates of the paper's notebooks" },
  },
  { method: 'no sampling', role: 'control', tuning: inherited },
  { method: 'dense', role: 'baseline', tuning: tuned },
  {
    method: 'truncated SVD',
    role: 'baseline',
    tuning: { trials: 'nothing to tune', what: 'a closed form of the dense network' },
  },
  { method: 'SVD, fine-tuned', role: 'baseline', tuning: tuned },
  { method: 'fixed rank', role: 'baseline', tuning: tuned },
  { method: 'narrower', role: 'baseline', tuning: tuned },
  { method: 'pruned MLP', role: 'baseline', tuning: tuned },
  { method: 'Maestro, independent ranks', role: 'ablation', tuning: inherited },
  { method: 'Maestro, full pass', role: 'ablation', tuning: inherited },
];
