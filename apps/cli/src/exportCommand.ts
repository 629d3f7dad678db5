import { randomUUID } from 'node:crypto';
import { rm, stat, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { nodeDataSource, cacheFolder } from '@working-papers/data/node';
import type { Backend } from '@working-papers/grad';
import {
  artefactsFrom,
  createPace,
  findPreset,
  type ModelExport,
  type TrainedModel,
} from '@working-papers/paper-kit';
import { folderObjects, storedArtefacts } from '@working-papers/paper-kit/node';
import { listPapers, loadPaper } from '@working-papers/papers/catalogue';
import { openBackend, type BackendName } from './backend.ts';
import { exitCode } from './exitCode.ts';
import { sizeText } from './fileSizes.ts';
import { listenForInterruption } from './interruption.ts';
import { inWords, suggestion } from './nearest.ts';
import { writeOnnxFile, type OnnxFile } from './onnxFile.ts';
import { runnablePaper } from './paperByName.ts';
import { createProgressLine } from './progressLine.ts';
import type { CommandContext, Terminal } from './terminal.ts';
import { UsageError } from './usageError.ts';

/** What `wp export` was told. */
export interface ExportFlags {
  /** Name of the model; needed where a paper has several. */
  readonly model?: string;
  readonly preset: string;
  readonly seed: number;
  readonly batch: number;
  readonly backend: BackendName;
  readonly threads?: number;
  readonly json: boolean;
}

/**
 * `wp export`: trains a model of a paper and writes it as an ONNX file. Before the file gets its name it
 * is loaded from the disk into ONNX Runtime, and must give what the engine gives.
 *
 * @returns The exit code.
 * @throws {UsageError} If paper, model or preset are unknown, or the file cannot be written.
 */
export async function exportCommand(
  name: string,
  file: string,
  flags: ExportFlags,
  { terminal, papers }: CommandContext,
): Promise<number> {
  const entry = runnablePaper(await listPapers(papers), name, 'wp export');
  const { slug } = entry.paper;
  const command = `wp export ${slug}`;
  const { experiment, exportedModels = {} } = await loadPaper(slug, papers);
  const [modelName, model] = modelByName(exportedModels, flags.model, command);
  const { config } = findPreset(experiment, flags.preset, command);
  await checkPlace(file, command);
  const interruption = listenForInterruption(terminal.stderr);
  try {
    const { signal } = interruption;
    const onNotice = (notice: string) => terminal.stderr.write(`${command}: ${notice}\n`);
    const backend = await openBackend(flags.backend, flags.threads, onNotice);
    const trained = await trainModel(model, { config, flags, backend, signal }, terminal);
    const written = await writeOnnxFile(trained, resolve(file), { backend, name: modelName });
    report({ slug, modelName, model, file, flags, ...written }, terminal);
    return exitCode.ok;
  } catch (error) {
    if (interruption.signal.aborted) return interruption.code();
    throw error;
  } finally {
    interruption.release();
  }
}

function modelByName(
  models: Readonly<Record<string, ModelExport>>,
  name: string | undefined,
  command: string,
): readonly [string, ModelExport] {
  const names = Object.keys(models);
  if (names.length === 0) {
    throw new UsageError(
      `${command}: trains no model for export; "wp export --help" says which do`,
    );
  }
  if (name === undefined && names.length > 1) {
    throw new UsageError(
      `${command}: has several models; name one with --model: ${inWords(names)}`,
    );
  }
  const chosen = name ?? names[0] ?? '';
  const model = models[chosen];
  if (model) return [chosen, model];
  const hint = suggestion(chosen, names, `it has ${inWords(names)}`);
  throw new UsageError(`${command}: no model "${chosen}"; ${hint}`);
}

/** What can be wrong with the place is said before the training. */
async function checkPlace(file: string, command: string): Promise<void> {
  if (!file.endsWith('.onnx')) {
    throw new UsageError(`${command}: ${file} does not end in .onnx; name the file so`);
  }
  const folder = dirname(resolve(file));
  const found = await stat(folder).catch(() => undefined);
  if (!found?.isDirectory())
    throw new UsageError(`${command}: there is no folder ${folder}; make it`);
  const probe = resolve(folder, `.${randomUUID()}.tmp`);
  await writeFile(probe, '')
    .then(() => rm(probe))
    .catch((cause: unknown) => {
      const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
      throw new UsageError(`${command}: ${folder} cannot be written (${code}); choose another`);
    });
}

async function trainModel(
  model: ModelExport,
  given: {
    readonly config: unknown;
    readonly flags: ExportFlags;
    readonly backend: Backend;
    readonly signal: AbortSignal;
  },
  { stderr }: Terminal,
): Promise<TrainedModel> {
  const { config, backend, signal } = given;
  const { seed, batch } = given.flags;
  const line = createProgressLine(stderr);
  const pace = createPace(performance.now());
  const context = {
    signal,
    backend,
    data: nodeDataSource({ onProgress: line.showLoading }),
    onProgress: (progress: Parameters<typeof pace>[0]) => {
      const { fraction } = progress;
      line.show(pace(progress, { nowMs: performance.now(), fraction, measured: fraction }));
    },
  };
  const store = storedArtefacts(folderObjects(cacheFolder()));
  const artefacts = artefactsFrom({ store, context, onUse: () => undefined });
  try {
    return await model.train(
      { config, seed, batch },
      { ...context, artefacts, checkpoint: () => undefined },
    );
  } finally {
    line.clear();
  }
}

function report(
  written: OnnxFile & {
    readonly slug: string;
    readonly modelName: string;
    readonly model: ModelExport;
    readonly file: string;
    readonly flags: ExportFlags;
  },
  { stdout }: Terminal,
): void {
  const { slug, modelName, model, file, flags, bytes, inputs, outputs, largestDifference } =
    written;
  const { preset, seed } = flags;
  if (flags.json) {
    const facts = { paper: slug, model: modelName, title: model.title, preset, seed, file, bytes };
    stdout.write(
      `${JSON.stringify({ kind: 'exported', ...facts, inputs, outputs, largestDifference })}\n`,
    );
    return;
  }
  stdout.write(
    [
      `${file}: ${sizeText(bytes)}, ${modelName} of ${slug}, preset ${preset}, seed ${seed}`,
      model.title,
      ...inputs.map((text) => `  input   ${text}`),
      ...outputs.map((text) => `  output  ${text}`),
      `loaded back into ONNX Runtime: differs by ${largestDifference.toExponential(1)} at most`,
      '',
    ].join('\n'),
  );
}
