import type { PaperRoots } from '@working-papers/papers/catalogue';
import { createColors } from 'picocolors';
import { exitCode } from './exitCode.ts';

/** One of the two streams of the command, and how to write on it. */
export interface Channel {
  readonly write: (text: string) => void;
  /** Whether a person looks at it now, so that lines may be rewritten. */
  readonly isTerminal: boolean;
  /** Columns; 100 where nobody looks. */
  readonly width: number;
  readonly colors: ReturnType<typeof createColors>;
}

/** Standard output carries the data that was asked for, standard error everything else. */
export interface Terminal {
  readonly stdout: Channel;
  readonly stderr: Channel;
}

/** What every command gets: where to write, and where papers are if not in this repository. */
export interface CommandContext {
  readonly terminal: Terminal;
  readonly papers: PaperRoots | undefined;
}

/**
 * Opens the streams of a process. Colours on a terminal only, unless FORCE_COLOR (0 and
 * false forbid) or NO_COLOR (no-color.org) say otherwise. A reader such as `head` may leave early; that ends the process.
 */
export function openTerminal({ stdout, stderr, env }: NodeJS.Process): Terminal {
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(exitCode.ok);
    throw error;
  });
  return { stdout: openChannel(stdout, env), stderr: openChannel(stderr, env) };
}

function openChannel(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv): Channel {
  const isTerminal = stream.isTTY === true && env['TERM'] !== 'dumb';
  const forced = env['FORCE_COLOR'];
  const isForbidden = Boolean(env['NO_COLOR']) || forced === '0' || forced === 'false';
  const hasColors = !isForbidden && (isTerminal || Boolean(forced));
  return {
    write: (text) => void stream.write(text),
    isTerminal,
    width: isTerminal ? Math.max(40, stream.columns || 80) : 100,
    colors: createColors(hasColors),
  };
}

/**
 * Breaks text into lines at spaces. A word longer than a line keeps its own.
 *
 * @param indent - Put before each line; counts towards `width`.
 */
export function wrapText(text: string, width: number, indent = ''): string {
  const lines: string[] = [];
  let line = indent;
  for (const word of text.trim().split(/\s+/)) {
    const isEmpty = line === indent;
    if (!isEmpty && line.length + 1 + word.length > width) {
      lines.push(line);
      line = indent + word;
    } else {
      line += isEmpty ? word : ` ${word}`;
    }
  }
  return [...lines, line].join('\n');
}
