import { nodeErrors } from '@navette/node-sdk';
import { Lexer, Parser, Renderer, type Tokens } from 'marked';
import { BoundedTokenizer } from './bounded-tokenizer.ts';
import { escapeHtml, escapeMarkdownText } from './escape-html.ts';
import { toImageUrl, toLinkUrl } from './safe-url.ts';

export interface MarkdownRules {
  /** What becomes of HTML in the source: shown as text, left out, or passed through as it is. */
  rawHtml: 'escape' | 'drop' | 'keep';
  /** Whether a single line break is one in the result. */
  breaks: boolean;
}

/**
 * Markdown (GitHub's flavour) as HTML. Unless raw HTML is kept, nothing in the source can become an element, an
 * attribute or a script; links and images with addresses that could run something are reduced to their text.
 * Throws NODE_INPUT_INVALID when quotes or lists are nested thousands deep.
 */
export function renderMarkdown(source: string, rules: MarkdownRules): string {
  const options = {
    gfm: true,
    breaks: rules.breaks,
    renderer: new SafeRenderer(rules),
    tokenizer: new BoundedTokenizer(source.length),
  };
  try {
    return Parser.parse(Lexer.lex(source, options), options);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw nodeErrors.create('NODE_INPUT_INVALID', {
      params: { detail: 'the Markdown is nested too deeply' },
    });
  }
}

class SafeRenderer extends Renderer {
  readonly #rawHtml: MarkdownRules['rawHtml'];

  constructor({ rawHtml }: MarkdownRules) {
    super();
    this.#rawHtml = rawHtml;
  }

  override html(token: Tokens.HTML | Tokens.Tag): string {
    if (this.#rawHtml === 'keep') return token.text;
    if (this.#rawHtml === 'drop') return '';
    const text = escapeHtml(token.text.trimEnd());
    return token.block ? `<p>${text}</p>\n` : text;
  }

  // Behind an opening <pre> or <script>, marked takes text for HTML; here it is text in every place.
  override text(token: Tokens.Text | Tokens.Escape): string {
    if (this.#rawHtml === 'keep') return super.text(token);
    if ('tokens' in token && token.tokens) return this.parser.parseInline(token.tokens);
    return escapeMarkdownText(token.text);
  }

  override link({ href, title, text, tokens, autolink }: Tokens.Link): string {
    const content = autolink ? escapeHtml(text) : this.parser.parseInline(tokens);
    const url = toLinkUrl(href);
    if (url === undefined) return content;
    return `<a href="${escapeHtml(url)}"${titleAttribute(title)}>${content}</a>`;
  }

  override image({ href, title, text, tokens }: Tokens.Image): string {
    const alt = escapeMarkdownText(tokens ? this.parser.parseInline(tokens, this.parser.textRenderer) : text);
    const url = toImageUrl(href);
    if (url === undefined) return alt;
    return `<img src="${escapeHtml(url)}" alt="${alt}"${titleAttribute(title)}>`;
  }
}

function titleAttribute(title: string | null | undefined): string {
  return title ? ` title="${escapeMarkdownText(title)}"` : '';
}
