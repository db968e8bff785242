/** A disk that is full: new work is refused by name, and taken again when it is over. On a clock that is told to move. */
import type { Logger } from '@navette/kit';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { DatabaseWatch } from './database-watch.ts';

const mebibyte = 1024 * 1024;
const refusal = Object.assign(new Error('could not extend file: No space left on device'), { code: '53100' });

let watch: DatabaseWatch;
let lines: string[];

beforeEach(() => {
  vi.useFakeTimers();
  lines = [];
});
afterEach(() => {
  watch.stop();
  vi.useRealTimers();
});

function openWatch(readFreeBytes?: () => number): void {
  const note = (_fields: object, message: string) => void lines.push(message);
  const logger: Logger = { debug: note, info: note, warn: note, error: note, child: () => logger };
  watch = new DatabaseWatch({
    connectionString: 'postgresql://nobody@127.0.0.1:1/nothing',
    logger,
    readFreeBytes,
  });
}

const expectRefused = () =>
  expect(() => watch.assertTakesWork()).toThrowError(
    expect.objectContaining({ code: 'SERVER_DISK_FULL', status: 507, retry: { afterMs: 10_000 } }),
  );
const expectTaken = () => expect(() => watch.assertTakesWork()).not.toThrow();
const isFull = 'The disk of the database is full; new work is refused';
const hasRoom = 'The disk of the database has room again';

test('of a database elsewhere: a refusal is believed for two seconds, then one may try again', () => {
  openWatch();
  expectTaken();
  const since = new Date();
  watch.suspect(refusal);
  expectRefused();
  expect(watch.fullSince).toEqual(since);
  vi.advanceTimersByTime(1_500);
  // Work that is under way is refused again.
  watch.suspect(refusal);
  vi.advanceTimersByTime(1_900);
  expectRefused();
  expect(watch.fullSince).toEqual(since);
  vi.advanceTimersByTime(1_100);
  expectTaken();
  expect(watch.fullSince).toBeUndefined();
  watch.suspect(refusal);
  expectRefused();
  expect(lines).toEqual([isFull, hasRoom, isFull]);
});

test('of our own: closed before the last byte, and open again when there is some more room', () => {
  let freeMebibytes = 33;
  openWatch(() => freeMebibytes * mebibyte);
  const look = (free: number) => {
    freeMebibytes = free;
    vi.advanceTimersByTime(1_000);
  };
  expectTaken();
  look(31);
  expectRefused();
  look(47);
  expectRefused();
  look(49);
  expectTaken();
  look(33);
  expectTaken();
  expect(lines).toEqual([isFull, hasRoom]);
});

test('a disk that is full is no database that is away', () => {
  openWatch();
  watch.suspect(refusal);
  expect(watch.unreachableSince).toBeUndefined();
});
