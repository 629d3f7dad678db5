/**
 * An error of an interface for programs, as RFC 9457 has it.
 *
 * @param detail - What is wrong, with the value that was seen.
 * @param more - Further members, for example the parameter.
 */
export function problem(
  status: number,
  detail: string,
  more: Readonly<Record<string, string>> = {},
): Response {
  return new Response(JSON.stringify({ status, detail, ...more }), {
    status,
    headers: { 'Content-Type': 'application/problem+json' },
  });
}
