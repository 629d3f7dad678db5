import { Refusal } from '@working-papers/daily';
import { dumpPapers, readNoParameters } from '@working-papers/daily/api';
import { dayOf, isDay } from '@working-papers/daily/days';
import { originOf } from '$lib/server/api.ts';
import { answerStream } from '$lib/server/streams.ts';
import type { RequestHandler } from './$types';

/** All public data of the papers featured until a day, gzipped. */
export const GET: RequestHandler = (event) =>
  answerStream(event, async () => {
    const { date } = event.params;
    readNoParameters(event.url.searchParams);
    if (!isDay(date)) {
      throw new Refusal('invalid', `date is ${JSON.stringify(date.slice(0, 40))}; expected a day`);
    }
    if (date > dayOf(new Date())) throw new Refusal('missing', `${date} has not come yet.`);
    return {
      lines: dumpPapers(event.locals.site.database, date, originOf(event)),
      isGzipped: true,
      headers: {
        'Content-Type': 'application/gzip',
        'Content-Disposition': `attachment; filename="papers-${date}.jsonl.gz"`,
      },
    };
  });
