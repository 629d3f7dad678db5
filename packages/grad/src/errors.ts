/**
 * The base of every error whose message is meant for a person: it says what is wrong, with the
 * values, and what to do. Anything else that is thrown is a bug in this repository.
 */
export class WorkingPapersError extends Error {
  override name = 'WorkingPapersError';
}

/** Shapes, axes or dtypes that do not fit an operation. */
export class ShapeError extends WorkingPapersError {
  override name = 'ShapeError';
}

/** A setting outside what is implemented or meaningful. */
export class ConfigError extends WorkingPapersError {
  override name = 'ConfigError';
}

/** A data set that is missing, torn, tampered with or of an unexpected form. */
export class DataError extends WorkingPapersError {
  override name = 'DataError';
}

/** A stored file of parameters or results that cannot be used. */
export class CheckpointError extends WorkingPapersError {
  override name = 'CheckpointError';
}

/** A backend, or an operation on a backend, that this machine does not have. */
export class RuntimeUnavailableError extends WorkingPapersError {
  override name = 'RuntimeUnavailableError';
}

/** NaN or an infinity where a run should have given finite numbers. */
export class NonFiniteError extends WorkingPapersError {
  override name = 'NonFiniteError';
}

/** Training that cannot go on because its loss or its state is not finite. */
export class TrainingError extends WorkingPapersError {
  override name = 'TrainingError';
  /** The step that went wrong, counted from 1. */
  readonly step: number;
  readonly learningRate: number;
  readonly loss: number;

  constructor(
    message: string,
    { step, learningRate, loss, ...options }: TrainingErrorFields & ErrorOptions,
  ) {
    super(message, options);
    this.step = step;
    this.learningRate = learningRate;
    this.loss = loss;
  }
}

type TrainingErrorFields = Pick<TrainingError, 'step' | 'learningRate' | 'loss'>;
