import { describe, expect, it } from 'vitest';
import { plainMath } from '../../src/digest/plainMath.ts';

describe('formulas as text', () => {
  it.each([
    ['an $\\alpha^2$-test', 'an α²-test'],
    ['in $\\mathbb{R}^n$', 'in ℝⁿ'],
    ['$x_{t+1} = x_t$', 'xₜ₊₁ = xₜ'],
    ['$O(n \\log n)$', 'O(n log n)'],
    ['$\\frac{1}{2}$ of it', '1/2 of it'],
    ['$\\frac{a+b}{c}$', '(a+b)/c'],
    ['$10^{-3}$', '10⁻³'],
    ['$3\\times$ faster', '3 × faster'],
    ['$\\sqrt{d_k}$', '√dₖ'],
    ['$\\mathbf{W}_q$', '𝐖_q'],
    ['$\\hat{x}$', 'x̂'],
    ['\\(a \\leq b\\) and $$c < d$$', 'a ≤ b and c < d'],
  ])('%s reads %s', (text, expected) => {
    expect(plainMath(text)).toBe(expected);
  });

  it.each([
    'It costs $5 to $10.',
    'A lone $ sign',
    '$\\foo{$ is broken',
    `$${'x'.repeat(2001)}$`,
    `$${'x_{'.repeat(600)}${'}'.repeat(600)}$`,
  ])('%s stays as it is', (text) => {
    expect(plainMath(text)).toBe(text);
  });

  it('keeps what looks like HTML as text', () => {
    expect(plainMath('<b>$a<b$</b>')).toBe('<b>a < b</b>');
  });
});
