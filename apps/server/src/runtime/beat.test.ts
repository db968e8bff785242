import { createFakeClock } from '@navette/testing';
import { expect, test } from 'vitest';
import { Beat, beatMs } from './beat.ts';

test('wakes all who wait at the same moment, a beat after the first of them', async () => {
  const clock = createFakeClock();
  const startedAt = clock.now();
  const beat = new Beat(clock);
  const { signal } = new AbortController();
  const woken: string[] = [];
  const rest = (name: string) =>
    beat.next(signal).then(() => woken.push(`${name} ${clock.now() - startedAt}`));
  void rest('first');
  await clock.advance(beatMs - 1);
  void rest('second');
  expect(woken).toEqual([]);
  await clock.advance(1);
  expect(woken).toEqual([`first ${beatMs}`, `second ${beatMs}`]);
  await clock.advance(10 * beatMs);
  void rest('third');
  await clock.advance(beatMs);
  expect(woken.at(-1)).toBe(`third ${12 * beatMs}`);
});

test('lets go of those whose signal comes first, and of nobody else', async () => {
  const clock = createFakeClock();
  const beat = new Beat(clock);
  const [leaving, staying] = [new AbortController(), new AbortController()];
  const woken: string[] = [];
  void beat.next(leaving.signal).then(() => woken.push('leaving'));
  void beat.next(staying.signal).then(() => woken.push('staying'));
  leaving.abort();
  await clock.advance(0);
  expect(woken).toEqual(['leaving']);
  await beat.next(leaving.signal);
  await clock.advance(beatMs);
  expect(woken).toEqual(['leaving', 'staying']);
});
