import type { Json, JsonObject } from '@navette/kit';
import { stringify } from 'csv-stringify/sync';
import { encodeText } from '../http-request/name-value.ts';

/** What a spreadsheet takes for the start of a formula. */
const formulaStart = /^[=+\-@\t\r]/;
const plainNumber = /^[+-]?\d+(?:[.,]\d+)?(?:[eE][+-]?\d+)?$/;

export interface EncodeCsvOptions {
  columns: readonly string[];
  delimiter: string;
  hasHeader: boolean;
  lineBreak: '\n' | '\r\n';
  /** Byte order mark first, by which spreadsheets know UTF-8. */
  hasMark: boolean;
  /** Puts an apostrophe before text that a spreadsheet would run as a formula. */
  guardFormulas: boolean;
}

/** Null and missing values are empty cells; lists and objects are JSON. */
export function encodeCsv(rows: readonly JsonObject[], options: EncodeCsvOptions): string {
  const guard = (cell: string) =>
    options.guardFormulas && formulaStart.test(cell) && !plainNumber.test(cell) ? `'${cell}` : cell;
  const cells = rows.map((row) =>
    options.columns.map((column) => guard(encodeCell(Object.hasOwn(row, column) ? row[column] : undefined))),
  );
  if (options.hasHeader) cells.unshift(options.columns.map(guard));
  return stringify(cells, {
    bom: options.hasMark,
    delimiter: options.delimiter,
    record_delimiter: options.lineBreak,
  });
}

/** Every field that some row has, in order of first appearance. */
export function listColumns(rows: readonly JsonObject[]): string[] {
  const columns = new Set<string>();
  for (const row of rows) for (const name of Object.keys(row)) columns.add(name);
  return [...columns];
}

function encodeCell(value: Json | undefined): string {
  return value === null || value === undefined ? '' : encodeText(value);
}
