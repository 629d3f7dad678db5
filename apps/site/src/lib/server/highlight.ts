import typescript from 'shiki/langs/typescript.mjs';
import { createHighlighterCore, createCssVariablesTheme } from 'shiki/core';
import { createJavaScriptRegexEngine } from 'shiki/engine/javascript';

/** A piece of a line of code; `kind` is a class name, absent where the text has no colour. */
export interface CodeToken {
  readonly text: string;
  readonly kind?: string;
}

/**
 * Colours TypeScript by names instead of values: the style sheet knows the colours of both themes,
 * and the page needs no inline style.
 *
 * @returns Lines of tokens.
 */
export async function highlightTypeScript(source: string): Promise<readonly CodeToken[][]> {
  const highlighter = await opening;
  const { tokens } = highlighter.codeToTokens(source.trimEnd(), {
    lang: 'typescript',
    theme: 'names',
    // No limit: the source is ours, and a busy machine must not lose colours.
    tokenizeTimeLimit: 0,
  });
  return tokens.map((line) =>
    line.map(({ content, color }) => {
      const kind = /^var\(--code-token-([a-z-]+)\)$/.exec(color ?? '')?.[1];
      return kind === undefined ? { text: content } : { text: content, kind };
    }),
  );
}

const opening = createHighlighterCore({
  themes: [createCssVariablesTheme({ name: 'names', variablePrefix: '--code-' })],
  langs: [typescript],
  engine: createJavaScriptRegexEngine(),
});
