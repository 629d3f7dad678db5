/**
 * GPT-2's way to write bytes as text: printable Latin-1 characters stand for themselves, every other byte for
 * a character from U+0100 on, in order. So tokens can be stored as readable text, and a space is Ġ.
 * Source: openai/gpt-2, src/encoder.py, `bytes_to_unicode`.
 */
function isPrintable(byte: number): boolean {
  return (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte !== 0xad);
}

function alphabet(): readonly string[] {
  let others = 0;
  return Array.from({ length: 256 }, (_, byte) =>
    String.fromCharCode(isPrintable(byte) ? byte : 0x100 + others++),
  );
}

/** The character that stands for each byte, [256]. */
export const characterOfByte = alphabet();

/** The byte for which a character stands. */
export const byteOfCharacter: ReadonlyMap<string, number> = new Map(
  characterOfByte.map((character, byte) => [character, byte]),
);
