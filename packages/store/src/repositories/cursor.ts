import { type RawBuilder, sql } from 'kysely';
import { storeErrors } from './store-error.ts';

/** One page of a list. `nextCursor` is null on the last one. */
export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

export interface PageRequest {
  limit: number;
  cursor?: string | undefined;
}

/** A cursor that is opaque to callers: the sort key of the last row they saw. */
export function encodeCursor(...parts: readonly string[]): string {
  return Buffer.from(parts.join(' ')).toString('base64url');
}

/** The bare UUID of a cursor of lists that are sorted by id. Throws STORE_CURSOR_INVALID. */
export function decodeIdCursor(cursor: string): string {
  const [id, ...rest] = decodeCursor(cursor);
  if (id === undefined || rest.length > 0 || !isUuid(id)) throw createCursorError();
  return id;
}

/**
 * Of lists that are sorted by time: the time of a row in microseconds, as Postgres has it. By milliseconds, which is what a
 * Date has, a page would leave out rows of the same millisecond as its first.
 */
export function selectExactTime(column: string) {
  return sql<string>`(extract(epoch FROM ${sql.ref(column)}) * 1000000)::bigint::text`.as('exactTime');
}

/** The time and id of a cursor of lists that are sorted by time, then id. Throws STORE_CURSOR_INVALID. */
export function decodeTimeCursor(cursor: string): { at: RawBuilder<Date>; id: string } {
  const [micros, id, ...rest] = decodeCursor(cursor);
  if (micros === undefined || id === undefined || rest.length > 0) throw createCursorError();
  if (!/^\d{1,16}$/.test(micros) || !Number.isSafeInteger(Number(micros)) || !isUuid(id))
    throw createCursorError();
  const at = sql<Date>`(timestamptz 'epoch' + ${micros}::bigint * interval '1 microsecond')`;
  return { at, id };
}

type Timed<Row> = Row & { exactTime: string };

/** A page of rows that `selectExactTime` was selected for. */
export function createTimedPage<Row extends { id: string }>(
  rows: readonly Timed<Row>[],
  limit: number,
): Page<Omit<Timed<Row>, 'exactTime'>> {
  return createPage(
    rows,
    limit,
    ({ exactTime: _, ...row }) => row,
    ({ exactTime, id }) => encodeCursor(exactTime, id),
  );
}

/** Cuts the one row too many that was read to know whether there is a next page. */
export function createPage<Row, Item>(
  rows: readonly Row[],
  limit: number,
  toItem: (row: Row) => Item,
  toCursor: (row: Row) => string,
): Page<Item> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map(toItem),
    nextCursor: rows.length > limit && last !== undefined ? toCursor(last) : null,
  };
}

function decodeCursor(cursor: string): string[] {
  return Buffer.from(cursor, 'base64url').toString('utf8').split(' ');
}

function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);
}

function createCursorError() {
  return storeErrors.create('STORE_CURSOR_INVALID', {
    issues: [{ path: '/query/cursor', message: 'is not a cursor that this list gave' }],
  });
}
