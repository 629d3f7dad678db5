const namespace = 'http://www.w3.org/2000/svg';

/**
 * Makes an SVG element.
 *
 * @param document - The page's document, or one of linkedom.
 * @param name - Tag name.
 * @param attributes - Numbers are written as they are; two decimals are enough for a picture.
 * @param content - Elements, or text.
 */
export function svgElement(
  document: Document,
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  content: readonly Element[] | string = [],
): Element {
  const node = document.createElementNS(namespace, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, String(value));
  if (typeof content === 'string') node.append(document.createTextNode(content));
  else node.append(...content);
  return node;
}
