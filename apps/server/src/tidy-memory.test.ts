import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { tidyAfterStart } from './tidy-memory.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it('tidies once, the first time that nothing is at work', () => {
  const gc = vi.fn();
  vi.stubGlobal('gc', gc);
  let isAtRest = false;
  tidyAfterStart(() => isAtRest);
  vi.advanceTimersByTime(60_000);
  expect(gc).not.toHaveBeenCalled();
  isAtRest = true;
  vi.advanceTimersByTime(60_000);
  expect(gc).toHaveBeenCalledOnce();
});

it('does nothing where the collector cannot be called', () => {
  vi.stubGlobal('gc', undefined);
  tidyAfterStart(() => true);
  expect(vi.getTimerCount()).toBe(0);
});
