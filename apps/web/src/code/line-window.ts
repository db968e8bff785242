export interface LineWindow {
  /** Number of the first line, from 1. */
  first: number;
  lines: readonly string[];
  total: number;
}

/** At most `count` lines of a text, with the marked one in their middle. */
export function toLineWindow(text: string, marked: number | undefined, count: number): LineWindow {
  const lines = text.split(/\r\n|\r|\n/);
  const latest = Math.max(0, lines.length - count);
  const start = marked === undefined ? 0 : Math.min(Math.max(0, marked - 1 - Math.floor(count / 2)), latest);
  return { first: start + 1, lines: lines.slice(start, start + count), total: lines.length };
}
