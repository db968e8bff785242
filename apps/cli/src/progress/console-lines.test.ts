import type { StepLog } from '@navette/contracts';
import { expect, test } from 'vitest';
import { ConsoleLines } from './console-lines.ts';

const line = (message: string, at = 1): StepLog => ({ at, message });
const [a, b, c] = [line('a'), line('b'), line('c')] as const;

test('lines are new once, also when they come again after a reconnect', () => {
  const consoles = new ConsoleLines();
  expect(consoles.takeNew({ path: 'n', from: 0, lines: [a, b] })).toEqual([a, b]);
  expect(consoles.takeNew({ path: 'n', from: 0, lines: [a, b] })).toEqual([]);
  expect(consoles.takeNew({ path: 'n', from: 1, lines: [b, c] })).toEqual([c]);
  expect(consoles.takeNew({ path: 'other', from: 0, lines: [a] })).toEqual([a]);
});

test('another try of the step has lines of its own', () => {
  const consoles = new ConsoleLines();
  consoles.takeNew({ path: 'n', from: 0, lines: [a, b] });
  const again = [
    { ...line('a', 9), attempt: 2 },
    { ...line('b', 9), attempt: 2 },
  ];
  expect(consoles.takeNew({ path: 'n', from: 0, lines: again })).toEqual(again);
  expect(consoles.takeNew({ path: 'n', from: 2, lines: [c] })).toEqual([c]);
});

test('lines that were left out are counted once, and come with the end of the step', () => {
  const consoles = new ConsoleLines();
  const part = { path: 'n', from: 1, skipped: 1, lines: [b] };
  expect(consoles.countLeftOut(part)).toBe(1);
  expect(consoles.takeNew(part)).toEqual([b]);
  expect(consoles.countLeftOut(part)).toBe(0);
  expect(consoles.countLeftOut({ path: 'n', from: 3, skipped: 1, lines: [] })).toBe(1);
  const common = { at: 2, path: 'n', startedAt: 1, attempts: 1, outputCounts: {} } as const;
  const record = { type: 'step-completed' as const, ...common, logs: [a, b, c] };
  expect(consoles.withoutShown(record)).toEqual({ ...record, logs: [a, c] });
});

test('a program that goes on after a wait has written no new line when it writes the same ones', () => {
  const consoles = new ConsoleLines();
  consoles.takeNew({ path: 'p', from: 0, lines: [a, b] });
  const anew = [line('a', 9), line('b', 9), line('c', 9)];
  expect(consoles.takeNew({ path: 'p', from: 0, lines: anew })).toEqual([line('c', 9)]);
});

test('the end of a step shows what is left', () => {
  const consoles = new ConsoleLines();
  consoles.takeNew({ path: 'n', from: 0, lines: [a, b] });
  const common = { at: 2, path: 'n', startedAt: 1, attempts: 1, outputCounts: {} } as const;
  const record = { type: 'step-completed' as const, ...common, logs: [a, b, c] };
  expect(consoles.withoutShown(record)).toEqual({ ...record, logs: [c] });
  // It ended: what a loop does next at this place is another step.
  expect(consoles.withoutShown(record)).toEqual(record);
  const failure = { type: 'step-skipped', at: 1, path: 'n' } as const;
  expect(consoles.withoutShown(failure)).toBe(failure);
});
