import { WorkingPapersError } from '@working-papers/grad';
import { z } from 'zod';
import { redact } from '../operation/redact.ts';

/**
 * What is to blame for an e-mail that was not taken: `address` does not exist, for good; `message` was
 * not taken this time; `server` takes none at all now.
 */
export type MailFault = 'address' | 'message' | 'server';

/** An e-mail that was not taken; the message names no address. */
export class MailError extends WorkingPapersError {
  override name = 'MailError';
  readonly fault: MailFault;
  /** Of the server's answer, if there was one. */
  readonly smtpCode: number | undefined;

  constructor(message: string, fault: MailFault, smtpCode?: number) {
    super(message);
    this.fault = fault;
    this.smtpCode = smtpCode;
  }
}

/** What nodemailer's errors carry. */
const failure = z.object({
  message: z.string(),
  command: z.string().optional(),
  responseCode: z.number().optional(),
  response: z.string().optional(),
});

/** What a failure of nodemailer means. */
export function explainMailFailure(error: unknown): MailError {
  const parsed = failure.safeParse(error);
  if (!parsed.success) return new MailError(`mail: ${redact(String(error))}`, 'server');
  const { message, command, responseCode, response = message } = parsed.data;
  const text = `mail: ${command ?? 'connection'}: ${redact(response.trim()).slice(0, 300)}`;
  return new MailError(text, faultOf(command, responseCode, response), responseCode);
}

/**
 * Only what the server says about the mailbox condemns an address (RFC 3463: 5.1 address, 5.2 mailbox).
 * A refusal by policy, 5.7, would hold for every address, so it is the message's fault.
 */
function faultOf(
  command: string | undefined,
  code: number | undefined,
  response: string,
): MailFault {
  const isAboutThisMail = command === 'RCPT TO' || command === 'DATA';
  if (code === undefined || code === 421 || !isAboutThisMail) return 'server';
  if (code < 500) return 'message';
  const status = /^\d{3}[ -](5\.\d{1,3}\.\d{1,3})/.exec(response)?.[1];
  if (status === undefined) return command === 'RCPT TO' ? 'address' : 'message';
  const isMailbox =
    command === 'RCPT TO' ? !status.startsWith('5.7.') : /^5\.(1\.|2\.1$)/.test(status);
  return isMailbox ? 'address' : 'message';
}
