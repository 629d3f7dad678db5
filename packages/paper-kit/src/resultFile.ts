import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { makeFolder } from '@working-papers/data/node';
import { CheckpointError } from '@working-papers/grad';
import { presetNames, type Figure, type PresetName } from './experiment.ts';
import type { Result, StoredFigure } from './result.ts';
import { codeOf } from './systemError.ts';

/** A result before its figures are drawn. */
export type UndrawnResult = Omit<Result, 'figures'>;

/**
 * Writes a result as `<preset>.json`, with its figures in `figures/`, all or nothing: every file is
 * complete under a temporary name before the first gets its own, and the JSON file gets it last.
 * An earlier result of the preset is replaced, and figures of it that are no more are removed.
 *
 * @param folder - Made if it does not exist.
 * @returns The result as written.
 * @throws {CheckpointError} If the result is not plain JSON or the folder cannot be written.
 */
export async function writeResult(
  folder: string,
  result: UndrawnResult,
  figures: readonly Figure[],
): Promise<Result> {
  const { renderFigureSvg } = await import('./svgFile.ts');
  const drawn = figures.map((figure) => ({
    stored: storedFigure(figure, result.preset),
    svg: renderFigureSvg(figure),
  }));
  const complete: Result = { ...result, figures: drawn.map(({ stored }) => stored) };
  const path = join(folder, `${result.preset}.json`);
  const json = stringifyResult(complete);
  if (!isDeepStrictEqual(await parseResult(json, path), complete)) {
    throw new CheckpointError(
      `${path}: config or rows hold what JSON cannot, such as undefined or a typed array; make them plain`,
    );
  }
  const earlier = await readResult(path).catch(() => undefined);
  await replaceFiles([
    ...drawn.map(({ stored, svg }) => ({ path: join(folder, stored.file), text: svg })),
    { path, text: json },
  ]);
  const kept = new Set(complete.figures.map(({ file }) => file));
  for (const { file } of earlier?.figures ?? []) {
    if (!kept.has(file)) await rm(join(folder, file), { force: true });
  }
  return complete;
}

/**
 * Reads and checks a result.
 *
 * @throws {CheckpointError} If the file is not a result; the message names the file and the field.
 */
export async function readResult(path: string): Promise<Result> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new CheckpointError(`${path}: cannot be read (${codeOf(cause)})`, { cause });
  }
  return parseResult(text, path);
}

/**
 * Reads the results in a folder, those of costlier presets last.
 *
 * @param folder - For example a paper's `results`; it need not exist.
 * @throws {CheckpointError} If one of them is not a result.
 */
export async function readResults(folder: string): Promise<Result[]> {
  const results = await Promise.all(
    presetNames.map(async (preset) => {
      const path = join(folder, `${preset}.json`);
      const text = await readFile(path, 'utf8').catch((cause: unknown) => {
        if (codeOf(cause) === 'ENOENT') return undefined;
        throw new CheckpointError(`${path}: cannot be read (${codeOf(cause)})`, { cause });
      });
      return text === undefined ? undefined : parseResult(text, path);
    }),
  );
  return results.filter((result) => result !== undefined);
}

function storedFigure({ name, title, alt }: Figure, preset: PresetName): StoredFigure {
  return { name, title, alt, file: `figures/${preset}-${name}.svg` };
}

/** A line for each row, so that two results can be compared line by line. */
function stringifyResult(result: Result): string {
  const rows = result.rows.map((row) => `\n    ${JSON.stringify(row)}`).join(',');
  const json = JSON.stringify({ ...result, rows: [] }, null, 2);
  return `${json.replace('\n  "rows": []', () => `\n  "rows": [${rows}\n  ]`)}\n`;
}

async function parseResult(text: string, path: string): Promise<Result> {
  const { resultSchema } = await import('./resultSchema.ts');
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new CheckpointError(`${path}: not a JSON file; record the result again`, { cause });
  }
  const parsed = resultSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = issue?.path.join('.') || 'the file';
  throw new CheckpointError(`${path}: ${field}: ${issue?.message}; record the result again`);
}

async function replaceFiles(files: readonly { path: string; text: string }[]): Promise<void> {
  const staged = files.map(({ path, text }) => ({
    path,
    text,
    temporary: `${path}.${process.pid}.tmp`,
  }));
  const made: string[] = [];
  try {
    for (const { path, text, temporary } of staged) {
      const first = await makeFolder(dirname(resolve(path)));
      if (first !== undefined) made.push(first);
      await writeFile(temporary, text);
    }
    for (const { path, temporary } of staged) await rename(temporary, path);
  } catch (cause) {
    for (const { temporary } of staged) await rm(temporary, { force: true }).catch(() => undefined);
    for (const folder of made) await rm(folder, { recursive: true, force: true });
    const path = cause instanceof Error && 'path' in cause ? String(cause.path) : files[0]?.path;
    throw new CheckpointError(
      `${path}: cannot be written (${codeOf(cause)}); choose a folder that can`,
      { cause },
    );
  }
}
