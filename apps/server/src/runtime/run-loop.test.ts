import { silentLogger } from '@navette/kit';
import { createFakeClock } from '@navette/testing';
import { afterEach, expect, test, vi } from 'vitest';
import { Beat, beatMs } from './beat.ts';
import { runLoop } from './run-loop.ts';

afterEach(() => void vi.restoreAllMocks());

const lost = Object.assign(new Error('gone'), { code: '08006' });

test('takes turns with the pauses that they ask for, and later and later ones after failures', async () => {
  const clock = createFakeClock();
  const over = new AbortController();
  const times: number[] = [];
  const troubles: unknown[] = [];
  const startedAt = clock.now();
  const ended = runLoop(
    {
      name: 'The task',
      async turn() {
        times.push(clock.now() - startedAt);
        if (times.length > 2 && times.length < 9) throw lost;
        return 500;
      },
    },
    {
      clock,
      beat: new Beat(clock),
      logger: silentLogger,
      signal: over.signal,
      onTrouble: (error) => troubles.push(error),
    },
  );
  // Those whose database went at the same moment do not come back to it in step.
  vi.spyOn(Math, 'random').mockReturnValue(0.5).mockReturnValueOnce(0).mockReturnValueOnce(0.9);
  await clock.advance(20_000);
  expect(times.slice(0, 3)).toEqual([0, 500, 1_000]);
  expect(troubles).toEqual(Array.from({ length: 6 }, () => lost));
  const gaps = times.slice(3, 9).map((time, index) => time - times[index + 2]!);
  expect(gaps).toEqual([50, 280, 400, 800, 1_600, 2_000]);
  over.abort();
  await ended;
});

test('ends with the signal, also in the middle of a turn that fails then', async () => {
  const over = new AbortController();
  const troubles: unknown[] = [];
  await runLoop(
    {
      name: 'The task',
      async turn() {
        over.abort();
        throw lost;
      },
    },
    {
      clock: createFakeClock(),
      beat: new Beat(createFakeClock()),
      logger: silentLogger,
      signal: over.signal,
      onTrouble: (error) => troubles.push(error),
    },
  );
  expect(troubles).toEqual([]);
});

test('tasks that rest take their turns together', async () => {
  const clock = createFakeClock();
  const beat = new Beat(clock);
  const over = new AbortController();
  const startedAt = clock.now();
  const times: number[][] = [[], []];
  const run = (at: number, firstPauseMs: number) =>
    runLoop(
      {
        name: 'The task',
        async turn() {
          times[at]!.push(clock.now() - startedAt);
          return times[at]!.length === 1 ? firstPauseMs : beatMs;
        },
      },
      { clock, beat, logger: silentLogger, signal: over.signal, onTrouble: () => {} },
    );
  const ended = Promise.all([run(0, beatMs), run(1, 300)]);
  for (let step = 0; step < 35; step++) await clock.advance(100);
  expect(times).toEqual([
    [0, 1_000, 2_000, 3_000],
    [0, 300, 1_000, 2_000, 3_000],
  ]);
  over.abort();
  await ended;
});
