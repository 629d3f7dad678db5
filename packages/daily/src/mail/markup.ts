/** HTML as text whose inserted values are escaped. */
export interface Markup {
  readonly markup: string;
}

/** What may be inserted: text is escaped, markup is taken over, of lists every item. */
export type Insertable = string | number | Markup | readonly Insertable[];

/**
 * Tag of a template that is HTML: html`<p>${text}</p>`. Values stand in elements or in quoted
 * attributes; never in scripts, style sheets or names.
 */
export function html(texts: TemplateStringsArray, ...values: readonly Insertable[]): Markup {
  const parts = texts.map(
    (text, i) => `${text}${i < values.length ? insert(values[i] ?? '') : ''}`,
  );
  return { markup: parts.join('') };
}

function insert(value: Insertable): string {
  if (typeof value === 'string') return escapeHtml(value);
  if (typeof value === 'number') return `${value}`;
  if ('markup' in value) return value.markup;
  return value.map(insert).join('');
}

/** A text that means itself in elements and in quoted attributes. */
function escapeHtml(text: string): string {
  return text
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;')
    .replace(/'/g, '&#39;');
}
