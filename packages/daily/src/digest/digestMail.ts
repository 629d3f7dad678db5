import type { Mail } from '../mail/mailer.ts';
import { html, type Markup } from '../mail/markup.ts';
import { cut, type DigestContent, type DigestPaper } from './content.ts';
import type { DigestSite } from './links.ts';
import { periodInWords, type Period } from './periods.ts';

/** What makes a digest the e-mail of one reader. */
export interface DigestReader {
  readonly email: string;
  /** Of the links of the subscription. */
  readonly token: string;
  readonly messageId: string;
  /** What the subscription is limited to; empty for all papers. */
  readonly filters: string;
}

/** Writes a digest as an e-mail: as text and as HTML that says the same. */
export function writeDigest(content: DigestContent, site: DigestSite, reader: DigestReader): Mail {
  const links = {
    unsubscribe: `${site.origin}/u/${reader.token}`,
    page: `${site.origin}${digestPath(content.period)}`,
  };
  return {
    to: reader.email,
    subject: digestSubject(content),
    text: writeText(content, site, { ...links, filters: reader.filters }),
    html: writeHtml(content, site, { ...links, filters: reader.filters }),
    headers: digestHeaders(content.period, site, reader.token),
    messageId: reader.messageId,
  };
}

/** Where the same stands as a page. */
function digestPath({ cadence, name }: Period): string {
  return `/digest/${cadence}/${name}`;
}

/** The same for every attempt to send the digest of a period to a subscription. */
export function digestMessageId(subscription: string, period: string, domain: string): string {
  return `<${period}.${subscription}@${domain}>`;
}

function digestSubject({ period, papers, total }: DigestContent): string {
  const [first] = papers;
  const what = `${total} ${total === 1 ? 'paper' : 'papers'} of ${periodInWords(period)}`;
  return first === undefined ? what : `${what}: ${cut(first.title, 80)}`;
}

/** RFC 8058 for the button of mail programs, RFC 2369 and 2919 for lists, RFC 3834 against answers. */
function digestHeaders(
  { cadence, name }: Period,
  site: DigestSite,
  token: string,
): Readonly<Record<string, string>> {
  return {
    'List-Unsubscribe': `<${site.origin}/u/${token}>, <mailto:${site.contact}?subject=unsubscribe%20${token}>`,
    'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    'List-Id': `<${cadence}.digest.${site.domain}>`,
    Precedence: 'bulk',
    'Auto-Submitted': 'auto-generated',
    'Feedback-ID': `${name}:${cadence}:digest:workingpapers`,
  };
}

interface Links {
  readonly unsubscribe: string;
  readonly page: string;
  readonly filters: string;
}

function writeText(
  { period, papers, total }: DigestContent,
  site: DigestSite,
  { unsubscribe, page, filters }: Links,
): string {
  const entries = papers.map((paper, i) => {
    const lines = [
      paper.byline,
      paper.beginning,
      marks(paper),
      `${site.origin}/papers/${paper.id}`,
    ];
    const rest = lines.filter((text) => text !== '').map((text) => `   ${text}`);
    return [`${i + 1}. ${paper.title}`, ...rest].join('\n');
  });
  const more = total > papers.length ? [`${total - papers.length} more: ${page}`] : [];
  return `${[
    `${site.title}: ${periodInWords(period)}`,
    ...(filters === '' ? [] : [`Limited to ${filters}.`]),
    ...entries,
    ...more,
    `--\n${reason(period, site)}\nAs a page: ${page}\nChange or end it: ${unsubscribe}`,
  ].join('\n\n')}\n`;
}

/** What it looks like stands with each element, for programs that drop style sheets; the dark colours cannot. */
const look = {
  body: 'margin:0;padding:24px 16px;background:#fbfaf7;color:#1c1b18;font:16px/1.55 -apple-system,Segoe UI,Roboto,Arial,sans-serif',
  column: 'max-width:600px;margin:0 auto',
  soft: 'margin:0;color:#57544c;font-size:14px',
  h1: 'margin:4px 0 0;font:500 28px/1.2 Georgia,Times New Roman,serif',
  h2: 'margin:0 0 4px;font:500 20px/1.3 Georgia,Times New Roman,serif',
  paper: 'padding:20px 0;border-top:1px solid #e3dfd4',
  text: 'margin:6px 0 0',
  marks: 'margin:8px 0 0;font-size:14px;font-weight:600;color:#0b5a62',
  link: 'color:#0b5a62',
  title: 'color:#1c1b18;text-decoration:none',
};

const darkColours = `@media (prefers-color-scheme: dark) {
body { background: #141513 !important; color: #ece9e1 !important; }
.soft { color: #aaa69b !important; }
.title { color: #ece9e1 !important; }
.link, .marks { color: #84d3d6 !important; }
.paper { border-color: #32332e !important; }
}`;

function writeHtml(
  content: DigestContent,
  site: DigestSite,
  { unsubscribe, page, filters }: Links,
): string {
  const { period, papers, total } = content;
  const more =
    total > papers.length
      ? [
          html`<p class="paper" style="${look.paper}">
            <a class="link" style="${look.link}" href="${page}"
              >${total - papers.length} more papers</a
            >
          </p>`,
        ]
      : [];
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <meta name="color-scheme" content="light dark" />
        <meta name="supported-color-schemes" content="light dark" />
        <title>${digestSubject(content)}</title>
        <style>
          ${{ markup: darkColours }}
        </style>
      </head>
      <body style="${look.body}">
        <div style="${look.column}">
          <p class="soft" style="${look.soft}">${site.title}</p>
          <h1 style="${look.h1}">${capital(periodInWords(period))}</h1>
          <p class="soft" style="${look.soft};margin:8px 0 20px">
            ${total}
            ${total === 1 ? 'paper' : 'papers'}${filters === '' ? '' : `, limited to ${filters}`}
          </p>
          ${papers.map((paper) => paperHtml(paper, site))}${more}
          <p class="soft paper" style="${look.soft};${look.paper}">
            ${reason(period, site)}
            <a class="link" style="${look.link}" href="${page}">As a page</a> ·
            <a class="link" style="${look.link}" href="${unsubscribe}">Change or end it</a>
          </p>
        </div>
      </body>
    </html> `.markup;
}

function paperHtml(paper: DigestPaper, site: DigestSite): Markup {
  const url = `${site.origin}/papers/${paper.id}`;
  return html`<div class="paper" style="${look.paper}">
    <h2 style="${look.h2}">
      <a class="title" style="${look.title}" href="${url}">${paper.title}</a>
    </h2>
    ${[
      ...(paper.byline === ''
        ? []
        : [html`<p class="soft" style="${look.soft}">${paper.byline}</p>`]),
      ...(paper.beginning === '' ? [] : [html`<p style="${look.text}">${paper.beginning}</p>`]),
      ...(marks(paper) === ''
        ? []
        : [html`<p class="marks" style="${look.marks}">${marks(paper)}</p>`]),
    ]}
  </div> `;
}

function marks({ runsHere, verdicts }: DigestPaper): string {
  return [...(runsHere ? ['Runs here'] : []), ...(verdicts === '' ? [] : [verdicts])].join(' · ');
}

function reason({ cadence }: Period, { title }: DigestSite): string {
  return `You get this because you confirmed the ${cadence} e-mail of ${title}.`;
}

function capital(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}
