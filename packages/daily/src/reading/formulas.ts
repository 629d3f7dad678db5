/**
 * LaTeX in other people's text, as MathML. What is returned as `mathml` may stand in a page as it is:
 * it is built of known elements and attributes only, whatever the formula was.
 */
import temml from 'temml';

/** A piece of text: to be escaped, or a formula with its source. */
export type TextPiece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'formula'; readonly source: string; readonly mathml: string };

/** Longer or deeper formulas are shown as they were typed: 2,000 nested subscripts break any renderer. */
const maxSourceLength = 2000;
const maxSourceDepth = 50;
const maxMathmlLength = 60_000;
const maxMathmlDepth = 120;

/** A text with more formulas than this is no abstract; the rest is shown as typed. */
const maxFormulas = 100;

// $$..$$, \[..\], \(..\) and $..$, of which the last must look like a formula and not like two prices.
const delimited =
  /\\\$|\$\$([^$]{1,2000}?)\$\$|\\\[([\s\S]{1,2000}?)\\\]|\\\(([\s\S]{1,2000}?)\\\)|\$(?![\s$])((?:\\.|[^$\\]){1,2000}?)(?<![\s\\])\$(?!\d)/g;

/**
 * Splits a text at its formulas.
 *
 * @param text - As received: nothing in it is trusted.
 * @returns Pieces in order. A formula that cannot be shown stays text, with its delimiters.
 */
export function splitFormulas(text: string): readonly TextPiece[] {
  const pieces: TextPiece[] = [];
  let plain = '';
  let end = 0;
  let count = 0;
  for (const match of text.matchAll(delimited)) {
    const [whole, dollars, brackets, parentheses, dollar] = match;
    plain += text.slice(end, match.index);
    end = match.index + whole.length;
    const display = dollars ?? brackets;
    const source = display ?? parentheses ?? dollar;
    const mathml =
      source === undefined || count >= maxFormulas
        ? undefined
        : renderFormula(source, display !== undefined);
    if (source === undefined || mathml === undefined) {
      plain += whole === '\\$' ? '$' : whole;
      continue;
    }
    count += 1;
    if (plain !== '') pieces.push({ kind: 'text', text: plain });
    plain = '';
    pieces.push({ kind: 'formula', source, mathml });
  }
  plain += text.slice(end);
  if (plain !== '') pieces.push({ kind: 'text', text: plain });
  return pieces;
}

/**
 * A formula as MathML.
 *
 * @returns Undefined if it is no formula, or larger than anybody reads.
 */
export function renderFormula(source: string, isDisplay: boolean): string | undefined {
  if (source.length > maxSourceLength || depthOf(source) > maxSourceDepth) return undefined;
  try {
    const mathml = temml.renderToString(source, {
      displayMode: isDisplay,
      throwOnError: true,
      trust: false,
      strict: false,
      maxExpand: 200,
      maxSize: [20, 20],
    });
    return knownMathml(mathml);
  } catch {
    // A syntax error, or a stack that a formula exhausted: the reader gets the source.
    return undefined;
  }
}

/** How deep groups, commands in a row and scripts nest. */
function depthOf(source: string): number {
  let depth = 0;
  let deepest = 0;
  for (const [token] of source.matchAll(/\\(?:left|begin)\b|\\(?:right|end)\b|\\.|[{}]/g)) {
    if (token === '{' || token === '\\left' || token === '\\begin') depth += 1;
    else if (token === '}' || token === '\\right' || token === '\\end') depth -= 1;
    deepest = Math.max(deepest, depth);
  }
  const chains = source.match(/(?:\\[a-zA-Z]+[\s^_]*|[_^]\s*\\[a-zA-Z]+\s*){2,}/g) ?? [];
  const longest = Math.max(0, ...chains.map((chain) => chain.split('\\').length - 1));
  // A run of symbols is flat, so it may be longer than a nest of groups.
  return Math.max(deepest, longest / 4);
}

const elements = new Set(
  `math semantics mrow mi mn mo ms mtext mspace mfrac msqrt mroot msub msup msubsup munder mover
   munderover mmultiscripts mprescripts mtable mtr mtd mstyle mpadded mphantom merror menclose none`.split(
    /\s+/,
  ),
);
const attributes = new Set(
  `xmlns display mathvariant accent accentunder stretchy fence separator symmetric largeop movablelimits
   form lspace rspace width height depth voffset linethickness minsize maxsize scriptlevel displaystyle
   columnalign rowspacing columnspacing notation intent arg`.split(/\s+/),
);

/** Rebuilds MathML without whatever is not known: no style, address, handler or foreign element. */
function knownMathml(mathml: string): string | undefined {
  if (mathml.length > maxMathmlLength) return undefined;
  let depth = 0;
  let rebuilt = '';
  let end = 0;
  for (const match of mathml.matchAll(/<(\/?)([a-zA-Z]+)((?:\s+[\w:-]+="[^"<>]*")*)\s*(\/?)>/g)) {
    const [whole, closing = '', name = '', given = '', alone = ''] = match;
    const text = mathml.slice(end, match.index);
    if (/[<>]/.test(text) || !elements.has(name)) return undefined;
    const kept = [...given.matchAll(/([\w:-]+)="([^"]*)"/g)]
      .filter(([, attribute = '']) => attributes.has(attribute))
      .map(([attribute]) => ` ${attribute}`)
      .join('');
    rebuilt += `${text}<${closing}${name}${kept}${alone}>`;
    depth += alone === '/' ? 0 : closing === '/' ? -1 : 1;
    if (depth > maxMathmlDepth || depth < 0) return undefined;
    end = match.index + whole.length;
  }
  return depth === 0 && end === mathml.length ? rebuilt : undefined;
}
