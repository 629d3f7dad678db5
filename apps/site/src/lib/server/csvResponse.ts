/**
 * An answer that a browser saves as a file.
 *
 * @param name - Of the file; letters, digits, hyphens and points only.
 */
export function csvResponse(text: string, name: string): Response {
  return new Response(text, {
    headers: {
      'Content-Type': 'text/csv; charset=utf-8; header=present',
      'Content-Disposition': `attachment; filename="${name}"`,
      'Cache-Control': 'no-cache',
    },
  });
}
