/**
 * The last part of an address made of a name: `José Álvarez` becomes `jose-alvarez`. A name without
 * any Latin letter or digit keeps its own letters.
 */
export function nameId(name: string): string {
  const plain = name
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .toLowerCase();
  const id = plain.replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '');
  return id === '' ? name.trim().toLowerCase() : id;
}
