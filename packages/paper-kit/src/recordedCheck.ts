import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { isSameVerdict } from './compareResults.ts';
import type { Experiment } from './experiment.ts';
import { fillReadme, generateReadmeTable } from './readmeTable.ts';
import type { Result } from './result.ts';
import { readResults } from './resultFile.ts';
import { judge } from './runner.ts';

/** A paper's experiment and the folder that holds its README and `results`. */
export interface RecordedPaper {
  readonly experiment: Pick<Experiment, 'paper' | 'presets' | 'methods' | 'verdicts'>;
  readonly folder: string;
}

/**
 * Checks that the recorded results of a paper are what its code says now: their settings are those
 * of the presets, their verdicts follow from their rows, their figures are there.
 *
 * @returns Problems, each a sentence for a person; none if all is well or nothing is recorded.
 * @throws {CheckpointError} If a file is not a result.
 */
export async function checkResults({ experiment, folder }: RecordedPaper): Promise<string[]> {
  const results = await readResults(join(folder, 'results'));
  const problems = results.map((result) => problemsOf(result, { experiment, folder }));
  return (await Promise.all(problems)).flat();
}

/**
 * Compares the table in the README with the recorded result of the costliest preset.
 *
 * @returns The README as it should be, and whether it is; undefined if nothing is recorded.
 * @throws {DataError} If the README has not the markers that a table goes between.
 */
export async function currentReadme({
  experiment,
  folder,
}: RecordedPaper): Promise<{ path: string; text: string; isCurrent: boolean } | undefined> {
  const result = (await readResults(join(folder, 'results'))).at(-1);
  if (!result) return undefined;
  const path = join(folder, 'README.md');
  const readme = await readFile(path, 'utf8');
  const text = fillReadme(readme, generateReadmeTable(experiment.paper, result), path);
  return { path, text, isCurrent: text === readme };
}

async function problemsOf(
  result: Result,
  { experiment, folder }: RecordedPaper,
): Promise<string[]> {
  const again = `run "${result.provenance.command} --record"`;
  const problems: string[] = [];
  if (result.paper !== experiment.paper.slug) problems.push(`it is a result of ${result.paper}`);
  if (!result.isComplete) problems.push(`the run was stopped; ${again}`);
  if (!isDeepStrictEqual(result.config, experiment.presets[result.preset])) {
    problems.push(`the preset has changed since; ${again}`);
  }
  if (result.methods && !isDeepStrictEqual(result.methods, experiment.methods)) {
    problems.push(`methods or their tuning have changed since; ${again}`);
  }
  const verdicts = judge(experiment, result.rows, true);
  const claims = new Set([...Object.keys(verdicts), ...Object.keys(result.verdicts)]);
  if (![...claims].every((id) => isSameVerdict(result.verdicts[id], verdicts[id]))) {
    problems.push(`its rows give other verdicts now; ${again}`);
  }
  for (const { file } of result.figures) {
    const isThere = await access(join(folder, 'results', file)).then(
      () => true,
      () => false,
    );
    if (!isThere) problems.push(`${file} is missing; ${again}`);
  }
  return problems.map((problem) => `results/${result.preset}.json: ${problem}`);
}
