import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readAuditLog, recordAudit } from '../../src/accounts/auditLog.ts';
import type { Database } from '../../src/database/database.ts';
import { testDatabases, type TestDatabase } from '../databases.ts';

describe.each(testDatabases)('on $name', ({ open, isMissing }) => {
  let database: Database;
  let opened: TestDatabase;
  beforeAll(async () => {
    if (isMissing) return;
    opened = await open();
    database = opened.database;
    await database.query(
      `insert into users (id, name, email, handle) values ('u1', 'Ada', 'ada@example.org', 'ada')`,
    );
  }, 180_000);
  afterAll(async () => {
    if (!isMissing) await opened.remove();
  });

  it.skipIf(isMissing)(
    'reads back what was written, newest first, and keeps it when the account goes',
    async () => {
      const now = new Date('2025-02-03T04:05:06Z');
      const subject = { kind: 'comment', id: 'k1' };
      await recordAudit(
        database,
        {
          actor: 'u1',
          action: 'comment.hide',
          subject,
          before: { hidden: false },
          after: { hidden: true },
        },
        now,
      );
      await recordAudit(
        database,
        { actor: null, action: 'paper.close', subject: { kind: 'paper', id: 'p' } },
        now,
      );
      const entries = await readAuditLog(database);
      expect(entries).toMatchObject([
        { actor: null, actorHandle: null, action: 'paper.close' },
        {
          at: now,
          actor: 'u1',
          actorHandle: 'ada',
          action: 'comment.hide',
          subject,
          before: { hidden: false },
          after: { hidden: true },
        },
      ]);
      await database.query(`delete from users where id = 'u1'`);
      const [entry] = await readAuditLog(database, { subject });
      expect(entry).toMatchObject({ actor: null, actorHandle: null, action: 'comment.hide' });
    },
  );

  it.skipIf(isMissing)('does not write what its transaction does not do', async () => {
    const failing = database.transaction(async (connection) => {
      await recordAudit(connection, {
        actor: null,
        action: 'x.y',
        subject: { kind: 'x', id: '1' },
      });
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    expect(await readAuditLog(database, { subject: { kind: 'x', id: '1' } })).toEqual([]);
  });

  it.skipIf(isMissing)('goes on after the page before', async () => {
    for (const id of ['a', 'b', 'c']) {
      await recordAudit(database, {
        actor: null,
        action: 'page.turn',
        subject: { kind: 'page', id },
      });
    }
    const [newest] = await readAuditLog(database, { limit: 1 });
    const rest = await readAuditLog(database, { before: newest?.id ?? 0, limit: 2 });
    expect([newest, ...rest].map((entry) => entry?.subject.id)).toEqual(['c', 'b', 'a']);
  });
});
