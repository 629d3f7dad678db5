/**
 * Checks what papers have recorded: results are well-formed and follow from the code as it is, and
 * the tables in READMEs are current. `--write` brings the tables up to date.
 */
import { writeFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { WorkingPapersError } from '@working-papers/grad';
import { checkResults, currentReadme } from '@working-papers/paper-kit/node';
import { listPapers, loadPaper } from '@working-papers/papers/catalogue';

const isWriting = process.argv.includes('--write');
const problems: string[] = [];

for (const { paper, folder, hasExperiment } of await listPapers()) {
  if (!hasExperiment) continue;
  const { experiment } = await loadPaper(paper.slug);
  try {
    problems.push(
      ...(await checkResults({ experiment, folder })).map((text) => `${paper.slug}: ${text}`),
    );
    const readme = await currentReadme({ experiment, folder });
    if (!readme || readme.isCurrent) continue;
    const name = relative(process.cwd(), readme.path);
    if (isWriting) {
      await writeFile(readme.path, readme.text);
      console.log(`${name}: table written`);
    } else {
      problems.push(
        `${name}: the table is stale; run "npx tsx --conditions=source scripts/check-results.ts --write"`,
      );
    }
  } catch (error) {
    if (!(error instanceof WorkingPapersError)) throw error;
    problems.push(error.message);
  }
}

for (const problem of problems) console.error(problem);
process.exitCode = problems.length === 0 ? 0 : 1;
