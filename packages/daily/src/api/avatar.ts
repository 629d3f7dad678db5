import { createHash } from 'node:crypto';

/** A picture for a name, as SVG: five by five squares, the same left and right, in one colour. */
export function avatarSvg(name: string): string {
  const bytes = createHash('sha256').update(name).digest();
  const hue = Math.round(((bytes[0] ?? 0) / 256) * 360);
  const squares = Array.from({ length: 15 }, (_, cell) => {
    if ((bytes[1 + cell] ?? 0) % 2 === 0) return '';
    const [column, row] = [cell % 3, Math.floor(cell / 3)];
    return [...new Set([column, 4 - column])]
      .map((x) => `<path d="M${x + 1} ${row + 1}h1v1h-1z"/>`)
      .join('');
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 7 7" shape-rendering="crispEdges"><path fill="hsl(${hue} 35% 92%)" d="M0 0h7v7H0z"/><g fill="hsl(${hue} 45% 40%)">${squares.join('')}</g></svg>`;
}
