import { outcomes as allOutcomes, type Outcome } from '@working-papers/paper-kit';

/** How an outcome is shown: never by colour alone. */
export interface OutcomeLook {
  readonly word: string;
  /** Class that carries the colour. */
  readonly tone: 'holds' | 'partly' | 'fails' | 'none';
  /** Strokes of a 16 by 16 icon. */
  readonly icon: string;
}

/** All outcomes as they are shown, in the order in which they are counted. */
export const outcomeLooks: Readonly<Record<Outcome, OutcomeLook>> = {
  holds: { word: 'Holds', tone: 'holds', icon: 'M3.5 8.5l3 3 6-7' },
  partly: { word: 'Partly', tone: 'partly', icon: 'M2.5 8.5c2-3 3.5-3 5.5 0s3.5 3 5.5 0' },
  fails: { word: 'Fails', tone: 'fails', icon: 'M4 4l8 8M12 4l-8 8' },
  'not measured': { word: 'Not measured', tone: 'none', icon: 'M4 8h8' },
  untestable: {
    word: 'Cannot be tested here',
    tone: 'none',
    icon: 'M12.2 3.8l-8.4 8.4M8 2.5a5.5 5.5 0 1 0 0 11a5.5 5.5 0 1 0 0-11',
  },
};

/** How often each outcome occurs, in the order in which they are shown; those that do not are left out. */
export function countOutcomes(
  outcomes: readonly Outcome[],
): readonly { readonly outcome: Outcome; readonly count: number }[] {
  return allOutcomes
    .map((outcome) => ({ outcome, count: outcomes.filter((one) => one === outcome).length }))
    .filter(({ count }) => count > 0);
}
