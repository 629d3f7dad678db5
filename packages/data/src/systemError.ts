/** Code and message of whatever Node or npm has thrown. */
export function systemError(error: unknown): { code: unknown; message: string } {
  if (!(error instanceof Error)) return { code: undefined, message: String(error) };
  return { code: 'code' in error ? error.code : undefined, message: error.message };
}
