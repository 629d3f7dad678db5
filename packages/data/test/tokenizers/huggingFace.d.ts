/** The part that is used here: the library's own types name files without extension and do not resolve. */
declare module '@huggingface/tokenizers' {
  export class Tokenizer {
    constructor(file: object, config: object);
    encode(text: string): { readonly ids: readonly number[] };
    decode(
      ids: readonly number[],
      options: {
        readonly skip_special_tokens: boolean;
        readonly clean_up_tokenization_spaces: boolean;
      },
    ): string;
  }
}
