import { type CrowdProject, type CrowdService, runCrowd } from '@navette/engine/testing/crowd';
import { silentLogger } from '@navette/kit';
import { describe, expect, it } from 'vitest';
import { InProcessDispatcher } from './in-process-dispatcher.ts';
import type { QueueSource } from './queue-source.ts';

const places = 8;
const holdMs = 50;

function run(projects: readonly CrowdProject[], seconds: number): Promise<CrowdService[]> {
  const createQueue = (hasWork: () => boolean) => {
    const source = { readState: async () => ({ isPaused: false, hasWork: hasWork() }) };
    return new InProcessDispatcher({ logger: silentLogger, source: source as unknown as QueueSource });
  };
  return runCrowd(projects, { places, seconds, createQueue });
}

function createQuiet(phaseOf: (index: number) => number): CrowdProject[] {
  return Array.from({ length: 8 }, (_, index) => ({
    ...{ name: `quiet ${index}`, perSecond: 3, holdMs, phase: phaseOf(index) },
  }));
}

const loud: CrowdProject = { name: 'loud', perSecond: 300, holdMs };

function p95(services: readonly CrowdService[]): number {
  const all = services.flatMap((service) => service.sojournsMs).sort((a, b) => a - b);
  return all[Math.ceil(0.95 * all.length) - 1]!;
}

describe('places over projects, from the start to the end of executions', () => {
  it.each([
    ['at the same moment', () => 0, 2],
    ['at moments of their own', (index: number) => index / 8, 1.5],
  ] as const)(
    'beside one with 100 times the load, quiet projects that start %s hardly wait',
    { timeout: 120_000 },
    async (_when, phaseOf, bar) => {
      const seconds = 6;
      const quiet = createQuiet(phaseOf);
      const idle = await run(quiet, seconds);
      const loaded = await run([...quiet, loud], seconds);
      expect(p95(loaded.slice(0, 8)) / p95(idle)).toBeLessThan(bar);
      const asked = quiet.length * 3 * seconds;
      for (const { served } of loaded.slice(0, 8)) expect(served).toBeGreaterThanOrEqual(3 * seconds - 2);
      // Of the places that the others leave it, the loud one has most: 1 in 8 is kept, and the store takes its time.
      const left = (places * seconds * 1_000) / holdMs - asked;
      expect(loaded[8]!.served / left).toBeGreaterThan(0.65);
    },
  );

  it('gives a project that is alone every place, and all but one while others come', {
    timeout: 120_000,
  }, async () => {
    const once: CrowdProject = { name: 'once', perSecond: 1, holdMs, phase: 0.2, untilMs: 3_000 };
    const [, long] = await run([once, { ...loud, perSecond: 20, holdMs: 1_000 }], 16);
    const most = long!.mostHeld;
    expect(most[0]).toBe(8);
    expect(most.slice(3, 11)).toEqual([7, 7, 7, 7, 7, 7, 7, 7]);
    // Ten seconds after the last start of the other one.
    expect(Math.max(...most.slice(13))).toBe(8);
  });
});
