import { createColors } from 'picocolors';
import type { Channel } from '../src/terminal.ts';

/** A stream whose text can be read afterwards. */
export function collectingChannel(
  options: Partial<Pick<Channel, 'isTerminal' | 'width'>> = {},
): Channel & { readonly text: () => string } {
  const chunks: string[] = [];
  return {
    write: (text) => void chunks.push(text),
    isTerminal: false,
    width: 100,
    colors: createColors(false),
    ...options,
    text: () => chunks.join(''),
  };
}
