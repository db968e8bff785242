/**
 * Markdown as a tree of plain values: headings, paragraphs, lists, fenced code, tables, and inline code, emphasis and
 * links. The page draws it with React elements, so that no text can become HTML. What is not known stays text.
 */
export type Inline =
  | { kind: 'text' | 'code' | 'strong' | 'emphasis'; text: string }
  | { kind: 'link'; text: string; href: string };

export type Block =
  | { kind: 'heading'; level: number; text: Inline[] }
  | { kind: 'paragraph'; text: Inline[] }
  | { kind: 'list'; ordered: boolean; items: Inline[][] }
  | { kind: 'code'; text: string }
  | { kind: 'table'; head: Inline[][]; rows: Inline[][][] };

export function parseMarkdown(source: string): Block[] {
  const lines = source.replaceAll('\r\n', '\n').split('\n');
  const blocks: Block[] = [];
  let at = 0;
  while (at < lines.length) {
    if (lines[at]!.trim() === '') {
      at += 1;
      continue;
    }
    const [block, next] = parseBlock(lines, at);
    blocks.push(block);
    at = next;
  }
  return blocks;
}

const listMark = /^\s*(?:[-*+]|(\d+)[.)])\s+/;

function parseBlock(lines: readonly string[], at: number): [Block, number] {
  const line = lines[at]!;
  const heading = /^(#{1,6})\s+(.*)$/.exec(line);
  if (heading) {
    return [{ kind: 'heading', level: heading[1]!.length, text: parseInline(heading[2]!.trim()) }, at + 1];
  }
  if (line.trimStart().startsWith('```')) return parseFence(lines, at);
  if (listMark.test(line)) return parseList(lines, at);
  if (
    isTableRow(line) &&
    /^\s*\|?[\s:|-]+\|?\s*$/.test(lines[at + 1] ?? '') &&
    lines[at + 1]!.includes('-')
  ) {
    return parseTable(lines, at);
  }
  const text: string[] = [];
  let next = at;
  while (next < lines.length && lines[next]!.trim() !== '' && (next === at || !startsBlock(lines[next]!))) {
    text.push(lines[next]!.trim());
    next += 1;
  }
  return [{ kind: 'paragraph', text: parseInline(text.join(' ')) }, next];
}

function startsBlock(line: string): boolean {
  return /^#{1,6}\s/.test(line) || line.trimStart().startsWith('```') || listMark.test(line);
}

function parseFence(lines: readonly string[], at: number): [Block, number] {
  let end = at + 1;
  while (end < lines.length && !lines[end]!.trimStart().startsWith('```')) end += 1;
  return [{ kind: 'code', text: lines.slice(at + 1, end).join('\n') }, end + 1];
}

function parseList(lines: readonly string[], at: number): [Block, number] {
  const ordered = listMark.exec(lines[at]!)![1] !== undefined;
  const items: string[] = [];
  let next = at;
  while (next < lines.length && lines[next]!.trim() !== '') {
    const line = lines[next]!;
    const mark = listMark.exec(line);
    if (mark) items.push(line.slice(mark[0].length).trim());
    else if (/^\s+/.test(line)) items[items.length - 1] += ` ${line.trim()}`;
    else break;
    next += 1;
  }
  return [{ kind: 'list', ordered, items: items.map(parseInline) }, next];
}

function isTableRow(line: string): boolean {
  return line.includes('|');
}

function parseTable(lines: readonly string[], at: number): [Block, number] {
  const rows: Inline[][][] = [];
  let next = at + 2;
  while (next < lines.length && isTableRow(lines[next]!) && lines[next]!.trim() !== '') {
    rows.push(parseCells(lines[next]!));
    next += 1;
  }
  return [{ kind: 'table', head: parseCells(lines[at]!), rows }, next];
}

function parseCells(line: string): Inline[][] {
  const inner = line.trim().replace(/^\|/, '').replace(/\|$/, '');
  return inner.split(/(?<!\\)\|/).map((cell) => parseInline(cell.trim().replaceAll('\\|', '|')));
}

const inlineMark =
  /`([^`]+)`|\*\*([^*]+)\*\*|\[([^\]]+)\]\(([^)\s]+)\)|(?<![\w*])\*([^*\s][^*]*)\*(?!\w)|(?<!\w)_([^_\s][^_]*)_(?!\w)/g;

export function parseInline(text: string): Inline[] {
  const parts: Inline[] = [];
  let at = 0;
  for (const match of text.matchAll(inlineMark)) {
    if (match.index > at) parts.push({ kind: 'text', text: text.slice(at, match.index) });
    parts.push(toInline(match));
    at = match.index + match[0].length;
  }
  if (at < text.length) parts.push({ kind: 'text', text: text.slice(at) });
  return parts;
}

function toInline(match: RegExpMatchArray): Inline {
  const [whole, code, strong, label, href, star, underscore] = match;
  if (code !== undefined) return { kind: 'code', text: code };
  if (strong !== undefined) return { kind: 'strong', text: strong };
  if (label !== undefined && href !== undefined) {
    return /^(https?:\/\/|\/|#)/.test(href)
      ? { kind: 'link', text: label, href }
      : { kind: 'text', text: whole };
  }
  return { kind: 'emphasis', text: star ?? underscore ?? whole };
}
