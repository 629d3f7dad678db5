import { importCatalogue, latestDays, openMemoryDatabase } from '@working-papers/daily';
import { expect, it } from 'vitest';
import { repositoryCatalogue } from '../src/lib/server/repository.ts';

it('puts every paper of this repository into the database', async () => {
  const database = await openMemoryDatabase();
  try {
    const catalogue = repositoryCatalogue();
    await importCatalogue(database, catalogue);
    const { days, next } = await latestDays(database, { atLeast: 1000 });
    expect(days.flatMap(({ papers }) => papers.map(({ id }) => id)).toSorted()).toEqual(
      catalogue.map(({ paper }) => paper.arxivId).toSorted(),
    );
    expect(next).toBeNull();
  } finally {
    await database.close();
  }
});
