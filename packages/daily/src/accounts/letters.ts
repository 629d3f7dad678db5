import type { Mail } from '../mail/mailer.ts';

/** What every letter of this folder has. */
export interface Letter {
  readonly to: string;
  readonly subject: string;
  readonly paragraphs: readonly string[];
  readonly link?: { readonly text: string; readonly url: string };
  /** After the link: what else to know. */
  readonly closing?: string;
}

/** Writes a letter as text and as HTML that says the same. */
export function writeLetter(
  { to, subject, paragraphs, link, closing }: Letter,
  siteTitle: string,
): Mail {
  const end = [...(closing === undefined ? [] : [closing]), siteTitle];
  const text = [...paragraphs, ...(link === undefined ? [] : [link.url]), ...end].join('\n\n');
  const before = paragraphs.map((paragraph) => `<p>${escape(paragraph)}</p>`);
  const after = end.map((paragraph) => `<p style="color:#57544c">${escape(paragraph)}</p>`);
  const button =
    link === undefined
      ? []
      : [
          `<p><a href="${escape(link.url)}" style="display:inline-block;padding:12px 20px;border-radius:8px;background:#0b5a62;color:#ffffff;text-decoration:none">${escape(link.text)}</a></p>`,
          `<p style="color:#57544c">Or open this address:<br>${escape(link.url)}</p>`,
        ];
  const body = [...before, ...button, ...after].join('\n');
  return {
    to,
    subject: oneLine(subject),
    text: `${text}\n`,
    html: `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="color-scheme" content="light dark"><title>${escape(oneLine(subject))}</title></head>
<body style="font:16px/1.6 sans-serif;max-width:36rem;margin:0 auto;padding:24px">
${body}
</body></html>
`,
    headers: { 'Auto-Submitted': 'auto-generated' },
  };
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

function escape(text: string): string {
  return text
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;');
}
