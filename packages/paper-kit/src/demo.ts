import type { Figure, RunContext } from './experiment.ts';

/** A slider or a choice that a visitor can set. */
export type Control =
  | {
      readonly kind: 'range';
      readonly label: string;
      readonly min: number;
      readonly max: number;
      readonly step: number;
      readonly value: number;
    }
  | {
      readonly kind: 'choice';
      readonly label: string;
      readonly options: readonly string[];
      readonly value: string;
    };

/** The value of each control by name. */
export type Settings<Controls extends Readonly<Record<string, Control>>> = {
  readonly [Name in keyof Controls]: Controls[Name]['kind'] extends 'range' ? number : string;
};

/** What a demo may use besides its settings. */
export interface DemoContext extends Pick<RunContext, 'signal' | 'backend' | 'data'> {
  /** A non-negative integer; every random number derives from it. */
  readonly seed: number;
}

/**
 * What the page lets a visitor do with a method. `run` works in a worker and yields frames that
 * can be cloned between threads; `draw` turns a frame into pictures in the page.
 */
export interface Demo<
  Controls extends Readonly<Record<string, Control>> = Readonly<Record<string, Control>>,
  Frame = unknown,
> {
  readonly title: string;
  /** What to do and what to watch, in one or two sentences. */
  readonly instruction: string;
  readonly controls: Controls;
  readonly run: (
    settings: Settings<Controls>,
    context: DemoContext,
  ) => AsyncGenerator<Frame, void, void>;
  readonly draw: (frame: Frame, settings: Settings<Controls>) => readonly Figure[];
}

/** Fixes the types of a demo. */
export function defineDemo<const Controls extends Readonly<Record<string, Control>>, Frame>(
  demo: Demo<Controls, Frame>,
): Demo<Controls, Frame> {
  return demo;
}
