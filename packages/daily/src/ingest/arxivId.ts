/** Identifiers of arXiv: `2409.02426` since April 2007, `hep-th/9901001` before. */
export interface ArxivId {
  /** Without version. */
  readonly id: string;
  /** From 1; undefined if the text names none. */
  readonly version?: number;
}

const forms = String.raw`\d{2}(?:0[1-9]|1[0-2])\.\d{4,5}|[a-z]+(?:-[a-z]+)?(?:\.[A-Z]{2})?/\d{7}`;
const whole = new RegExp(
  String.raw`^(?:(?:https?://)?(?:www\.|export\.)?arxiv\.org/(?:abs|pdf|html)/|https?://huggingface\.co/papers/|oai:arxiv\.org:|arxiv:\s*)?(${forms})(?:v([1-9]\d*))?(?:\.pdf)?/?$`,
  'i',
);
const within = new RegExp(
  String.raw`(?<![\w./-])(?:arxiv:\s*)?(${forms})(?:v[1-9]\d*)?(?![\w-]|\.\d)`,
  'gi',
);
const addresses = new RegExp(
  String.raw`\b(?:arxiv\.org/(?:abs|pdf|html)|huggingface\.co/papers)/(${forms})`,
  'gi',
);

/** Reads a text that is an id, its address on arXiv or Hugging Face, or an OAI identifier. */
export function readArxivId(text: string): ArxivId | null {
  const [, id, version] = whole.exec(text.trim()) ?? [];
  if (id === undefined) return null;
  const plain = plainId(id);
  return version === undefined ? { id: plain } : { id: plain, version: Number(version) };
}

/** All ids in a text, each once and without version, in the order in which they stand. */
export function findArxivIds(text: string): string[] {
  const found = [...text.matchAll(addresses), ...text.matchAll(within)].toSorted(
    (a, b) => a.index - b.index,
  );
  return [...new Set(found.map(([, id = '']) => plainId(id)))];
}

/** Old ids are kept without the subject class, which arXiv has dropped: `math/0309136`. */
function plainId(id: string): string {
  return id.toLowerCase().replace(/^([a-z-]+)\.[a-z]{2}\//, '$1/');
}
