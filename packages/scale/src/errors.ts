import { WorkingPapersError } from '@working-papers/grad';

/** A database or an object store that cannot be reached, refuses, or answers what it should not. */
export class ServiceError extends WorkingPapersError {
  override name = 'ServiceError';
}

/** A cell whose rows could not be measured; the message names it. */
export class CellError extends WorkingPapersError {
  override name = 'CellError';
}

/** The error itself if its message is for a person, else its code, else its message in one line. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const inner = error instanceof AggregateError ? error.errors.find(isCoded) : undefined;
  const coded = isCoded(error) ? error : inner;
  return coded?.code ?? (error.message.split('\n', 1)[0] || error.name);
}

function isCoded(error: unknown): error is Error & { readonly code: string } {
  return error instanceof Error && 'code' in error && typeof error.code === 'string';
}
