import { isIP } from 'node:net';

/**
 * The part of a client's address that is kept and counted: the first 24 bits of IPv4, the first 56 of
 * IPv6, which is what one household or office has. An IPv4 address written as IPv6 counts as IPv4.
 *
 * @returns For example `203.0.113.0/24` or `2001:db8:1:200::/56`; null if it is not an address.
 */
export function networkOf(address: string): string | null {
  const plain = address.replace(/%.*$/, '');
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(plain)?.[1] ?? plain;
  if (isIP(mapped) === 4) return `${mapped.split('.').slice(0, 3).join('.')}.0/24`;
  if (isIP(plain) !== 6) return null;
  const [a = 0, b = 0, c = 0, d = 0] = groupsOf(plain);
  const prefix = [a, b, c, d & 0xff00].map((group) => group.toString(16)).join(':');
  return `${prefix}::/56`;
}

/** The eight groups of an IPv6 address that is known to be one. */
function groupsOf(address: string): number[] {
  const [head = '', tail] = address.split('::');
  const parse = (part: string) =>
    part === ''
      ? []
      : part.split(':').flatMap((group) => {
          if (!group.includes('.')) return [Number.parseInt(group, 16)];
          const [a = 0, b = 0, c = 0, d = 0] = group.split('.').map(Number);
          return [a * 256 + b, c * 256 + d];
        });
  const first = parse(head);
  if (tail === undefined) return first;
  const last = parse(tail);
  const zeros = Array.from({ length: 8 - first.length - last.length }, () => 0);
  return [...first, ...zeros, ...last];
}
