const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as HTML that shows exactly that text, in content and in quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => entities[char]!);
}

/** The same, but character references that the text has ("&eacute;", "&#233;") stay references, as Markdown wants. */
export function escapeMarkdownText(text: string): string {
  return text.replace(/[<>"']|&(?!(#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|\w+);)/g, (char) => entities[char]!);
}
