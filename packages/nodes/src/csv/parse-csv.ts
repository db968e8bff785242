import { Readable } from 'node:stream';
import { setImmediate as yieldToOthers } from 'node:timers/promises';
import type { Json, JsonObject } from '@navette/kit';
import { CsvError, parse } from 'csv-parse';
import { createColumnNames } from './column-names.ts';
import { detectDelimiter } from './detect-delimiter.ts';
import { csvErrors } from './errors.ts';
import { inferValue } from './infer-value.ts';

export interface CsvOptions {
  /** One character; undefined: found out. */
  delimiter: string | undefined;
  hasHeader: boolean;
  inferTypes: boolean;
  /** Lines before the header. */
  skipLines: number;
  maxRows: number | undefined;
  /** Take rows of any length and stray quotes. */
  forgiving: boolean;
  signal: AbortSignal;
}

const sliceBytes = 65_536;
/** A quote that is never closed would otherwise swallow the rest of the file. */
const maxRecordBytes = 8 * 1024 * 1024;

interface CsvRecord {
  record: string[];
  info: { lines: number };
}

/** @throws CSV_UNREADABLE, CSV_ROW_LENGTH, and the reason of the signal when it is aborted */
export async function parseCsv(text: string, options: CsvOptions): Promise<JsonObject[]> {
  const rows: JsonObject[] = [];
  let columns: string[] | undefined;
  let expected: number | undefined;
  if (options.maxRows === 0) return rows;
  try {
    for await (const { record, info } of listRecords(text, options)) {
      if (columns === undefined) {
        columns = options.hasHeader ? createColumnNames(record) : createColumnNames(record.map(() => ''));
        expected = columns.length;
        if (options.hasHeader) continue;
      }
      if (record.length !== expected && !options.forgiving) {
        const params = { line: info.lines, found: record.length, expected: expected ?? 0 };
        throw csvErrors.create('CSV_ROW_LENGTH', { params });
      }
      if (record.length > columns.length)
        columns = createColumnNames([...columns, ...record.slice(columns.length).map(() => '')]);
      rows.push(createRow(columns, record, options.inferTypes));
      if (rows.length === options.maxRows) break;
    }
  } catch (error) {
    throw error instanceof CsvError ? toCsvError(error) : error;
  }
  return rows;
}

function createRow(columns: readonly string[], cells: readonly string[], inferTypes: boolean): JsonObject {
  const read = (cell: string | undefined): Json => (inferTypes ? inferValue(cell ?? '') : (cell ?? ''));
  return Object.fromEntries(columns.map((name, index) => [name, read(cells[index])]));
}

function listRecords(
  text: string,
  { delimiter, skipLines, forgiving, signal }: CsvOptions,
): AsyncIterable<CsvRecord> {
  const parser = parse({
    bom: true,
    delimiter: delimiter ?? detectDelimiter(withoutLines(text, skipLines)),
    from_line: skipLines + 1,
    info: true,
    max_record_size: maxRecordBytes,
    relax_column_count: true,
    relax_quotes: forgiving,
    skip_empty_lines: true,
  });
  const source = Readable.from(listSlices(Buffer.from(text), signal), { objectMode: false });
  source.once('error', (error) => parser.destroy(error));
  return source.pipe(parser);
}

/** Slices with a breath between them, so that a large file holds up neither the server nor a cancel. */
async function* listSlices(bytes: Buffer, signal: AbortSignal): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += sliceBytes) {
    signal.throwIfAborted();
    yield bytes.subarray(at, at + sliceBytes);
    await yieldToOthers();
  }
}

function withoutLines(text: string, count: number): string {
  let at = 0;
  for (let line = 0; line < count; line++) {
    const end = text.indexOf('\n', at);
    if (end < 0) return '';
    at = end + 1;
  }
  return text.slice(at);
}

const reasons = new Map<string, string>([
  ['CSV_QUOTE_NOT_CLOSED', 'a quoted cell is never closed'],
  ['INVALID_OPENING_QUOTE', 'a quote stands in the middle of a cell'],
  ['CSV_INVALID_CLOSING_QUOTE', 'a closing quote is followed by more text'],
  ['CSV_MAX_RECORD_SIZE', 'a row is larger than 8 MiB, most likely because a quoted cell is never closed'],
]);

/** The parser's own message quotes the data; ours does not. */
function toCsvError(error: CsvError & { lines?: unknown }) {
  const params = { line: Number(error.lines ?? 0), reason: reasons.get(error.code) ?? error.code };
  return csvErrors.create('CSV_UNREADABLE', { params });
}
