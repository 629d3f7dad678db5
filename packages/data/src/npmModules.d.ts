/** The parts of npm's own libraries that are used here; they come without types. */

declare module 'pacote' {
  export interface TarballStream {
    on(event: 'data', listener: (chunk: Uint8Array) => void): this;
    on(event: 'end', listener: () => void): this;
    on(event: 'error', listener: (error: Error) => void): this;
  }
  /** Calls `handler` with a verified stream, a second time if the first was corrupt. */
  function stream<Result>(
    spec: string,
    handler: (stream: TarballStream) => Promise<Result>,
    options: Readonly<Record<string, unknown>>,
  ): Promise<Result>;
  const pacote: { readonly tarball: { readonly stream: typeof stream } };
  export default pacote;
}

declare module '@npmcli/config' {
  export default class Config {
    constructor(options: {
      readonly definitions: unknown;
      readonly shorthands: unknown;
      readonly flatten: unknown;
      readonly npmPath: string;
      readonly argv: readonly string[];
      readonly env: Readonly<Record<string, string | undefined>>;
    });
    load(): Promise<void>;
    /** Settings under the names that npm's libraries take. */
    readonly flat: { readonly retry: object; readonly [name: string]: unknown };
  }
}

declare module '@npmcli/config/lib/definitions/index.js' {
  const definitions: {
    readonly definitions: unknown;
    readonly shorthands: unknown;
    readonly flatten: unknown;
  };
  export default definitions;
}
