import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { importCatalogue } from '../../src/catalogue/importCatalogue.ts';
import { openMetrics } from '../../src/operation/metrics.ts';
import { readSiteStatus } from '../../src/operation/siteStatus.ts';
import { sampleEntry } from '../catalogueSample.ts';
import { testDatabases, type TestDatabase } from '../databases.ts';

const now = new Date('2026-03-10T12:00:00Z');

describe.each(testDatabases)('$name', ({ isMissing, open }) => {
  describe.skipIf(isMissing)('the status', () => {
    let opened: TestDatabase;
    beforeAll(async () => {
      opened = await open();
      await importCatalogue(opened.database, [sampleEntry({ slug: 'one', arxivId: '2401.00001' })]);
    });
    afterAll(() => opened.remove());
    beforeEach(() => opened.database.query('delete from jobs'));

    it.each([
      ['new', '0 3 * * *', null, null],
      ['ok', '0 3 * * *', '2026-03-10T03:00:10Z', null],
      ['ok', '0 3 * * *', '2026-03-10T03:00:10Z', '2026-03-09T03:00:00Z'],
      ['late', '0 3 * * *', '2026-03-09T03:00:10Z', null],
      ['ok', '30 11 * * *', '2026-03-09T11:31:00Z', null],
      ['failing', '0 3 * * *', '2026-03-09T03:00:10Z', '2026-03-10T03:00:00Z'],
      ['failing', null, null, '2026-03-10T03:00:00Z'],
      ['ok', null, '2020-01-01T00:00:00Z', null],
    ])('calls a job %s: schedule %s, success %s, failure %s', async (state, cron, ok, failed) => {
      await opened.database.query(
        `insert into jobs (name, cron, started_at, succeeded_at, failed_at)
         values ('x', $1, null, $2, $3)`,
        [cron, ok, failed],
      );
      const status = await readSiteStatus(opened.database, null, now);
      expect(status.jobs).toMatchObject([{ name: 'x', state }]);
      expect(status.isHealthy).toBe(state === 'ok' || state === 'new');
    });

    it('counts the catalogue and says whether the database can be written', async () => {
      const status = await readSiteStatus(opened.database, null, now);
      expect(status.catalogue).toMatchObject({ papers: 1, newestDay: '2025-03-04' });
      expect(status.database.bytes).toBeGreaterThan(1e6);
      expect(status.database.takesWrites).toBe(true);
      const readOnly = await opened.database.transaction(async (connection) => {
        await connection.query('set transaction read only');
        return readSiteStatus(connection, null, now);
      });
      expect(readOnly).toMatchObject({ isHealthy: false, database: { takesWrites: false } });
    });

    it('is what the metrics say, beside what they count', async () => {
      await opened.database.query(
        `insert into jobs (name, succeeded_at) values ('digest', '2026-03-10T03:00:10Z')`,
      );
      const metrics = openMetrics();
      metrics.countRequest({ route: '/papers/[id]', method: 'GET', status: 200, ms: 7 });
      metrics.countRequest({ route: null, method: 'BREW', status: 404, ms: 1 });
      metrics.countJob({ job: 'digest', outcome: 'succeeded', ms: 5 });
      const text = await metrics.text(await readSiteStatus(opened.database, null, now));
      expect(text.split('\n')).toEqual(
        expect.arrayContaining([
          'wp_papers 1',
          'wp_database_takes_writes 1',
          'wp_http_requests_total{route="/papers/[id]",method="GET",status="200"} 1',
          'wp_http_requests_total{route="none",method="other",status="404"} 1',
          'wp_http_request_duration_seconds_bucket{le="0.01",route="/papers/[id]"} 1',
          'wp_jobs_total{job="digest",outcome="succeeded"} 1',
          'wp_job_last_success_timestamp_seconds{job="digest"} 1773111610',
        ]),
      );
    });
  });
});
