import { keyOf, foldIn, integers, normals } from '@working-papers/grad';

/** Images of 4 x 4 pixels in ten classes: a bright pixel in a place of its own, under noise. */
export function blobs(name: string, count: number) {
  const key = foldIn(keyOf(3), name);
  const labels = Uint8Array.from(integers(foldIn(key, 'labels'), count, 10));
  const noise = normals(foldIn(key, 'noise'), count * 16);
  const pixels = Uint8Array.from(noise, (value, i) => {
    const isBright = i % 16 === labels[Math.floor(i / 16)];
    return Math.max(0, Math.min(255, 60 + 30 * value + (isBright ? 120 : 0)));
  });
  return { pixels, labels, count, height: 4, width: 4, channels: 1 };
}
