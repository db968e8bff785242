import { createFakeClock } from '@navette/testing';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { DatabaseReach, type ReachEvent, type ReachState, reachTransitions } from './database-reach.ts';

beforeEach(() => void vi.spyOn(Math, 'random').mockReturnValue(0.5));
afterEach(() => void vi.restoreAllMocks());

const silence = new Error('timeout expired');
const refusal = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
const full = Object.assign(new Error('sorry, too many clients already'), { code: '53300' });

/** A database that answers probes as the list says, one after the other, each after so many milliseconds. */
function openReach() {
  const clock = createFakeClock();
  const log: string[] = [];
  const answers: { afterMs: number; error?: Error }[] = [];
  const askedAt: number[] = [];
  const reach = new DatabaseReach({
    clock,
    async probe(limitMs) {
      askedAt.push(clock.now());
      const { afterMs, error } = answers.shift() ?? { afterMs: 1 };
      await clock.sleep(Math.min(afterMs, limitMs));
      if (afterMs > limitMs) throw silence;
      if (error) throw error;
    },
    onTrouble: () => log.push('trouble'),
    onAway: (reason) => log.push(`away: ${reason}`),
    onBack: (awayForMs) => log.push(`back after ${awayForMs}`),
  });
  return { answers, askedAt, clock, log, reach };
}

const late = { afterMs: 2_500 };
const prompt = { afterMs: 5 };

test('a probe that is late under load refuses no work', async () => {
  const { answers, clock, log, reach } = openReach();
  answers.push(late, prompt);
  reach.suspect();
  await clock.advance(10_000);
  expect(reach.awaySince).toBeUndefined();
  expect(log).toEqual(['trouble', 'trouble']);
});

test('two in a row without an answer: away, 4.1 s after the suspicion', async () => {
  const { answers, clock, log, reach } = openReach();
  answers.push(late, late, late, prompt);
  const startedAt = clock.now();
  reach.suspect();
  await clock.advance(4_099);
  expect(reach.awaySince).toBeUndefined();
  await clock.advance(1);
  expect(reach.awaySince).toBe(startedAt + 4_100);
  // A pause of 200 ms, a silent probe, a pause of 400 ms, and one that is answered.
  await clock.advance(2_604);
  expect(reach.awaySince).toBeDefined();
  await clock.advance(1);
  expect(reach.awaySince).toBeUndefined();
  expect(log.filter((line) => line !== 'trouble')).toEqual(['away: timeout expired', 'back after 2605']);
});

test('one that refuses is away at once', async () => {
  const { answers, clock, reach } = openReach();
  answers.push({ afterMs: 3, error: refusal }, prompt);
  reach.suspect();
  await clock.advance(3);
  expect(reach.awaySince).toBeDefined();
  await clock.advance(105);
  expect(reach.awaySince).toBeUndefined();
});

test('as long as it is away it is asked later and later, a second apart at most', async () => {
  const { answers, askedAt, clock, reach } = openReach();
  for (let probe = 0; probe < 7; probe++) answers.push({ afterMs: 0, error: refusal });
  reach.suspect();
  await clock.advance(60_000);
  const gaps = askedAt.slice(1).map((time, index) => time - askedAt[index]!);
  expect(gaps).toEqual([100, 200, 400, 800, 1_000, 1_000, 1_000]);
});

test('processes that lost it at the same moment do not ask in step', async () => {
  const gapsOf = async (random: number) => {
    vi.spyOn(Math, 'random').mockReturnValue(random);
    const { answers, askedAt, clock, reach } = openReach();
    for (let probe = 0; probe < 5; probe++) answers.push({ afterMs: 0, error: refusal });
    reach.suspect();
    await clock.advance(60_000);
    return askedAt.slice(1).map((time, index) => time - askedAt[index]!);
  };
  expect(await gapsOf(0)).toEqual([50, 100, 200, 400, 500]);
  expect(await gapsOf(0.9)).toEqual([140, 280, 560, 1_120, 1_400]);
});

test('late ones that are not in a row are no absence', async () => {
  const { answers, clock, log, reach } = openReach();
  for (let round = 0; round < 5; round++) {
    answers.push(late, prompt);
    reach.suspect();
    await clock.advance(5_000);
  }
  expect(log.every((line) => line === 'trouble')).toBe(true);
});

test('a statement that is answered meanwhile is as good as a probe', async () => {
  const { answers, clock, log, reach } = openReach();
  answers.push(late, late);
  reach.suspect();
  await clock.advance(500);
  reach.noteAnswer();
  await clock.advance(5_000);
  expect(log).toEqual([]);
  // One from before says nothing.
  reach.noteAnswer();
  answers.unshift(late);
  reach.suspect();
  await clock.advance(4_100);
  expect(reach.awaySince).toBeDefined();
  await clock.advance(200);
  answers.push(late);
  reach.noteAnswer();
  await clock.advance(5_000);
  expect(reach.awaySince).toBeUndefined();
});

test('a database with no connection to spare is there', async () => {
  const { answers, clock, log, reach } = openReach();
  answers.push({ afterMs: 1, error: full });
  reach.suspect();
  await clock.advance(5_000);
  expect(log).toEqual([]);
});

test('however many suspect it, one asks, and nobody after the end', async () => {
  const { answers, askedAt, clock, reach, log } = openReach();
  answers.push(late);
  for (let caller = 0; caller < 50; caller++) reach.suspect();
  expect(askedAt).toHaveLength(1);
  reach.stop();
  await clock.advance(10_000);
  reach.suspect();
  await clock.advance(10_000);
  expect([askedAt.length, log]).toEqual([1, []]);
});

test('every event has its place in every state', () => {
  const events: ReachEvent[] = ['answered', 'silent', 'refused'];
  const table = Object.entries(reachTransitions) as [ReachState, Record<ReachEvent, ReachState>][];
  expect(table.map(([from]) => from)).toEqual(['sound', 'doubtful', 'away']);
  for (const [from, moves] of table) {
    expect(Object.keys(moves).sort()).toEqual([...events].sort());
    expect(moves.answered).toBe('sound');
    expect(moves.refused).toBe('away');
    expect(moves.silent).toBe(from === 'sound' ? 'doubtful' : 'away');
  }
});
