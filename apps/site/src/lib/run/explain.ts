import { WorkingPapersError } from '@working-papers/grad';

/** A failure in words for the visitor: what happened and what to do. */
export function explainFailure(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof WorkingPapersError) return message;
  if (/bad_alloc|out of memory|allocation failed/i.test(message)) {
    return 'The browser has no memory left for this run; close other tabs, or choose fewer threads, and run it again.';
  }
  if (/dynamically imported module|failed to fetch|load failed|networkerror/i.test(message)) {
    return 'A file could not be loaded; check the connection, reload the page and run it again.';
  }
  return `The run ended with an unexpected error: ${message}. Reload the page and try again; if it comes back, please report it.`;
}
