import { describe, expect, it } from 'vitest';
import { renderFormula, splitFormulas } from '../../src/reading/formulas.ts';

/** What a page would show, with formulas in brackets. */
function shown(text: string): string {
  return splitFormulas(text)
    .map((piece) => (piece.kind === 'text' ? piece.text : `[${piece.source}]`))
    .join('');
}

describe('splitFormulas', () => {
  it.each([
    ['of $n^2$ and \\(m\\)', 'of [n^2] and [m]'],
    ['$$\\sum_i x_i$$ then \\[y\\]', '[\\sum_i x_i] then [y]'],
    ['costs $5 and $10 more', 'costs $5 and $10 more'],
    ['a \\$ sign, $x$', 'a $ sign, [x]'],
    ['$ not a formula $', '$ not a formula $'],
    ['an open $x', 'an open $x'],
    ['', ''],
  ])('reads %s', (text, expected) => {
    expect(shown(text)).toBe(expected);
  });

  it('keeps text as it is, for the page to escape', () => {
    expect(splitFormulas('<img src=x onerror=alert(1)> $a<b$')).toEqual([
      { kind: 'text', text: '<img src=x onerror=alert(1)> ' },
      {
        kind: 'formula',
        source: 'a<b',
        mathml: '<math><mrow><mi>a</mi><mo>&lt;</mo><mi>b</mi></mrow></math>',
      },
    ]);
  });

  it('shows formulas beyond the hundredth as typed', () => {
    const pieces = splitFormulas('$x$ '.repeat(150));
    expect(pieces.filter(({ kind }) => kind === 'formula')).toHaveLength(100);
    expect(pieces.at(-1)).toMatchObject({ kind: 'text', text: `${' $x$'.repeat(50)} ` });
  });

  it('takes time in proportion to its input', () => {
    const hostile = ['\\[', '$$', '\\(', '$a', '\\\\$'].map((piece) => piece.repeat(20_000));
    for (const text of hostile) expect(shown(text).length).toBeGreaterThan(10_000);
  });
});

describe('a hostile formula', () => {
  it.each([
    ['an address', '\\href{javascript:alert(1)}{x}'],
    ['a url', '\\url{javascript:alert(1)}'],
    ['a picture', '\\includegraphics{https://example.org/x.png}'],
    ['data attributes', '\\htmlData{a=b}{x}'],
    ['an id', '\\htmlId{content}{x}'],
    ['a class', '\\class{skip}{x}'],
    ['a style', '\\style{position:fixed}{x}'],
    ['markup', '\\text{<script>alert(1)</script>}'],
    ['a closing tag', '\\text{</math><img src=x onerror=alert(1)>}'],
    ['quotes', '\\text{" onload="alert(1)}'],
    ['colour', '\\color{red}\\colorbox{blue}{x}'],
    ['an operator name', '\\operatorname{<b>}'],
    ['space', '\\rule{9999em}{9999em}\\hspace{9999em}'],
  ])('with %s leaves only known MathML', (_, source) => {
    const mathml = renderFormula(source, false) ?? '';
    const page = mathml.replace(
      /<\/?(?:math|m[a-z]+|semantics|none)(?: [a-z]+="[^"<>]*")*\/?>/g,
      '',
    );
    expect(page).not.toMatch(/[<>]/);
    expect(mathml).not.toMatch(/ (?:style|href|src|id|class|data-\w+|on\w+)="|9999/);
  });

  it.each([
    ['nested subscripts', 'x_{'.repeat(500) + '}'.repeat(500)],
    ['nested roots', '\\sqrt'.repeat(390) + 'x'],
    ['nested fences', '\\left('.repeat(150) + '\\right)'.repeat(150)],
    ['a macro that calls itself', '\\def\\a{\\a\\a}\\a'],
    [
      'macros that double',
      '\\def\\a{xx}' +
        'bcdefghij'
          .split('')
          .map((name, i) => `\\def\\${name}{${`\\${'abcdefghij'[i]}`.repeat(8)}}`)
          .join('') +
        '\\j',
    ],
    ['more than 2,000 characters', 'x'.repeat(2001)],
    ['a syntax error', '\\frac{'],
    ['an unknown command', '\\nosuchcommand'],
  ])('of %s is refused', (_, source) => {
    expect(renderFormula(source, false)).toBeUndefined();
  });

  it('may be as long and deep as formulas are', () => {
    expect(renderFormula('x_{'.repeat(49) + 'y' + '}'.repeat(49), false)).toMatch(/^<math>/);
    expect(renderFormula('\\alpha'.repeat(60), false)).toMatch(/^<math>/);
    expect(renderFormula('x'.repeat(2000), false)).toMatch(/^<math>/);
  });
});
