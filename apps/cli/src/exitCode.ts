/** What the command tells the shell. 128 + 2 and 128 + 15 are how shells report SIGINT and SIGTERM. */
export const exitCode = {
  ok: 0,
  internal: 1,
  usage: 2,
  interrupted: 130,
  terminated: 143,
} as const;
