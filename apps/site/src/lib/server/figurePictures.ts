import { inlineSvg } from '../inlineSvg.ts';
import { figureFile } from './repository.ts';
import type { PaperPage, RecordedFigure } from '@working-papers/daily';

/** How a page shows a figure: within itself, or as a file that is loaded when it comes near. */
export type Picture =
  | { readonly kind: 'inline'; readonly svg: string }
  | { readonly kind: 'file'; readonly width: number; readonly height: number };

/** A recorded figure with its picture. */
export interface PicturedFigure extends RecordedFigure {
  /** Of the run that it shows. */
  readonly preset: string;
  /** Address of the file. */
  readonly href: string;
  readonly picture: Picture;
}

/** The figures of the run that decided the first claim, else of the costliest that has any. */
export async function picturesOf(paper: PaperPage): Promise<PicturedFigure[]> {
  const { id, slug, runs, claims } = paper;
  const decisive = claims.find(({ verdict }) => verdict !== null)?.verdict?.runId;
  const run =
    runs.find((one) => one.id === decisive && one.figures.length > 0) ??
    runs.find(({ figures }) => figures.length > 0);
  if (slug === null || run === undefined) return [];
  const pictured = run.figures.map(async (figure): Promise<PicturedFigure[]> => {
    const svg = await figureFile(slug, figure.file);
    if (svg === undefined) return [];
    const href = `/papers/${id}/${figure.file}`;
    return [{ ...figure, preset: run.preset, href, picture: pictureOf(svg) }];
  });
  return (await Promise.all(pictured)).flat();
}

/** Drawings are short and take the page's colours; what holds photographs is neither. */
function pictureOf(svg: string): Picture {
  if (!svg.includes('data:image/')) return { kind: 'inline', svg: inlineSvg(svg) };
  const size = (side: string) =>
    Number(new RegExp(`^<svg[^>]* ${side}="([\\d.]+)"`).exec(svg)?.[1]);
  return { kind: 'file', width: size('width') || 640, height: size('height') || 400 };
}
