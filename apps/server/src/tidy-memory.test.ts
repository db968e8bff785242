import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { tidyAtRest } from './tidy-memory.ts';

const mebibyte = 1024 * 1024;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function stubCollector() {
  const gc = vi.fn();
  vi.stubGlobal('gc', gc);
  return gc;
}

it('tidies once, the first time that nothing is at work', () => {
  const gc = stubCollector();
  let isAtRest = false;
  tidyAtRest(
    () => isAtRest,
    () => 150 * mebibyte,
  );
  vi.advanceTimersByTime(60_000);
  expect(gc).not.toHaveBeenCalled();
  isAtRest = true;
  vi.advanceTimersByTime(10_000);
  expect(gc).toHaveBeenCalledOnce();
  vi.advanceTimersByTime(600_000);
  expect(gc).toHaveBeenCalledOnce();
});

it('tidies again after a rush that has left something, once it is over, and not for what it cannot give back', () => {
  const gc = stubCollector();
  let isAtRest = true;
  let resident = 150 * mebibyte;
  tidyAtRest(
    () => isAtRest,
    () => resident,
  );
  vi.advanceTimersByTime(10_000);
  expect(gc).toHaveBeenCalledTimes(1);
  resident = 250 * mebibyte;
  isAtRest = false;
  vi.advanceTimersByTime(60_000);
  expect(gc).toHaveBeenCalledTimes(1);
  isAtRest = true;
  vi.advanceTimersByTime(20_000);
  expect(gc).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(10_000);
  expect(gc).toHaveBeenCalledTimes(2);
  vi.advanceTimersByTime(600_000);
  expect(gc).toHaveBeenCalledTimes(2);
  resident += 30 * mebibyte;
  vi.advanceTimersByTime(600_000);
  expect(gc).toHaveBeenCalledTimes(2);
});

it('does nothing where the collector cannot be called', () => {
  vi.stubGlobal('gc', undefined);
  tidyAtRest(() => true);
  expect(vi.getTimerCount()).toBe(0);
});
