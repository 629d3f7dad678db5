import { WorkingPapersError } from '@working-papers/grad';

/** A command that was typed wrong; its message is the whole line that the terminal shows. */
export class UsageError extends WorkingPapersError {
  override name = 'UsageError';
}
