import type {
  Demo,
  DemoContext,
  Experiment,
  Figure,
  Paper,
  Row,
  RunProgress,
  Verdict,
} from '@working-papers/paper-kit';

/** What the run page needs of a paper's `index.ts`. */
export interface RunnablePaperModule {
  readonly paper: Paper;
  readonly experiment: Experiment;
  readonly demo?: RunnableDemo;
}

/** Values of a demo's controls by name. */
export type DemoSettings = Readonly<Record<string, string | number>>;

/** A demo whose controls are known only when it is loaded. */
export interface RunnableDemo extends Pick<Demo, 'title' | 'instruction' | 'controls'> {
  readonly run: (
    settings: DemoSettings,
    context: DemoContext,
  ) => AsyncGenerator<unknown, void, void>;
  readonly draw: (frame: unknown, settings: DemoSettings) => readonly Figure[];
}

/** What the page asks of the worker that computes. One task at a time; a new one ends the old. */
export type ComputeRequest =
  | { readonly kind: 'experiment'; readonly slug: string; readonly seed: number }
  | {
      readonly kind: 'demo';
      readonly slug: string;
      readonly seed: number;
      readonly settings: DemoSettings;
    }
  | { readonly kind: 'stop' };

/** How the worker is set up; the first message to it. */
export interface ComputeSetup {
  readonly kind: 'setup';
  readonly threads: number;
  /** Addresses of ONNX Runtime's script and WebAssembly. */
  readonly runtime: { readonly mjs: string; readonly wasm: string };
}

/** What the worker that computes tells the page. */
export type ComputeReply =
  /** What it is loading or preparing; null when that is over. */
  | { readonly kind: 'phase'; readonly text: string | null }
  | { readonly kind: 'row'; readonly row: Row }
  | { readonly kind: 'progress'; readonly progress: RunProgress }
  | { readonly kind: 'frame'; readonly frame: unknown; readonly settings: DemoSettings }
  /** The task is over; nothing runs now. Verdicts come with experiments. */
  | {
      readonly kind: 'done';
      readonly isComplete: boolean;
      readonly verdicts?: Readonly<Record<string, Verdict>>;
    }
  /** The task failed; nothing runs now. */
  | { readonly kind: 'failed'; readonly message: string };

/** What the page asks of the worker that draws. It answers each request, in order. */
export type DrawRequest = {
  readonly slug: string;
  /** Room for a figure, in px. */
  readonly width: number;
} & (
  | { readonly kind: 'rows'; readonly rows: readonly Row[] }
  | { readonly kind: 'frame'; readonly frame: unknown; readonly settings: DemoSettings }
);

/** A figure as it goes into the page. */
export interface DrawnFigure extends Pick<Figure, 'name' | 'title' | 'alt'> {
  readonly svg: string;
}

/** What the worker that draws answers. */
export type DrawReply =
  | { readonly kind: 'drawn'; readonly figures: readonly DrawnFigure[] }
  | { readonly kind: 'failed'; readonly message: string };
