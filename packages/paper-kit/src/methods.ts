import { ConfigError } from '@working-papers/grad';

/** What a method is to the comparison. */
export const methodRoles = ['method', 'baseline', 'ablation', 'control'] as const;

/** One of {@link methodRoles}. */
export type MethodRole = (typeof methodRoles)[number];

/** The search for a method's settings, before the recorded run and on other seeds. */
export interface Tuning {
  /** Settings that were tried; 0 if they are those of a paper or of the method. */
  readonly trials: number | 'nothing to tune' | 'not counted';
  /** What was varied, or where the settings come from. */
  readonly what: string;
}

/** One of the methods that an experiment compares, with what was spent on it. */
export interface MethodEntry {
  /** As in the rows' field `method`. */
  readonly method: string;
  readonly role: MethodRole;
  readonly tuning: Tuning;
}

/**
 * Checks that every baseline with something to tune was tuned at least as long as the method.
 * Ablations and controls are the method with a part changed, and keep its settings.
 *
 * @param slug - Of the paper, for messages.
 * @throws {ConfigError} If a name occurs twice, no entry has the role `method`, trials are not a
 * non-negative integer, or a baseline's budget is smaller than the method's or cannot be compared.
 */
export function checkMethods(methods: readonly MethodEntry[], slug: string): void {
  const fail = (problem: string): never => {
    throw new ConfigError(`${slug}: methods: ${problem}`);
  };
  const seen = new Set<string>();
  for (const { method, tuning } of methods) {
    if (seen.has(method)) fail(`"${method}" occurs twice; name each method once`);
    seen.add(method);
    const { trials, what } = tuning;
    if (typeof trials === 'number' && (!Number.isSafeInteger(trials) || trials < 0)) {
      fail(`"${method}" has ${trials} trials; expected a non-negative integer`);
    }
    if (what.trim() === '') fail(`"${method}" does not say what was tuned; fill in tuning.what`);
  }
  const own = methods.filter(({ role }) => role === 'method');
  if (own.length === 0) fail(`none has the role "method"; say which is the paper's`);
  const budgets = own.map(({ tuning: { trials } }) => (trials === 'nothing to tune' ? 0 : trials));
  for (const { method, role, tuning } of methods) {
    if (role !== 'baseline' || tuning.trials === 'nothing to tune') continue;
    for (const budget of budgets) {
      if (budget === 'not counted' || tuning.trials === 'not counted') {
        fail(
          `baseline "${method}" has trials ${tuning.trials} and the method ${budget}; count both, so that they can be compared`,
        );
      } else if (tuning.trials < budget) {
        fail(
          `baseline "${method}" was tuned with ${tuning.trials} trials and the method with ${budget}; tune it as long`,
        );
      }
    }
  }
}
