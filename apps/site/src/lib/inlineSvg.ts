/**
 * Makes a figure of paper-kit fit for the inside of a page: without the style sheet by which its file
 * stands alone, since the page has one and its policy allows no other, and without labels on parts,
 * which ARIA forbids inside an image. Title and description of the whole stay.
 *
 * @param svg - As paper-kit wrote it; this is no filter for SVG from elsewhere.
 */
export function inlineSvg(svg: string): string {
  return svg
    .replace(/<style>[\s\S]*?<\/style>/g, '')
    .replace(/ aria-(?:label|description|roledescription)="[^"]*"/g, '');
}
