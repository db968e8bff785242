/** Engines that give a program its clock and its chance. */
import { describe, expect, it } from 'vitest';
import { readOutput } from '../engine-under-test.ts';
import type { EngineBench } from './engine-bench.ts';

export function describeFixedClock(bench: EngineBench): void {
  const { isPython, task } = bench;
  describe.skipIf(isPython || !bench.under.deterministic)('a fixed clock and fixed chance', () => {
    const source = `
      const before = [Date.now(), new Date().toISOString(), Math.random(), Math.random(), typeof setTimeout];
      await host.sleep();
      return [...before, Date.now(), new Date(0).getTime(), new Date() instanceof Date, Date.UTC(2026, 0)]`;
    const nowMs = Date.UTC(2026, 0, 2);
    const run = (seed: string) =>
      readOutput(bench.engine, task(source, { bindings: ['sleep'], determinism: { nowMs, seed } }), {
        onCall: () => Promise.resolve({ output: 'null', nowMs: nowMs + 60_000 }),
      });

    it('give the same program the same values, and a call may move the clock on', async () => {
      const first = (await run('seed-1')) as unknown[];
      expect(first).toEqual([
        nowMs,
        '2026-01-02T00:00:00.000Z',
        expect.any(Number),
        expect.any(Number),
        'undefined',
        nowMs + 60_000,
        0,
        true,
        Date.UTC(2026, 0),
      ]);
      expect(await run('seed-1')).toEqual(first);
      const other = (await run('seed-2')) as unknown[];
      expect(other[2]).not.toBe(first[2]);
    });
  });
}
