import type { StepLog } from '@navette/contracts';
import { expect, test } from 'vitest';
import { appendLine } from './step-log.ts';

test('keeps the first lines, and says that there were more', () => {
  const lines: StepLog[] = [];
  const kept = Array.from({ length: 1_000 }, (_, at) => appendLine(lines, { at, message: `line ${at}` }));
  expect(kept.filter(Boolean)).toHaveLength(500);
  expect(lines).toHaveLength(501);
  expect(lines[499]!.message).toBe('line 499');
  expect(lines[500]).toEqual({ at: 499, message: expect.stringContaining('500'), level: 'warn' });
});

test('a long line is cut, and many long ones end the list sooner', () => {
  const lines: StepLog[] = [];
  for (let at = 0; at < 500; at += 1) appendLine(lines, { at, message: 'x'.repeat(10_000), level: 'error' });
  expect(lines[0]!.message).toHaveLength(2_000);
  expect(lines[0]!.level).toBe('error');
  expect(lines.length).toBeLessThan(100);
});
