import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { rate, recommend, tasteLists } from '../../src/recommend/recommend.ts';
import { judge } from '../../src/recommend/taste.ts';
import { fitCorpusModel } from '../../src/search/corpusModel.ts';
import { openSearch, type Search } from '../../src/search/openSearch.ts';
import { testDatabases, type TestDatabase } from '../databases.ts';

const subjects = {
  diffusion: 'A diffusion model removes noise step by step from an image',
  sparse: 'A sparse autoencoder explains activations by a dictionary of atoms',
  decoding: 'Speculative decoding lets a draft model propose tokens for a target',
};

/** Ten papers of each subject, told apart by a number. */
const papers = Object.entries(subjects).flatMap(([subject, text], s) =>
  Array.from({ length: 10 }, (_, i) => ({
    id: `240${s + 1}.0000${i}`,
    subject,
    title: `${subject} paper ${i}`,
    text: `${text}. Variant v${i} of group g${i % 3}.`,
  })),
);

describe('judge', () => {
  const texts = papers.map(({ title, text }) => `${title}\n${text}`);
  const model = fitCorpusModel(texts);
  const of = (subject: string) =>
    papers
      .filter((paper) => paper.subject === subject)
      .map(({ title, text }) => `${title}\n${text}`);

  it('likes what is like the liked, and names the words for it', () => {
    if (model === null) throw new Error('no model');
    const judged = judge(
      { liked: of('sparse').slice(0, 4), disliked: of('diffusion').slice(0, 4) },
      [
        { id: 'sparse', text: of('sparse')[7] ?? '' },
        { id: 'diffusion', text: of('diffusion')[7] ?? '' },
        { id: 'neither', text: 'Words that nobody knows' },
      ],
      model,
    );
    const [sparse, diffusion, neither] = judged;
    expect(sparse?.probability).toBeGreaterThan(0.8);
    expect(diffusion?.probability).toBeLessThan(0.2);
    expect(Math.abs((neither?.probability ?? 0) - 0.5)).toBeLessThan(0.1);
    expect(sparse?.words.length).toBe(10);
    expect(sparse?.words).toContain('autoencoder explains');
    expect(sparse?.words).not.toContain('noise');
    expect(neither?.words).toEqual([]);
  });

  it('counts both sides the same, however many there are of each', () => {
    if (model === null) throw new Error('no model');
    const one = judge(
      { liked: of('sparse').slice(0, 1), disliked: of('diffusion') },
      [{ id: 'sparse', text: of('sparse')[5] ?? '' }],
      model,
    );
    expect(one[0]?.probability).toBeGreaterThan(0.5);
  });
});

for (const { name, isMissing, open } of testDatabases) {
  describe.skipIf(isMissing)(`recommend on ${name}`, () => {
    let held: TestDatabase;
    let search: Search;
    let folder: string;
    beforeAll(async () => {
      if (isMissing) return;
      held = await open();
      for (const { id, title, text } of papers) {
        await held.database.query(
          `insert into papers (id, title, abstract, published_at, day, tags, source)
           values ($1, $2, $3, now(), '2024-01-01', '{}', 'test')`,
          [id, title, text],
        );
      }
      for (const user of ['me', 'other']) {
        await held.database.query(
          `insert into users (id, name, email, email_verified, handle) values ($1, $1, $1 || '@example.org', true, $1)`,
          [user],
        );
      }
      await held.database.query(
        `insert into tags (id, user_id, name) values ('mine', 'me', 'Decoding'), ('theirs', 'other', 'X')`,
      );
      folder = await mkdtemp(join(tmpdir(), 'wp-recommend-'));
      search = openSearch({
        database: held.database,
        folder,
        configuration: { WP_SEARCH: 'minisearch', WP_EMBEDDER: undefined },
      });
    });
    afterAll(async () => {
      if (isMissing) return;
      await search.close();
      await held.remove();
      await rm(folder, { recursive: true, force: true });
    });
    beforeEach(async () => {
      if (isMissing) return;
      await held.database.query('delete from ratings');
      await held.database.query('delete from library_items');
    });
    const save = (...ids: string[]) =>
      Promise.all(
        ids.map((id) =>
          held.database.query(
            `insert into library_items (user_id, paper_id, state) values ('me', $1, 'saved')`,
            [id],
          ),
        ),
      );
    const ask = (list = '', limit = 10) =>
      recommend({ database: held.database, search }, { userId: 'me', list, limit });

    it('knows nothing to recommend to somebody without papers', async () => {
      expect(await ask()).toEqual([]);
    });

    it('recommends what is like the library, nothing of which it shows again', async () => {
      await save('2402.00000', '2402.00001', '2402.00002');
      const found = await ask('', 7);
      expect(found.map(({ paper }) => paper.id.slice(0, 4))).toEqual(Array(7).fill('2402'));
      const ids = found.map(({ paper }) => paper.id);
      expect(ids).not.toContain('2402.00000');
      expect(found[0]?.words.join(' ')).toMatch(/sparse|autoencoder/);
    });

    it('asks about one paper in ten, of which it is not sure', async () => {
      await save('2402.00000', '2402.00001');
      const found = await ask('', 20);
      expect(found).toHaveLength(20);
      const questions = found.flatMap(({ isQuestion }, i) => (isQuestion ? [i] : []));
      expect(questions).toEqual([9, 19]);
    });

    it('learns from ratings of both signs, and shows what was rated no more', async () => {
      await save('2402.00000');
      const user = { userId: 'me', list: '' };
      await rate(held.database, { ...user, paperId: '2403.00001', value: 1 });
      await rate(held.database, { ...user, paperId: '2402.00001', value: -1 });
      const before = await ask('', 5);
      expect(before.map(({ paper }) => paper.id)).not.toContain('2403.00001');
      await rate(held.database, { ...user, paperId: '2403.00001', value: -1 });
      const after = await ask('', 5);
      const share = (list: typeof after) =>
        list.filter(({ paper }) => paper.id.startsWith('2403')).length;
      expect(share(before)).toBeGreaterThan(share(after));
      await rate(held.database, { ...user, paperId: '2402.00001', value: 0 });
      const { rows } = await held.database.query('select * from ratings');
      expect(rows).toHaveLength(1);
    });

    it('has a list for each tag, apart from the library', async () => {
      await save('2402.00000', '2403.00000');
      await held.database.query(
        `insert into item_tags (tag_id, user_id, paper_id) values ('mine', 'me', '2403.00000')`,
      );
      expect(await tasteLists(held.database, 'me')).toEqual([
        { id: '', name: 'Whole library', papers: 2 },
        { id: 'mine', name: 'Decoding', papers: 1 },
      ]);
      const found = await ask('mine', 5);
      expect(found.map(({ paper }) => paper.id.slice(0, 4))).toEqual(Array(5).fill('2403'));
    });

    it('refuses the list of somebody else, and papers that are not here', async () => {
      await expect(ask('theirs')).rejects.toThrowErrorMatchingInlineSnapshot(
        `[Refusal: list: theirs is none of yours; choose one of them]`,
      );
      const wrong = { userId: 'me', value: 1 } as const;
      await expect(
        rate(held.database, { ...wrong, list: 'theirs', paperId: '2402.00000' }),
      ).rejects.toThrow('none of yours');
      await expect(
        rate(held.database, { ...wrong, list: '', paperId: '9999.99999' }),
      ).rejects.toThrowErrorMatchingInlineSnapshot(
        `[Refusal: rate: there is no paper 9999.99999; choose one that is here]`,
      );
    });
  });
}
