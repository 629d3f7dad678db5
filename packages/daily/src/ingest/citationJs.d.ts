/** The part of citation-js that is used here; it comes without types. */

declare module '@citation-js/core' {
  export const plugins: {
    readonly input: {
      /** Converts from form to form until it is CSL-JSON, or the form `target`. Never fetches these forms. */
      readonly chain: (
        input: unknown,
        options: {
          readonly forceType: '@bibtex/text' | '@bibtex/entries+list';
          readonly generateGraph: false;
          readonly target?: '@bibtex/entries+list';
        },
      ) => unknown;
    };
  };
}

declare module '@citation-js/plugin-bibtex' {}
