import { XMLParser } from 'fast-xml-parser';
import temml from 'temml';
import { z } from 'zod';

/** Longer formulas stay as they are written. */
const maxLength = 2000;

/** `$x$`, `$$x$$` and `\(x\)`; not "$5 to $10". */
const formula = /\$\$([^$]+)\$\$|\$(?!\s)([^$\n]+?)(?<!\s)\$(?!\d)|\\\((.+?)\\\)/gs;

/**
 * A text with formulas in LaTeX as one that reads without them: `$\alpha^2$` becomes α². What has no
 * place on a line is written out, a fraction as a/b; a formula that cannot be read stays as it is.
 */
export function plainMath(text: string): string {
  return text.replace(formula, (whole: string, ...parts: (string | undefined)[]) => {
    const source = parts.slice(0, 3).find((part) => part !== undefined) ?? '';
    if (source.length > maxLength) return whole;
    return linear(source) ?? whole;
  });
}

const parser = new XMLParser({
  preserveOrder: true,
  trimValues: false,
  parseTagValue: false,
  ignoreAttributes: true,
});

function linear(source: string): string | null {
  try {
    const math = temml.renderToString(source, {
      throwOnError: true,
      trust: false,
      maxExpand: 200,
      maxSize: [10, 10],
    });
    return textOf(childrenOf(parser.parse(math)))
      .replace(/\s+/g, ' ')
      .trim();
  } catch {
    // Not LaTeX, or nested too deeply: the reader gets what the authors wrote.
    return null;
  }
}

interface Element {
  readonly name: string;
  readonly text: string;
  readonly children: readonly Element[];
}

const nodes = z.array(z.record(z.string(), z.unknown()));

function childrenOf(parsed: unknown): Element[] {
  return nodes.parse(parsed).map((node) => {
    const [name = '', value] = Object.entries(node)[0] ?? [];
    if (name === '#text') return { name, text: String(value), children: [] };
    return { name, text: '', children: childrenOf(value) };
  });
}

function textOf(elements: readonly Element[]): string {
  return elements.map(write).join('');
}

/** Characters that say nothing in a line: function application and other invisible operators. */
const invisible = /[\u2061-\u2064]/g;
const relation = /^[=≠≈≡≤≥<>∈∉⊂⊆→←↦∼≪≫×±⊕⊗∪∩∝]$/u;

function write({ name, text, children }: Element): string {
  const part = (i: number) => textOf(children.slice(i, i + 1));
  switch (name) {
    case '#text':
      return text.replace(invisible, '');
    case 'mspace':
      return ' ';
    case 'mo': {
      const sign = textOf(children);
      return relation.test(sign) ? ` ${sign} ` : sign;
    }
    case 'mfrac':
      return `${grouped(part(0))}/${grouped(part(1))}`;
    case 'msqrt':
      return `√${grouped(textOf(children))}`;
    case 'mroot':
      return `${raised(part(1))}√${grouped(part(0))}`;
    case 'msup':
    case 'mover':
      return name === 'msup' ? `${part(0)}${raised(part(1))}` : accented(part(0), part(1));
    case 'msub':
    case 'munder':
      return `${part(0)}${lowered(part(1))}`;
    case 'msubsup':
    case 'munderover':
      return `${part(0)}${lowered(part(1))}${raised(part(2))}`;
    default:
      return textOf(children);
  }
}

function grouped(text: string): string {
  return Array.from(text).length > 1 && !/^[\d.]+$|^\(.*\)$|^[^+\-−/ ]{1,3}$/su.test(text)
    ? `(${text})`
    : text;
}

const superscripts = pairs(
  '0123456789+−-=()abcdefghijklmnoprstuvwxyzT∗*′',
  '⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᵀ**′',
);
const subscripts = pairs('0123456789+−-=()aehijklmnoprstuvx', '₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ');
const accents = pairs(
  '^ˆ~˜¯‾ˉ˙¨→⃗',
  '\u0302\u0302\u0303\u0303\u0304\u0304\u0304\u0307\u0308\u20d7\u20d7',
);

function pairs(from: string, to: string): ReadonlyMap<string, string> {
  const targets = Array.from(to);
  return new Map(Array.from(from, (character, i) => [character, targets[i] ?? character]));
}

function raised(text: string): string {
  return moved(text, superscripts) ?? `^${grouped(text)}`;
}

function lowered(text: string): string {
  return moved(text, subscripts) ?? `_${grouped(text)}`;
}

function moved(text: string, table: ReadonlyMap<string, string>): string | undefined {
  const characters = Array.from(text)
    .filter((character) => character !== ' ')
    .map((one) => table.get(one));
  return characters.includes(undefined) ? undefined : characters.join('');
}

function accented(base: string, sign: string): string {
  const mark = accents.get(sign.trim());
  if (mark !== undefined && Array.from(base).length === 1) return `${base}${mark}`;
  return mark === undefined ? `${base}${raised(sign)}` : base;
}
