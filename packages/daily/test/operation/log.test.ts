import { describe, expect, it } from 'vitest';
import { openLog } from '../../src/operation/log.ts';
import { failureText, redact } from '../../src/operation/redact.ts';

it('the log has one line of JSON for each event of its level and above', () => {
  const lines: string[] = [];
  const log = openLog({ WP_LOG: 'info' }, (line) => lines.push(line));
  log.error('job', { job: 'digest', failure: 'a\n"b"' });
  log.info('request', { route: '/', status: 200 });
  log.debug('query', {});
  expect(lines.map((line) => line.endsWith('\n') && line.trim().split('\n').length)).toEqual([
    1, 1,
  ]);
  expect(lines.map((line): unknown => JSON.parse(line))).toMatchObject([
    { level: 'error', event: 'job', job: 'digest', failure: 'a\n"b"' },
    { level: 'info', event: 'request', route: '/', status: 200 },
  ]);
});

describe('redact', () => {
  it.each([
    ['mail to Ada.Lovelace+x@mail.example.org failed', 'mail to [e-mail] failed'],
    ['550 <ö@bücher.example>: no', '550 <[e-mail]>: no'],
    ['connect ECONNREFUSED 192.0.2.17:25', 'connect ECONNREFUSED [address]:25'],
    ['from 2001:db8:1::7, refused', 'from [address], refused'],
    ['from ::ffff:192.0.2.1', 'from [address]'],
    ['fetch smtp://user:pa@ss@mail.example.org/x', 'fetch smtp://mail.example.org/x'],
    [
      'took 12:30:05 on 2026-01-02T03:04:05Z, {"a":1}',
      'took 12:30:05 on 2026-01-02T03:04:05Z, {"a":1}',
    ],
    ['PGlite 0.5.14 and pg 8.23.1', 'PGlite 0.5.14 and pg 8.23.1'],
  ])('of "%s" leaves "%s"', (text, expected) => {
    expect(redact(text)).toBe(expected);
  });
});

it('what an error says is cut to a length that fits a line', () => {
  expect(failureText(new Error('x'.repeat(9999)))).toHaveLength(500);
});
