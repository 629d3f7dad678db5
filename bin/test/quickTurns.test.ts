import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  budgetSeconds,
  currentCommit,
  describeTurns,
  quickRuns,
  quickTestOf,
  secondsOf,
  turnAt,
  turnsOf,
} from '../lib/quickTurns.js';
import { temporaryFolder } from './temporaryFolder.ts';

const runs = ['a', 'b', 'c', 'd', 'e'].map((slug, i) => ({ slug, seconds: 100 * (i + 1) }));
const slugs = (some: readonly { readonly slug: string }[]) => some.map(({ slug }) => slug).join('');

describe('turnsOf', () => {
  it('runs everything every time while the budget lasts', () => {
    expect(turnsOf(runs, 1500).map(slugs)).toEqual(['abcde']);
    expect(turnsOf([], 1500)).toEqual([[]]);
  });

  it('else cuts the papers into turns of which none exceeds the budget, and leaves none out', () => {
    expect(turnsOf(runs, 1499).map(slugs)).toEqual(['abcd', 'e']);
    expect(turnsOf(runs, 500).map(slugs)).toEqual(['ab', 'c', 'd', 'e']);
  });

  it('refuses a paper that is too long for any turn', () => {
    expect(() => turnsOf(runs, 499)).toThrowErrorMatchingInlineSnapshot(
      `[CommandError: e: quick took 500 s, more than the 499 s that all may take; make it shorter]`,
    );
  });

  it('keeps what runs at each commit of this repository within 15 minutes', () => {
    for (const turn of turnsOf(quickRuns())) {
      expect(secondsOf(turn)).toBeLessThanOrEqual(budgetSeconds);
    }
    expect(budgetSeconds).toBe(900);
  });
});

describe('turnAt', () => {
  it('gives each paper one turn among as many commits in a row as there are turns', () => {
    const turns = turnsOf(runs, 600);
    expect(turns.map(slugs)).toEqual(['abc', 'd', 'e']);
    const chosen = [7, 8, 9].map((number) => turnAt(turns, { number, name: '' }).chosen);
    expect(chosen.map(slugs).toSorted()).toEqual(['abc', 'd', 'e']);
    expect(slugs(turnAt(turns, { number: 10, name: '' }).chosen)).toBe(slugs(chosen[0] ?? []));
  });

  it('says what runs, what waits, and why', () => {
    const commit = { number: 7, name: '0123456789ab, number 7' };
    expect(turnAt(turnsOf(runs, 600), commit).message).toMatchInlineSnapshot(
      `"Quick presets, turn 2 of 3 at commit 0123456789ab, number 7, 6.7 of 15 minutes: d; left to other turns: a, b, c, e."`,
    );
    expect(turnAt(turnsOf(runs, 1500), commit).message).toMatchInlineSnapshot(
      `"Quick presets, all papers, 25.0 of 15 minutes: a, b, c, d, e."`,
    );
  });
});

describe('in a repository', () => {
  /** Two papers, of which one has a recorded result, after two commits. */
  function repository(): string {
    const root = temporaryFolder();
    for (const slug of ['old', 'new', 'facts']) {
      mkdirSync(join(root, 'papers', slug, 'test'), { recursive: true });
      if (slug !== 'facts') writeFileSync(join(root, quickTestOf(slug)), '');
    }
    const result = { provenance: { wallSeconds: 12.5 } };
    mkdirSync(join(root, 'papers/old/results'));
    writeFileSync(join(root, 'papers/old/results/quick.json'), JSON.stringify(result));
    const git = (...args: string[]) => execFileSync('git', ['-C', root, ...args]);
    const identity = ['-c', 'user.name=a', '-c', 'user.email=a@example.org'];
    git('init', '--quiet');
    for (const subject of ['first', 'second']) {
      git(...identity, 'commit', '--quiet', '--allow-empty', '--message', subject);
    }
    return root;
  }

  it('takes the time from the recorded result, and a minute without one', () => {
    expect(quickRuns(repository())).toEqual([
      { slug: 'new', seconds: 60 },
      { slug: 'old', seconds: 12.5 },
    ]);
  });

  it('counts commits, and knows a shallow clone or no repository by its name', async () => {
    const root = repository();
    expect(await currentCommit(root)).toMatchObject({ number: 2 });
    const shallow = temporaryFolder();
    execFileSync('git', ['clone', '--quiet', '--depth=1', `file://${root}`, shallow]);
    const { number, name } = await currentCommit(shallow);
    expect(name).toMatch(/^[0-9a-f]{12} of a shallow clone$/);
    expect(number).toBe(Number.parseInt(name.slice(0, 8), 16));
    expect(await currentCommit(temporaryFolder())).toEqual({ number: 0, name: 'no commit' });
  });

  it('lists the turns and those of the last commits', async () => {
    const root = repository();
    const text = await describeTurns(turnsOf(quickRuns(root), 65), root);
    expect(text.replace(/: [0-9a-f]+ [-0-9]+ /g, ': ')).toMatchInlineSnapshot(`
      "turn 1 of 2, 1.0 min: new (60 s)
      turn 2 of 2, 0.2 min: old (13 s)
      turn 1: second
      turn 2: first"
    `);
  });
});
