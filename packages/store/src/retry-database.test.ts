/** What waits for a database that is away or full, on a clock that is told to move. */
import { failOnUnheardRejections } from '@navette/testing';
import { afterAll, afterEach, beforeEach, expect, test, vi } from 'vitest';
import { retryWhileAway } from './retry-database.ts';

failOnUnheardRejections(afterAll);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const away = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
const full = Object.assign(new Error('no space left on device'), { code: '53100' });

/** Work that fails so many times, and when it was begun. */
function createWork(failures: number, error: Error) {
  const startedAt = Date.now();
  const begunAt: number[] = [];
  const work = async () => {
    begunAt.push(Date.now() - startedAt);
    if (begunAt.length <= failures) throw error;
    return 'done';
  };
  return { begunAt, work };
}

const gapsOf = (times: readonly number[]) => times.slice(1).map((time, index) => time - times[index]!);

test.each([
  ['the least', 0, 0.5],
  ['the most', 1, 1.5],
])('is done again later and later, up to a limit, by chance (%s)', async (_name, random, share) => {
  vi.spyOn(Math, 'random').mockReturnValue(random);
  for (const error of [away, full]) {
    const { begunAt, work } = createWork(8, error);
    const done = retryWhileAway(work);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await done).toBe('done');
    expect(gapsOf(begunAt)).toEqual([50, 100, 200, 400, 800, 1_600, 2_000, 2_000].map((gap) => gap * share));
  }
});

test('ends with its signal, in the middle of a gap', async () => {
  const { begunAt, work } = createWork(99, away);
  const over = new AbortController();
  const done = retryWhileAway(work, over.signal);
  const ended = expect(done).rejects.toThrow('enough');
  await vi.advanceTimersByTimeAsync(1);
  over.abort(new Error('enough'));
  await ended;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(begunAt).toHaveLength(1);
});

test('passes on what waiting does not mend', async () => {
  const { begunAt, work } = createWork(1, Object.assign(new Error('no such table'), { code: '42P01' }));
  await expect(retryWhileAway(work)).rejects.toMatchObject({ code: '42P01' });
  expect(begunAt).toHaveLength(1);
});
