import type { Tensor } from '@working-papers/grad';
import type { RunContext } from './experiment.ts';

/** Tensors by name. */
export type NamedTensors = Readonly<Record<string, Tensor>>;

/** What a training of a paper leaves behind, ready for a file that any ONNX runtime loads. */
export interface TrainedModel {
  /** The function; its weights are concrete tensors that it captures. */
  readonly apply: (inputs: NamedTensors) => NamedTensors;
  /** Concrete inputs: their shapes and types are those of the file, which is checked on them. */
  readonly example: NamedTensors;
}

/** What decides an export besides the model itself. */
export interface ExportSettings<Config = unknown> {
  /** Of the preset. */
  readonly config: Config;
  readonly seed: number;
  /** First axis of inputs and outputs. */
  readonly batch: number;
}

/** A model of a paper that can be trained and written to a file; a paper's index has them by name. */
export interface ModelExport<Config = unknown> {
  /** One line: what it computes from what, with shapes and ranges. */
  readonly title: string;
  /**
   * Trains it with the settings of a preset.
   *
   * @throws {ConfigError} If the preset leaves out the part that it belongs to.
   */
  readonly train: (settings: ExportSettings<Config>, context: RunContext) => Promise<TrainedModel>;
}
