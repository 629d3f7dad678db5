import { AsyncLocalStorage } from 'node:async_hooks';
import type { Connection, Database, QueryResult } from './database.ts';

/** One connection: it runs a statement after the other. */
export interface Engine {
  readonly execute: <Row>(
    sql: string,
    parameters?: readonly unknown[],
  ) => Promise<QueryResult<Row>>;
  readonly close: () => Promise<void>;
}

/**
 * Makes a database of a single connection: statements and transactions queue, in the order in which
 * they were asked for. A statement on the database from within a transaction would wait for itself;
 * it throws instead.
 */
export function queueOnOneConnection(engine: Engine): Database {
  let last: Promise<unknown> = Promise.resolve();
  const inside = new AsyncLocalStorage<true>();

  const enqueue = <Value>(task: () => Promise<Value>): Promise<Value> => {
    if (inside.getStore()) {
      throw new Error('internal: inside a transaction use its own connection');
    }
    const result = last.then(task);
    last = result.catch(() => undefined);
    return result;
  };

  return {
    query: async (sql, parameters) => enqueue(() => engine.execute(sql, parameters)),
    transaction: async (body) => enqueue(() => inside.run(true, () => transact(engine, body))),
    close: async () => enqueue(engine.close),
  };
}

/**
 * Runs `body` between `begin` and `commit` on a connection that nobody else uses meanwhile; rolls
 * back if it throws.
 */
export async function transact<Value>(
  engine: Pick<Engine, 'execute'>,
  body: (connection: Connection) => Promise<Value>,
): Promise<Value> {
  let isOpen = true;
  const connection: Connection = {
    query: async (sql, parameters) => {
      if (!isOpen) throw new Error('internal: this transaction has ended');
      return engine.execute(sql, parameters);
    },
  };
  await engine.execute('begin');
  try {
    const value = await body(connection);
    isOpen = false;
    await engine.execute('commit');
    return value;
  } catch (error) {
    isOpen = false;
    // What made it fail matters more than a rollback that fails as well.
    await engine.execute('rollback').catch(() => undefined);
    throw error;
  }
}
