/** A node is tried exactly as often as its policy says, at the right times; a timeout is a failure. */

import { retrySettingsSchema } from '@navette/contracts';
import { retryDelayMs } from '@navette/kit';
import { createFakeClock } from '@navette/testing';
import { describe, expect, it } from 'vitest';
import { define, EngineWorld } from '../testing/engine-world.ts';

/** Starts a workflow with one step under the settings, and gives the times at which it was tried. */
async function runStep(parameters: object, settings: object, workflow: object = {}) {
  const clock = createFakeClock();
  const world = new EngineWorld(clock);
  const engine = world.createEngine();
  const startedAt = clock.now();
  const e = { type: 'effect', parameters: { ...parameters }, settings: { ...settings } };
  const version = world.addVersion(define({ start: 'start', e }, 'start>e', { ...workflow }));
  const { executionId } = await engine.start({
    projectId: world.projectId,
    version,
    triggerNodeId: 'start',
    items: [],
    mode: 'api',
  });
  for (let at = 0; at < 20_000; at += 100) await clock.advance(100);
  await clock.advance(600_000);
  const row = world.store.list().find((one) => one.id === executionId)!;
  const records = await world.records(executionId);
  const tried = records.flatMap((record) => (record.type === 'step-started' ? [record.at - startedAt] : []));
  return { tried, count: world.effects.length, row, records };
}

describe('a step that fails', () => {
  it('is tried three times, after one second and after two more, and then fails for good', async () => {
    const { tried, count, row, records } = await runStep({ failTimes: 99 }, { retry: {} });
    expect(tried).toEqual([0, 1_000, 3_000]);
    expect(count).toBe(3);
    expect(row).toMatchObject({ status: 'failed', error: { code: 'TEST_BOOM' } });
    expect(records.filter((record) => record.type === 'attempt-failed')).toHaveLength(2);
    expect(records.find((record) => record.type === 'step-failed')).toMatchObject({ attempts: 3 });
  });

  it('keeps to the gaps within a fifth, whatever chance says', () => {
    const policy = retrySettingsSchema.parse({});
    for (const random of [0, 0.25, 0.5, 0.75, 0.999_999]) {
      expect(Math.abs(retryDelayMs(policy, 1, random) - 1_000)).toBeLessThanOrEqual(200);
      expect(Math.abs(retryDelayMs(policy, 2, random) - 2_000)).toBeLessThanOrEqual(400);
    }
  });

  it('is tried no more once it works, and not again when the error says never', async () => {
    const mended = await runStep({ failTimes: 1 }, { retry: {} });
    expect([mended.tried, mended.row.status]).toEqual([[0, 1_000], 'succeeded']);
    const fatal = await runStep({ failTimes: 99, fatal: true }, { retry: {} });
    expect([fatal.tried, fatal.row.status]).toEqual([[0], 'failed']);
    const unasked = await runStep({ failTimes: 99 }, {});
    expect([unasked.tried, unasked.row.status]).toEqual([[0], 'failed']);
  });
});

describe('a timeout', () => {
  it('of a step is a failure, tried again like any other, and never a late success', async () => {
    const settings = { retry: { maxAttempts: 3, delayMs: 1_000, jitter: 0 }, timeoutMs: 500 };
    const { tried, count, row } = await runStep({ tookMs: 5_000 }, settings);
    expect(tried).toEqual([0, 1_500, 4_000]);
    expect(count).toBe(3);
    expect(row).toMatchObject({ status: 'failed', error: { code: 'NODE_TIMEOUT', nodeId: 'e' } });
  });

  it('of the execution is a failure in the middle of everything', async () => {
    const { row } = await runStep({ tookMs: 5_000 }, {}, { timeoutMs: 2_000 });
    expect(row).toMatchObject({ status: 'failed', error: { code: 'EXECUTION_TIMEOUT' } });
    const between = await runStep({ failTimes: 99 }, { retry: { delayMs: 30_000 } }, { timeoutMs: 2_000 });
    expect(between.tried).toEqual([0]);
    expect(between.row).toMatchObject({ status: 'failed', error: { code: 'EXECUTION_TIMEOUT' } });
  });
});
