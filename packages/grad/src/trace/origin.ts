/** Where a node was built: a captured stack, formatted only if a message needs it. */
export interface Origin {
  readonly capture: Error;
  /** The operation whose gradient the node belongs to. */
  readonly gradientOf?: string;
}

// Nodes are built synchronously, so what is on here holds for one call of a traced function.
let isRecording = false;
let inherited: Origin | undefined;

/** What a node that is built now should remember: nothing unless {@link recordOrigins} is under way. */
export function currentOrigin(): Origin | undefined {
  return inherited ?? (isRecording ? { capture: new Error('built here') } : undefined);
}

/** Runs a function whose nodes remember the lines that build them. */
export function recordOrigins<T>(run: () => T): T {
  const before = { isRecording, limit: Error.stackTraceLimit };
  isRecording = true;
  Error.stackTraceLimit = 40;
  try {
    return run();
  } finally {
    isRecording = before.isRecording;
    Error.stackTraceLimit = before.limit;
  }
}

/** Runs a function whose nodes stand for one that was built before. */
export function inheritOrigin<T>(origin: Origin | undefined, run: () => T): T {
  if (origin === undefined) return run();
  const before = inherited;
  inherited = origin;
  try {
    return run();
  } finally {
    inherited = before;
  }
}

const ownFolder = withoutScheme(new URL('..', import.meta.url).href);

/** The line outside this package that built a node, as `file:line:column`, if the stack has one. */
export function lineOf(origin: Origin): string | null {
  for (const frame of (origin.capture.stack ?? '').split('\n').slice(1)) {
    const place = /(?:^|[\s(@])((?:[a-z-]+:\/\/|\/)[^\s()]*:\d+:\d+)\)?$/.exec(frame)?.[1];
    if (place === undefined) continue;
    const path = withoutScheme(place);
    if (!path.startsWith(ownFolder)) return path;
  }
  return null;
}

function withoutScheme(url: string): string {
  return url.replace(/^file:\/\//, '');
}
