/**
 * A number in [0, 1) that depends on a name only: the first 32 bits of the SHA-256 of its UTF-8 bytes,
 * big-endian, over 2^32.
 */
export async function fractionOf(name: string): Promise<number> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(name));
  return new DataView(digest).getUint32(0) / 2 ** 32;
}
