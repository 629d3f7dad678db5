/**
 * What the command tells the shell; docs/cli.md has the same for readers. 128 + 2 and 128 + 15 are how
 * shells report SIGINT and SIGTERM.
 */
export const exitCode = {
  ok: 0,
  internal: 1,
  usage: 2,
  /** The command did its work, and the answer is no: not reproduced, or something needed is missing. */
  negative: 3,
  interrupted: 130,
  terminated: 143,
} as const;
