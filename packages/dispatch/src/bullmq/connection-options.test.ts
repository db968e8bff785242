import { afterEach, expect, test, vi } from 'vitest';
import { connectionOptions } from './connection-options.ts';

afterEach(() => void vi.restoreAllMocks());

test('processes that lost Redis at the same moment come back later and later, and not in step', () => {
  const random = vi.spyOn(Math, 'random');
  const delaysWith = (value: number) => {
    random.mockReturnValue(value);
    return [1, 2, 5, 1_000].map(connectionOptions.retryStrategy);
  };
  expect(delaysWith(0.5)).toEqual([100, 200, 1_000, 1_000]);
  expect(delaysWith(0)).toEqual([50, 100, 500, 500]);
  expect(delaysWith(0.9)).toEqual([140, 280, 1_400, 1_400]);
});
