import { setTimeout as sleep } from 'node:timers/promises';
import { ConfigError } from '@working-papers/grad';
import { Pool } from 'pg';
import { ServiceError, reasonOf } from './errors.ts';

/** Runs SQL, and waits for a database that is away. */
export interface Database {
  /** Where it is, for messages: without user, password and parameters. */
  readonly place: string;
  readonly query: (
    sql: string,
    values?: readonly unknown[],
  ) => Promise<{ rows: Row[]; rowCount: number }>;
  readonly close: () => Promise<void>;
}

type Row = Readonly<Record<string, unknown>>;

/** How to wait. */
export interface DatabaseOptions {
  readonly signal: AbortSignal;
  /** How long a database may be away before it counts as gone; default 300. */
  readonly patienceSeconds?: number;
  /** Told when the database is away, and when it is back. */
  readonly onNotice?: (notice: string) => void;
}

/** What PostgreSQL says when address or rights are wrong, by SQLSTATE: waiting would not help. */
const refusals: Readonly<Record<string, string>> = {
  '28000': 'refuses the user; check user, password and sslmode in the address',
  '28P01': 'refuses user or password; check them in the address',
  '3D000': 'has no such database; create it or correct the address',
  '42501': 'denies a right that is needed; let the user create a schema there',
};

/**
 * Opens a database for the cells. Connections are made as they are needed, and made again if they
 * break.
 *
 * @param url - `postgres://user:password@host:port/database`, with `?sslmode=verify-full` for TLS; what
 * it lacks comes from the PG... variables, as with `psql`.
 * @throws {ConfigError} If the address is not of this form; the message does not repeat it, because it
 * may hold a password.
 */
export function openDatabase(url: string, options: DatabaseOptions): Database {
  const place = placeOf(url);
  const pool = new Pool({
    connectionString: url,
    max: 4,
    application_name: 'working-papers',
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
  });
  const patiently = createPatience(place, options);
  // A connection that breaks while nobody uses it is replaced at the next use.
  pool.on('error', () => undefined);
  const once = async (sql: string, values: readonly unknown[] | undefined) => {
    const client = await pool.connect();
    // A connection that breaks says so twice: to the query, and by an event that ends the process.
    const onError = () => undefined;
    client.on('error', onError);
    try {
      const { rows, rowCount } = await client.query<Row>(sql, values && [...values]);
      client.release();
      return { rows, rowCount: rowCount ?? 0 };
    } catch (error) {
      // Half a transaction may be open: the next user gets another connection.
      client.release(true);
      throw error;
    } finally {
      client.off('error', onError);
    }
  };
  return {
    place,
    query: (sql, values) => patiently(() => once(sql, values)),
    close: () => pool.end(),
  };
}

/** The address without what must not be printed. */
function placeOf(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (!parsed || !/^postgres(ql)?:$/.test(parsed.protocol)) {
    throw new ConfigError(
      'queue: not the address of a database; expected postgres://user:password@host:5432/database',
    );
  }
  return `postgres://${parsed.host || 'localhost'}${parsed.pathname}`;
}

/** Does things again, with growing pauses, while the database is away; all of them tell of it once. */
function createPatience(place: string, options: DatabaseOptions) {
  const { signal, patienceSeconds = 300, onNotice } = options;
  let awayMs: number | undefined;
  const noteAway = (error: unknown) => {
    if (awayMs !== undefined) return awayMs;
    onNotice?.(
      `${place}: no answer (${reasonOf(error)}); trying again for up to ${patienceSeconds} s`,
    );
    awayMs = performance.now();
    return awayMs;
  };
  const noteBack = () => {
    if (awayMs !== undefined) onNotice?.(`${place}: answers again`);
    awayMs = undefined;
  };
  return async <T>(act: () => Promise<T>): Promise<T> => {
    for (let attempt = 0; ; attempt++) {
      try {
        const result = await act();
        noteBack();
        return result;
      } catch (error) {
        if (!isAway(error)) throw explained(error, place);
        const seconds = (performance.now() - noteAway(error)) / 1000;
        if (seconds >= patienceSeconds) {
          throw new ServiceError(
            `${place}: no answer for ${Math.round(seconds)} s (${reasonOf(error)}); ` +
              'check the address, the network and the server',
            { cause: error },
          );
        }
        await sleep(Math.min(5000, 100 * 2 ** attempt), undefined, { signal });
      }
    }
  };
}

/** Codes of Node for a server that cannot be reached now. */
const awayCodes = [
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND', // a container whose name is not known yet
  'EAI_AGAIN',
  'ENOENT', // its socket
];

/** Of the driver, which gives no code. */
const awayMessages =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error)/;

/** Whether a database that comes back could do it: it is away, starting, stopping or crowded. */
function isAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const reason = reasonOf(error);
  return (
    awayCodes.includes(reason) ||
    awayMessages.test(error.message) ||
    /^(08|57P0|53300)/.test(reason) // connection exceptions, shutdown and start, too many connections
  );
}

function explained(error: unknown, place: string): unknown {
  const refusal = refusals[reasonOf(error)];
  if (refusal !== undefined) return new ConfigError(`${place}: ${refusal}`, { cause: error });
  if (error instanceof Error && /SSL|certificate/i.test(error.message)) {
    return new ConfigError(
      `${place}: no TLS connection (${error.message}); check sslmode and sslrootcert in the address`,
      { cause: error },
    );
  }
  return error;
}
