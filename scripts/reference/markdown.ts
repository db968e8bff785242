/** Pieces of Markdown that every generated page uses. */

export const notice = '<!-- Made by scripts/generate-reference.ts. Do not edit. -->';

/** A table; cells are Markdown already. */
export function renderTable(titles: readonly string[], rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) return [];
  const line = (cells: readonly string[]) => `| ${cells.map(escapeCell).join(' | ')} |`;
  return [line(titles), line(titles.map(() => '---')), ...rows.map(line)];
}

export function renderCode(language: string, text: string): string[] {
  return [`\`\`\`${language}`, text, '```'];
}

/** JSON as a person would write it: short lists and objects on one line. */
export function formatJson(value: unknown, indent = ''): string {
  const short = JSON.stringify(value);
  if (value === null || typeof value !== 'object' || indent.length + short.length <= 90) {
    return spaceOut(value);
  }
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    return `[\n${value.map((one) => inner + formatJson(one, inner)).join(',\n')}\n${indent}]`;
  }
  const lines = Object.entries(value).map(
    ([key, one]) => `${inner}${JSON.stringify(key)}: ${formatJson(one, inner)}`,
  );
  return `{\n${lines.join(',\n')}\n${indent}}`;
}

/** One line, with blanks after colons and commas. */
function spaceOut(value: unknown): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(spaceOut).join(', ')}]`;
  const entries = Object.entries(value).map(([key, one]) => `${JSON.stringify(key)}: ${spaceOut(one)}`);
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
}

/** The anchor that Markdown viewers make of a heading. */
export function toAnchor(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-');
}

function escapeCell(text: string): string {
  return text.replace(/\|/g, '\\|').replace(/\n/g, '<br>');
}
