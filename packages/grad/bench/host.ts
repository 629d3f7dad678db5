import type { Program } from './program.ts';
import type { Failure, Reply, Request, StartRequest } from './request.ts';

/** A program with the version of what runs it. */
export interface Loaded {
  readonly program: Program;
  readonly version: string;
}

/** The side of the harness that stands inside a process or page: it runs one program. */
export class Host {
  private readonly load: (request: StartRequest) => Promise<Loaded>;
  private loaded: Loaded | undefined;

  constructor(load: (request: StartRequest) => Promise<Loaded>) {
    this.load = load;
  }

  /** Never fails: what is thrown becomes the answer. */
  async answer(request: Request): Promise<Reply | Failure> {
    try {
      return await this.perform(request);
    } catch (error) {
      return { error: error instanceof Error ? error.message : String(error) };
    }
  }

  private async perform(request: Request): Promise<Reply> {
    const started = performance.now();
    if (request.op === 'start') this.loaded = await this.load(request);
    const { loaded } = this;
    if (loaded === undefined) throw new Error('internal: a turn before the start');
    const losses: number[] = [];
    const steps = request.op === 'start' ? 1 : request.steps;
    for (let i = 0; i < steps; i++) losses.push(await loaded.program.run());
    return { ms: performance.now() - started, losses, version: loaded.version };
  }
}
