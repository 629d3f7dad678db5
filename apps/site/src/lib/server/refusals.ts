import { error, fail, type ActionFailure } from '@sveltejs/kit';
import { Refusal, refusalStatus } from '@working-papers/daily';
import { problem } from './problem.ts';

/** For a page's data: what is refused becomes an error page. */
export async function orErrorPage<Value>(value: Promise<Value>): Promise<Value> {
  try {
    return await value;
  } catch (cause) {
    if (!(cause instanceof Refusal)) throw cause;
    return error(refusalStatus[cause.reason], { message: cause.message });
  }
}

/** For a form: what is refused stands beside the form as `form.message`. */
export async function orFailure<Value>(
  value: Promise<Value>,
): Promise<Value | ActionFailure<{ readonly message: string }>> {
  try {
    return await value;
  } catch (cause) {
    if (!(cause instanceof Refusal)) throw cause;
    return fail(refusalStatus[cause.reason], { message: cause.message });
  }
}

/** For an interface of programs: what is refused becomes a problem document. */
export async function orProblem(response: Promise<Response>): Promise<Response> {
  try {
    return await response;
  } catch (cause) {
    if (!(cause instanceof Refusal)) throw cause;
    const answer = problem(refusalStatus[cause.reason], cause.message);
    const { retryAfterSeconds } = cause;
    if (retryAfterSeconds !== undefined) answer.headers.set('Retry-After', `${retryAfterSeconds}`);
    return answer;
  }
}
