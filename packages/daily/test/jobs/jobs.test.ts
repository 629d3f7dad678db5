import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readJobRecords } from '../../src/jobs/jobRecords.ts';
import { openJobs, type Jobs, type JobsSettings } from '../../src/jobs/jobs.ts';
import type { JobEvent } from '../../src/jobs/performJob.ts';
import { testDatabases, type TestDatabase } from '../databases.ts';

const alone = { WP_ROLE: 'all', DATABASE_URL: undefined } as const;
const oneOfSeveral = { WP_ROLE: 'worker', DATABASE_URL: 'postgres://elsewhere' } as const;

describe.each(testDatabases)('$name', ({ isMissing, open }) => {
  describe.skipIf(isMissing)('jobs', () => {
    let opened: TestDatabase;
    let events: JobEvent[];
    let errors: unknown[];

    beforeAll(async () => {
      opened = await open();
    });
    afterAll(() => opened.remove());
    beforeEach(async () => {
      events = [];
      errors = [];
      await opened.database.query('drop schema if exists pgboss cascade');
      await opened.database.query('delete from jobs');
    });

    function openHere(
      configuration: Parameters<typeof openJobs>[1] = alone,
      settings: JobsSettings = {},
    ): Jobs {
      return openJobs(database(), configuration, {
        pollMs: 20,
        onEvent: (event) => events.push(event),
        onError: (error) => errors.push(error),
        ...settings,
      });
    }

    const database = () => opened.database;

    it('are done when they are put into the queue, with their data', async () => {
      const seen: unknown[] = [];
      const jobs = openHere();
      jobs.handle('greet', async ({ data }) => void seen.push(data));
      await jobs.start();
      await jobs.enqueue('greet', { name: 'Ada' });
      await expect
        .poll(() => events, { timeout: 20_000 })
        .toMatchObject([{ job: 'greet', outcome: 'succeeded' }]);
      await jobs.stop();
      expect(seen).toEqual([{ name: 'Ada' }]);
      const [record] = await readJobRecords(database());
      expect(record).toMatchObject({ name: 'greet', cron: null, failedAt: null });
      expect(record?.succeededAt).toBeInstanceOf(Date);
      expect(errors).toEqual([]);
    });

    it('wait only once for each key', async () => {
      const jobs = openHere({ ...alone, WP_ROLE: 'web' });
      jobs.handle('run', async () => undefined);
      await jobs.start();
      const put = (singletonKey: string) => jobs.enqueue('run', {}, { singletonKey });
      expect([await put('a'), await put('a'), await put('b')]).toEqual([true, false, true]);
      await jobs.stop();
      expect(events).toEqual([]);
    });

    it('run one at a time, whichever process takes them', async () => {
      let running = 0;
      const atOnce: number[] = [];
      const work = async () => {
        atOnce.push(++running);
        await new Promise((resolve) => setTimeout(resolve, 150));
        running--;
      };
      const processes = [openHere(oneOfSeveral), openHere(oneOfSeveral)];
      for (const jobs of processes) {
        jobs.handle('count', work);
        await jobs.start();
      }
      await processes[0]?.enqueue('count');
      await expect.poll(() => atOnce, { timeout: 20_000 }).toHaveLength(1);
      await processes[1]?.enqueue('count');
      await expect.poll(() => events, { timeout: 20_000 }).toHaveLength(2);
      for (const jobs of processes) await jobs.stop();
      expect(atOnce).toEqual([1, 1]);
      expect(errors).toEqual([]);
    });

    it('that fail are noted without addresses, and tried again later', async () => {
      const jobs = openHere();
      jobs.handle('mail', async () => {
        throw new Error('ada@example.org at 192.0.2.7 refused');
      });
      await jobs.start();
      await jobs.enqueue('mail');
      await expect.poll(() => events, { timeout: 20_000 }).toHaveLength(1);
      await jobs.stop();
      expect(await readJobRecords(database())).toMatchObject([
        { succeededAt: null, failure: '[e-mail] at [address] refused' },
      ]);
      const { rows } = await database().query(
        `select state::text, start_after > now() + interval '20 s' as later, output from pgboss.job`,
      );
      expect(rows).toEqual([
        { state: 'retry', later: true, output: { failure: '[e-mail] at [address] refused' } },
      ]);
    });

    it('that take too long are told to end', async () => {
      const jobs = openHere();
      const untilAborted = ({ signal }: { signal: AbortSignal }) =>
        new Promise<void>((_, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason as Error));
        });
      jobs.handle('slow', untilAborted, { timeLimitSeconds: 1 });
      await jobs.start();
      await jobs.enqueue('slow');
      await expect
        .poll(() => events, { timeout: 20_000 })
        .toMatchObject([{ outcome: 'failed', failure: 'it took longer than 1 s' }]);
      await jobs.stop();
    });

    it('that are interrupted by a stop are done by the next process, at once', async () => {
      const first = openHere();
      first.handle(
        'long',
        ({ signal }) =>
          new Promise((_, reject) => {
            signal.addEventListener('abort', () => reject(new Error('interrupted')));
          }),
      );
      await first.start();
      await first.enqueue('long');
      await expect
        .poll(async () => (await readJobRecords(database()))[0]?.startedAt, { timeout: 20_000 })
        .not.toBeNull();
      await first.stop();
      expect(events).toMatchObject([{ outcome: 'interrupted' }]);

      const second = openHere();
      second.handle('long', async () => undefined);
      await second.start();
      await expect.poll(() => events, { timeout: 20_000 }).toHaveLength(2);
      await second.stop();
      expect(events[1]).toMatchObject({ job: 'long', outcome: 'succeeded' });
    });

    it('that ran when their process was killed are done by the next, at once', async () => {
      const first = openHere();
      first.handle('long', async () => undefined);
      await first.start();
      await first.stop();
      await database().query(
        `insert into pgboss.job (name, state, started_on, policy, retry_limit)
       values ('long', 'active', now(), 'stately', 5)`,
      );
      const second = openHere();
      second.handle('long', async () => undefined);
      await second.start();
      await expect
        .poll(() => events, { timeout: 20_000 })
        .toMatchObject([{ job: 'long', outcome: 'succeeded' }]);
      await second.stop();
    });

    it('by the clock run once for the times that were missed, and not at a first start', async () => {
      let now = new Date('2026-03-29T00:30:00Z');
      const open = async () => {
        const jobs = openHere(oneOfSeveral, { now: () => now });
        jobs.schedule('nightly', '0 3 * * *', async () => undefined);
        await jobs.start();
        return jobs;
      };
      const first = await open();
      await settled();
      expect(events).toEqual([]);
      now = new Date('2026-03-29T03:00:01Z');
      await expect.poll(() => events, { timeout: 20_000 }).toHaveLength(1);
      await first.stop();

      now = new Date('2026-04-05T12:00:00Z');
      const both = [await open(), await open()];
      await expect.poll(() => events, { timeout: 20_000 }).toHaveLength(2);
      await settled();
      for (const jobs of both) await jobs.stop();
      expect(events).toHaveLength(2);
      expect(errors).toEqual([]);
    });

    it('by the clock go on after a clock that was years ahead was put right', async () => {
      let now = new Date('2038-01-01T00:00:00Z');
      const open = async () => {
        const jobs = openHere(alone, { now: () => now });
        jobs.schedule('nightly', '0 3 * * *', async () => undefined);
        await jobs.start();
        return jobs;
      };
      await (await open()).stop();
      now = new Date('2026-01-01T00:00:00Z');
      const jobs = await open();
      now = new Date('2026-01-01T03:00:01Z');
      await expect.poll(() => events, { timeout: 20_000 }).toHaveLength(1);
      await jobs.stop();
    });

    it('are refused under a name twice, or without a declaration', async () => {
      const jobs = openHere();
      jobs.handle('one', async () => undefined);
      expect(() => jobs.handle('one', async () => undefined)).toThrow(
        'the job one is declared twice',
      );
      await expect(jobs.enqueue('two')).rejects.toThrow('there is no job two');
    });
  });
});

/** Long enough for several looks into the queue. */
function settled(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 200));
}
