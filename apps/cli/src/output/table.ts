import { formatText } from './format.ts';
import type { Style } from './style.ts';
import { measureText, padText, truncateText } from './text-width.ts';

export interface Column<T> {
  title: string;
  value(row: T): string;
  /** Colours the cell after it was measured. */
  paint?(text: string, row: T): string;
  /** May be cut off when the line is too long. At most one column is. */
  flexible?: boolean;
}

const gap = '  ';
const narrowest = 8;

/** Rows under headings. Lines longer than `columns` are shortened in the flexible column, when there is a limit. */
export function renderTable<T>(
  columns: readonly Column<T>[],
  rows: readonly T[],
  { style, columns: limit }: { style: Style; columns?: number | undefined },
): string[] {
  const cells = rows.map((row) => columns.map((column) => formatText(column.value(row))));
  const widths = columns.map((column, index) =>
    Math.max(measureText(column.title), ...cells.map((line) => measureText(line[index]!))),
  );
  fit(columns, widths, limit);
  const last = columns.length - 1;
  const layOut = (index: number, text: string) =>
    index === last
      ? truncateText(text, widths[index]!)
      : padText(truncateText(text, widths[index]!), widths[index]!);
  const heading = columns.map((column, index) => layOut(index, column.title)).join(gap);
  const lines = cells.map((line, at) =>
    line
      .map((text, index) => {
        const laid = layOut(index, text);
        return columns[index]!.paint?.(laid, rows[at]!) ?? laid;
      })
      .join(gap)
      .trimEnd(),
  );
  return [style.dim(heading.trimEnd()), ...lines];
}

function fit<T>(columns: readonly Column<T>[], widths: number[], limit: number | undefined): void {
  const flexible = columns.findIndex((column) => column.flexible);
  if (limit === undefined || flexible < 0) return;
  const total = widths.reduce((sum, width) => sum + width + gap.length, -gap.length);
  if (total > limit) widths[flexible] = Math.max(narrowest, widths[flexible]! - (total - limit));
}
