import { checks, type Finding } from './doctorChecks.ts';
import { exitCode } from './exitCode.ts';
import { wrapText, type CommandContext } from './terminal.ts';

/**
 * `wp doctor`: looks at everything that runs need or can use, and says what to do about it.
 *
 * @returns The exit code: 3 if something fails, 0 even if something only warns.
 */
export async function doctorCommand(
  { json }: { readonly json: boolean },
  { terminal: { stdout, stderr } }: CommandContext,
): Promise<number> {
  const findings: Finding[] = [];
  for (const check of checks) {
    const finding = await check();
    findings.push(finding);
    stdout.write(json ? `${JSON.stringify(finding)}\n` : `${toLines(finding, stdout)}\n`);
  }
  const count = (state: Finding['state']) => findings.filter((each) => each.state === state).length;
  if (!json) {
    const fails = count('fail');
    const verdict = fails > 0 ? 'papers do not run here' : 'papers run here';
    stderr.write(`\n${verdict}: ${count('ok')} ok, ${count('warn')} to know, ${fails} to mend\n`);
  }
  return count('fail') > 0 ? exitCode.negative : exitCode.ok;
}

function toLines(
  { what, state, found, advice }: Finding,
  { colors, width }: CommandContext['terminal']['stdout'],
): string {
  const paint = { ok: colors.green, warn: colors.yellow, fail: colors.red }[state];
  const line = `${paint(state.padEnd(4))}  ${what.padEnd(19)}  ${found}`;
  return advice === undefined ? line : `${line}\n${wrapText(advice, width, ' '.repeat(27))}`;
}
