import Builder from 'fast-xml-builder';

const builder = new Builder({
  attributeNamePrefix: '@',
  ignoreAttributes: false,
  // An attribute whose value is `true` is written with it.
  suppressBooleanAttributes: false,
  suppressEmptyNode: true,
});

/** An XML document: elements by name, attributes by `@` and name, text as `#text`; all escaped. */
export function xmlDocument(content: object): string {
  return builder.build({ '?xml': { '@version': '1.0', '@encoding': 'UTF-8' }, ...content });
}

/** A text without the characters that no XML document may hold, escaped or not. */
export function xmlText(text: string): string {
  return text.replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '');
}
