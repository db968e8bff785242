import { Tokenizer } from 'marked';

/** Ordinary documents stay far below: they take about ten looks at each character. */
const baseWork = 20_000_000;
const workPerCharacter = 50;

/**
 * marked looks for the end of emphasis, quotes and lists in all the text that follows, which is quadratic in long
 * paragraphs full of marks: 15 KB can take seconds. This counts the characters looked at; when they are too many, what
 * is left becomes plain text. The count does not depend on the speed of the machine, so the result doesn't either.
 */
export class BoundedTokenizer extends Tokenizer {
  #left: number;

  constructor(sourceLength: number) {
    super();
    this.#left = baseWork + workPerCharacter * sourceLength;
  }

  override emStrong(...args: Parameters<Tokenizer['emStrong']>): ReturnType<Tokenizer['emStrong']> {
    if (args[0][0] !== '_' && args[0][0] !== '*') return undefined;
    return this.#canLookAt(args[0]) ? super.emStrong(...args) : undefined;
  }

  override del(...args: Parameters<Tokenizer['del']>): ReturnType<Tokenizer['del']> {
    if (args[0][0] !== '~') return undefined;
    return this.#canLookAt(args[0]) ? super.del(...args) : undefined;
  }

  override inlineText(src: string): ReturnType<Tokenizer['inlineText']> {
    if (this.#canLookAt(src)) return super.inlineText(src);
    return { type: 'text', raw: src, text: src, escaped: false };
  }

  override blockquote(src: string): ReturnType<Tokenizer['blockquote']> {
    if (this.#left < 0) return undefined;
    const quote = super.blockquote(src);
    if (quote) this.#canLookAt(quote.raw);
    return quote;
  }

  override list(src: string): ReturnType<Tokenizer['list']> {
    if (this.#left < 0) return undefined;
    const list = super.list(src);
    if (list) this.#canLookAt(list.raw);
    return list;
  }

  #canLookAt(text: string): boolean {
    this.#left -= text.length;
    return this.#left >= 0;
  }
}
