/** A node is tried exactly as often as its policy says, at the right times; a timeout is a failure. */

import { type AnyNodeDefinition, retrySettingsSchema } from '@navette/contracts';
import { defineErrors, retryDelayMs } from '@navette/kit';
import { createFakeClock, type FakeClock, failOnUnheardRejections } from '@navette/testing';
import { afterAll, describe, expect, it } from 'vitest';
import type { EngineDeps } from '../deps.ts';
import { define, EngineWorld } from '../testing/engine-world.ts';

failOnUnheardRejections(afterAll);

interface Surroundings {
  /** Of the trigger; one without data when left out. */
  items?: number;
  workflow?: object;
  deps?: Partial<EngineDeps>;
  /** What the step does instead. */
  execute?: (clock: FakeClock, world: EngineWorld) => Promise<never[]>;
}

/** Starts a workflow with one step under the settings, and gives the times at which it was tried. */
async function runStep(
  parameters: object,
  settings: object,
  { deps = {}, execute, items = 0, workflow = {} }: Surroundings = {},
) {
  const clock = createFakeClock();
  const world = new EngineWorld(clock);
  if (execute) {
    const base = world.nodes.find((node) => node.type === 'hang')!;
    world.nodes.push({ ...base, type: 'own', execute: () => execute(clock, world) } as AnyNodeDefinition);
  }
  const engine = world.createEngine(world.store, 100, deps);
  const startedAt = clock.now();
  const type = execute ? 'own' : 'effect';
  const e = { type, parameters: { ...parameters }, settings: { ...settings } };
  const version = world.addVersion(define({ start: 'start', e }, 'start>e', { ...workflow }));
  const { executionId } = await engine.start({
    projectId: world.projectId,
    version,
    triggerNodeId: 'start',
    items: Array.from({ length: items }, (_, n) => ({ json: { n } })),
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

  it('takes its chances: engines that share a fault do not try again in step', async () => {
    for (const [random, tried] of [
      [0, [0, 800, 2_400]],
      [1, [0, 1_200, 3_600]],
    ] as const) {
      const found = await runStep({ failTimes: 99 }, { retry: {} }, { deps: { random: () => random } });
      expect(found.tried).toEqual(tried);
    }
  });

  it('is not tried before the other side wants it to, but for more than a day', async () => {
    for (const [afterMs, secondAt] of [
      [500, 1_000],
      [7_000, 7_000],
      [400 * 86_400_000, 86_400_000],
    ] as const) {
      const message = { message: 'Not now', help: '' };
      const errors = defineErrors({
        TEST_BUSY: { kind: 'operational', status: 503, retry: { afterMs }, ...message },
      });
      const execute = async () => {
        throw errors.create('TEST_BUSY');
      };
      const { records } = await runStep({}, { retry: { jitter: 0 } }, { execute });
      const [first] = records.filter((record) => record.type === 'attempt-failed');
      expect(first!.retryAt - first!.at).toBe(secondAt);
    }
  });

  it('is tried item by item, each as often as the policy says', async () => {
    const { tried, records } = await runStep(
      { failTimes: 99 },
      { retry: {}, onError: 'continue' },
      { items: 3 },
    );
    expect(tried).toEqual([0, 1_000, 3_000, 3_000, 4_000, 6_000, 6_000, 7_000, 9_000]);
    const failed = records.filter((record) => record.type === 'item-failed');
    expect(failed.map(({ attempts }) => attempts)).toEqual([3, 3, 3]);
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

  it('is not undone by a step that does not listen and succeeds later', async () => {
    let ended = 0;
    const execute = async (clock: FakeClock) => {
      await clock.sleep(5_000);
      ended += 1;
      return [];
    };
    const settings = { retry: { maxAttempts: 2, delayMs: 1_000, jitter: 0 }, timeoutMs: 500 };
    const { tried, row, records } = await runStep({}, settings, { execute });
    expect([tried, ended]).toEqual([[0, 1_500], 2]);
    expect(row).toMatchObject({ status: 'failed', error: { code: 'NODE_TIMEOUT' } });
    expect(records.map((record) => record.type).slice(-2)).toEqual(['step-failed', 'execution-finished']);
    expect(records.at(-1)!.at - records[0]!.at).toBe(2_000);
  });

  it('of the execution is a failure in the middle of everything', async () => {
    const { row } = await runStep({ tookMs: 5_000 }, {}, { workflow: { timeoutMs: 2_000 } });
    expect(row).toMatchObject({ status: 'failed', error: { code: 'EXECUTION_TIMEOUT' } });
    const between = await runStep(
      { failTimes: 99 },
      { retry: { delayMs: 30_000 } },
      { workflow: { timeoutMs: 2_000 } },
    );
    expect(between.tried).toEqual([0]);
    expect(between.row).toMatchObject({ status: 'failed', error: { code: 'EXECUTION_TIMEOUT' } });
  });
});
