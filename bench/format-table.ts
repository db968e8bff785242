/** How results are printed. */
import { type Spread, spreadOf } from './statistics.ts';

export function formatSpread(
  values: readonly number[],
  digits: number,
  { rangeOnly = false }: { rangeOnly?: boolean } = {},
): string {
  const { median, min, max } = spreadOf(values);
  const range = `${formatNumber(min, digits)}–${formatNumber(max, digits)}`;
  return rangeOnly ? range : `${formatNumber(median, digits)} (${range})`;
}

export function formatRange({ median, min, max }: Spread, digits: number): string {
  return `${formatNumber(median, digits)} (${formatNumber(min, digits)}–${formatNumber(max, digits)})`;
}

export function formatTimes(spread: Spread): string {
  return `${formatRange(spread, 0)} ms`;
}

export function formatRatio({ median, min, max }: Spread): string {
  return `${median.toFixed(2)} (${min.toFixed(2)}–${max.toFixed(2)})`;
}

export function formatOptional(value: number | undefined, digits: number, unit: string): string {
  return value === undefined ? 'n/a' : `${value.toFixed(digits)}${unit}`;
}

export function formatNumber(value: number, digits: number): string {
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** First column to the left, the others to the right. */
export function formatTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]!.length)),
  );
  const line = (cells: readonly string[]) =>
    `  ${cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!))).join('   ')}`;
  return [line(head), line(widths.map((width) => '─'.repeat(width))), ...rows.map(line)].join('\n');
}
