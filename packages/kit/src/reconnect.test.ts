import { expect, test } from 'vitest';
import { reconnectDelayMs } from './reconnect.ts';

const delaysWith = (random: number) =>
  [1, 2, 3, 4, 5, 100].map((failures) =>
    reconnectDelayMs({ delayMs: 100, maxDelayMs: 1_000 }, failures, random),
  );

test('later and later up to a limit, between half of it and one and a half times', () => {
  expect(delaysWith(0.5)).toEqual([100, 200, 400, 800, 1_000, 1_000]);
  expect(delaysWith(0)).toEqual([50, 100, 200, 400, 500, 500]);
  expect(delaysWith(1)).toEqual([150, 300, 600, 1_200, 1_500, 1_500]);
});
