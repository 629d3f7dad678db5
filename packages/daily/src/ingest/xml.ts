import { DataError } from '@working-papers/grad';
import { XMLParser, XMLValidator } from 'fast-xml-parser';

/** Elements that may occur several times, and are lists even if they do not. */
const lists = new Set(['entry', 'record', 'author', 'category', 'version', 'creator', 'error']);

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  textNodeName: '#text',
  removeNSPrefix: true,
  parseTagValue: false,
  parseAttributeValue: false,
  isArray: (name) => lists.has(name),
});

/**
 * Parses XML: elements as properties, text as `#text` beside attributes as `@name`, prefixes dropped.
 *
 * @param what - Begins the message.
 * @returns The document; its form has to be checked.
 * @throws {DataError} If it is not whole, or declares a document type: no source does, and entities hide there.
 */
export function parseXml(text: string, what: string): unknown {
  if (/<!(DOCTYPE|ENTITY)/i.test(text)) {
    throw new DataError(`${what}: the answer declares a document type; that is never read`);
  }
  // oxlint-disable-next-line typescript/no-deprecated -- its successor is a package of its own; it goes with version 6.
  const valid = XMLValidator.validate(text);
  if (valid !== true) {
    throw new DataError(`${what}: the answer is not XML, line ${valid.err.line}: ${valid.err.msg}`);
  }
  try {
    const document: unknown = parser.parse(text);
    return document;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new DataError(`${what}: the answer is not XML: ${why.slice(0, 200)}`);
  }
}
