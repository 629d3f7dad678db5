import { ConfigError, type Operand } from '@working-papers/grad';
import { zipParams } from './zipParams.ts';

/**
 * The exponential moving average of parameters over steps, from the first on:
 * average <- decay average + (1 - decay) p.
 *
 * @param average - Before the step; at the start, the parameters themselves.
 * @param params - After the step.
 * @param decay - From 0, which forgets, to 1, which keeps; a tensor where it changes.
 * @returns The average after the step, of the form of both.
 * @throws {ConfigError} If the trees differ in form, or `decay` is a number out of its range.
 */
export function ema<Params>(average: Params, params: Params, decay: Operand): Params {
  if (typeof decay === 'number' && !(decay >= 0 && decay <= 1)) {
    throw new ConfigError(`ema: decay = ${decay} is not from 0 to 1`);
  }
  // As a step towards p, so that an average that equals p stays so to the last bit.
  return zipParams(average, params, (mean, p) => {
    const distance = p.sub(mean);
    return mean.add(distance.sub(distance.mul(decay)));
  });
}
