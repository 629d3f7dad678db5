import { WorkingPapersError } from '@working-papers/grad';

/** Why something that a person asked for is not done; the number is the HTTP status of that. */
export const refusalStatus = {
  /** What was given is not of the expected form. */
  invalid: 400,
  /** Nobody is signed in. */
  unauthenticated: 401,
  /** Whoever it is may not do that. */
  forbidden: 403,
  missing: 404,
  /** It is already there, or has changed meanwhile. */
  conflict: 409,
  /** Too often. */
  limited: 429,
} as const;

/** A request that is answered by saying why not. The message may be shown to whoever asked. */
export class Refusal extends WorkingPapersError {
  override name = 'Refusal';
  readonly reason: keyof typeof refusalStatus;
  /** Only with `limited`: after how many seconds it is worth to ask again. */
  readonly retryAfterSeconds: number | undefined;

  constructor(reason: Refusal['reason'], message: string, retryAfterSeconds?: number) {
    super(message);
    this.reason = reason;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}
