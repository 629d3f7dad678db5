import { ConfigError } from '@working-papers/grad';
import { canonicalJson } from './canonicalJson.ts';
import { presetNames, type Cell, type Experiment, type PresetName } from './experiment.ts';
import type { Paper } from './paper.ts';

/** The work of a preset with one seed. */
export interface Plan<Config, CellT extends Cell> {
  readonly preset: PresetName;
  readonly config: Config;
  readonly seed: number;
  /** In the order in which their rows stand in the result. */
  readonly cells: readonly CellT[];
}

/**
 * The cells of a preset. Any process that knows paper, preset and seed gets the same.
 *
 * @throws {ConfigError} If there is no such preset, the seed is not a non-negative integer, or cells are
 * malformed: none at all, not plain JSON, two with the same label, a cost that is not positive.
 */
export function planRun<Config, CellT extends Cell, ClaimId extends string>(
  experiment: Experiment<Config, CellT, ClaimId>,
  preset: string,
  seed: number,
): Plan<Config, CellT> {
  const { slug } = experiment.paper;
  const { name, config } = findPreset(experiment, preset);
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new ConfigError(`${slug}: seed ${seed} is not a non-negative integer`);
  }
  const cells = experiment.cells(config, seed);
  if (cells.length === 0) throw new ConfigError(`${slug} ${name}: has no cells; measure something`);
  const labels = new Set<string>();
  for (const cell of cells) {
    const { label, cost } = cell;
    const where = `${slug} ${name}: cell "${label}"`;
    if (labels.has(label)) throw new ConfigError(`${where} occurs twice; give each its own label`);
    labels.add(label);
    if (!(cost > 0 && cost < Infinity)) {
      throw new ConfigError(`${where}: cost ${cost} is not a positive number`);
    }
    canonicalJson(cell, where);
  }
  return { preset: name, config, seed, cells };
}

/**
 * A preset of an experiment by name.
 *
 * @param where - What asks for it, at the beginning of the message; default the paper's slug.
 * @throws {ConfigError} If the experiment has no such preset; the message lists those it has.
 */
export function findPreset<Config>(
  experiment: {
    readonly paper: Paper;
    readonly presets: Readonly<Partial<Record<PresetName, Config>>>;
  },
  preset: string,
  where: string = experiment.paper.slug,
): { readonly name: PresetName; readonly config: Config } {
  const known = presetNames.filter((each) => experiment.presets[each] !== undefined);
  const name = known.find((each) => each === preset);
  const config = name && experiment.presets[name];
  if (name === undefined || config === undefined) {
    const list = new Intl.ListFormat('en', { type: 'conjunction' }).format(known);
    throw new ConfigError(
      `${where}: no preset "${preset}"; ` +
        (known.length === 1 ? `the only preset is ${list}` : `the presets are ${list}`),
    );
  }
  return { name, config };
}
