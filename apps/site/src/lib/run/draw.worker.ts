/** Draws figures, so that neither the page nor the computation waits for it. */
import type { Figure, Row } from '@working-papers/paper-kit';
import { renderFigure } from '@working-papers/paper-kit/figures';
import { parseHTML } from 'linkedom/worker';
import { inlineSvg } from '../inlineSvg.ts';
import { explainFailure } from './explain.ts';
import type { DrawnFigure, DrawReply, DrawRequest } from './messages.ts';
import { loadRunnablePaper } from './papers.ts';

const rows: Row[] = [];

self.onmessage = async ({ data }: MessageEvent<DrawRequest>) => {
  const reply = await draw(data).then(
    (figures): DrawReply => ({
      kind: 'drawn',
      figures: figures.map((figure) => toText(figure, data.width)),
    }),
    (error: unknown): DrawReply => ({ kind: 'failed', message: explainFailure(error) }),
  );
  self.postMessage(reply);
};

async function draw(request: DrawRequest): Promise<readonly Figure[]> {
  const { experiment, demo } = await loadRunnablePaper(request.slug);
  if (request.kind === 'frame') return demo?.draw(request.frame, request.settings) ?? [];
  rows.push(...request.rows);
  return rows.length === 0 ? [] : experiment.figures(rows);
}

/** An XML document, because an HTML one writes & and < unescaped in attributes. */
const document = new (parseHTML('').DOMParser)().parseFromString('<svg/>', 'image/svg+xml');

/** Plot's own default. */
const defaultWidth = 640;

/** Draws it as wide as there is room, so that its text keeps its size on a phone. */
function toText(figure: Figure, room: number): DrawnFigure {
  const { name, title, alt, plot } = figure;
  const width = Math.min(plot.width ?? defaultWidth, room);
  const svg = renderFigure({ ...figure, plot: { ...plot, width } }, document);
  return { name, title, alt, svg: inlineSvg(svg.outerHTML) };
}
