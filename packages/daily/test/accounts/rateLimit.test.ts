import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { networkOf } from '../../src/accounts/network.ts';
import { forgetFullBuckets, requireToken, takeToken } from '../../src/accounts/rateLimit.ts';
import type { Database } from '../../src/database/database.ts';
import { testDatabases, type TestDatabase } from '../databases.ts';

const start = Date.UTC(2025, 0, 1);
const at = (seconds: number) => new Date(start + seconds * 1000);
const address = '203.0.113.7';
describe.each(testDatabases)('on $name', ({ open, isMissing }) => {
  let database: Database;
  let opened: TestDatabase;
  beforeAll(async () => {
    if (isMissing) return;
    opened = await open();
    database = opened.database;
  }, 180_000);
  afterAll(async () => {
    if (!isMissing) await opened.remove();
  });
  beforeEach(async () => {
    if (!isMissing) await database.query('delete from rate_buckets');
  });

  it.skipIf(isMissing)(
    'allows as many as the bucket holds, then says when the next is allowed',
    async () => {
      const answers = [];
      for (let count = 0; count < 11; count += 1) {
        answers.push(await takeToken(database, 'signUp', { address, now: at(0) }));
      }
      expect(answers.map(({ isAllowed }) => isAllowed)).toEqual([
        ...Array.from({ length: 10 }, () => true),
        false,
      ]);
      expect(answers[0]).toEqual({ isAllowed: true, remaining: 9, seconds: 360 });
      expect(answers[10]).toEqual({ isAllowed: false, remaining: 0, seconds: 360 });
      const early = await takeToken(database, 'signUp', { address, now: at(359) });
      expect(early).toEqual({ isAllowed: false, remaining: 0, seconds: 1 });
      expect(await takeToken(database, 'signUp', { address, now: at(360) })).toMatchObject({
        isAllowed: true,
      });
    },
  );

  it.skipIf(isMissing)(
    'fills a bucket no further than its size, and not at all when the clock goes back',
    async () => {
      await takeToken(database, 'signUp', { address, now: at(0) });
      const later = await takeToken(database, 'signUp', { address, now: at(1e6) });
      expect(later.remaining).toBe(9);
      const back = await takeToken(database, 'signUp', { address, now: at(0) });
      expect(back.remaining).toBe(8);
      const again = await takeToken(database, 'signUp', { address, now: at(1e6) });
      expect(again.remaining).toBe(7);
    },
  );

  it.skipIf(isMissing)('counts an account over all its addresses', async () => {
    const allowed = [];
    for (let count = 0; count < 9; count += 1) {
      const taker = { account: 'ada', address: `198.51.${count}.1`, now: at(0) };
      allowed.push((await takeToken(database, 'signIn', taker)).isAllowed);
    }
    expect(allowed.filter(Boolean)).toHaveLength(8);
  });

  it.skipIf(isMissing)('gives a token to one of those who come at the same time', async () => {
    await Promise.all(
      Array.from({ length: 9 }, () => takeToken(database, 'signUp', { address, now: at(0) })),
    );
    const last = await Promise.all(
      Array.from({ length: 5 }, () => takeToken(database, 'signUp', { address, now: at(0) })),
    );
    expect(last.filter(({ isAllowed }) => isAllowed)).toHaveLength(1);
  });

  it.skipIf(isMissing)('refuses with a sentence that says how long', async () => {
    const taker = { account: 'ada', address, now: at(0) };
    for (let count = 0; count < 3; count += 1) await requireToken(database, 'mail', taker);
    const refused = requireToken(database, 'mail', taker);
    await expect(refused).rejects.toMatchObject({ reason: 'limited', retryAfterSeconds: 28_800 });
    await expect(refused).rejects.toThrowErrorMatchingInlineSnapshot(
      `[Refusal: Too many e-mails; try again in 8 hours.]`,
    );
  });

  it.skipIf(isMissing)('forgets the buckets that are full', async () => {
    await takeToken(database, 'signUp', { address, now: at(0) });
    await takeToken(database, 'signUp', { address: '192.0.2.1', now: at(90_000) });
    await forgetFullBuckets(database, at(90_000));
    const { rows } = await database.query('select key from rate_buckets');
    expect(rows).toEqual([{ key: 'signUp network 192.0.2.0/24' }]);
  });
});

describe('the network of an address', () => {
  it.each([
    ['203.0.113.77', '203.0.113.0/24'],
    ['::ffff:203.0.113.77', '203.0.113.0/24'],
    ['2001:db8:1:2ff:1:2:3:4', '2001:db8:1:200::/56'],
    ['2001:db8::1', '2001:db8:0:0::/56'],
    ['fe80::1%eth0', 'fe80:0:0:0::/56'],
    ['::1', '0:0:0:0::/56'],
    ['64:ff9b::198.51.100.1', '64:ff9b:0:0::/56'],
    ['1:2:3:4:5:6:198.51.100.1', '1:2:3:0::/56'],
    ['not an address', null],
    ['203.0.113.256', null],
  ])('%s is %s', (text, network) => {
    expect(networkOf(text)).toBe(network);
  });
});
