/** A worker that stops in the gap between two tries: the next one keeps to the gap and to the count. */
import type { AnyNodeDefinition } from '@navette/contracts';
import { defineErrors } from '@navette/kit';
import { createFakeClock, failOnUnheardRejections } from '@navette/testing';
import { afterAll, describe, expect, it } from 'vitest';
import type { Engine } from '../engine.ts';
import { CrashingStore, define, EngineWorld } from '../testing/engine-world.ts';

failOnUnheardRejections(afterAll);

const retry = { maxAttempts: 3, backoff: 'exponential', delayMs: 10_000, maxDelayMs: 60_000, jitter: 0 };
const errors = defineErrors({
  TEST_WHOLE: { kind: 'operational', status: 500, retry: 'default', message: 'Boom', help: '' },
});

interface Case {
  type: 'effect' | 'whole';
  items: { n: number }[];
}

/** Of items, the one with n = 2 fails. */
const cases: Record<string, Case> = {
  'that takes its items as a whole': { type: 'whole', items: [{ n: 2 }] },
  'with one item': { type: 'effect', items: [{ n: 2 }] },
  'with three items': { type: 'effect', items: [1, 2, 3].map((n) => ({ n })) },
};

async function open({ items, type }: Case) {
  const clock = createFakeClock();
  const world = new EngineWorld(clock);
  const base = world.nodes.find((node) => node.type === 'hang')!;
  const execute = () => Promise.reject(errors.create('TEST_WHOLE'));
  world.nodes.push({ ...base, type: 'whole', execute } as AnyNodeDefinition);
  const parameters = type === 'effect' ? { failTimes: 99, failOn: 2 } : {};
  const version = world.addVersion(
    define({ start: 'start', e: { type, parameters, settings: { retry } } }, 'start>e'),
  );
  let store = new CrashingStore(world.store);
  let engine: Engine = world.createEngine(store);
  const startedAt = clock.now();
  const { executionId } = await engine.start({
    projectId: world.projectId,
    version,
    triggerNodeId: 'start',
    items: items.map((json) => ({ json })),
    mode: 'api',
  });
  const goTo = (ms: number) => clock.advance(startedAt + ms - clock.now());
  await goTo(1);
  return {
    goTo,
    cancel: () => engine.cancel(world.projectId, executionId),
    countSleeping: () => clock.sleeping,
    /** Whether the engine is at rest at once. */
    async stop() {
      let isAtRest = false;
      void engine.drain(600_000).then(() => {
        isAtRest = true;
      });
      await clock.advance(0);
      return isAtRest;
    },
    die() {
      store.crash();
      world.store.buryWorker(engine.workerId);
    },
    async takeOver() {
      store = new CrashingStore(world.store);
      engine = world.createEngine(store);
      await engine.claim();
    },
    readRow: () => world.store.list().find((row) => row.id === executionId)!,
    async listFailures() {
      const records = await world.records(executionId);
      return records.flatMap((record) =>
        record.type === 'attempt-failed'
          ? [{ attempt: record.attempt, retryAt: record.retryAt - startedAt }]
          : [],
      );
    },
    /** When the failing item was tried, and the number that it was told. */
    async listTries() {
      const records = await world.records(executionId);
      const failing = items.length > 1 ? items.findIndex(({ n }) => n === 2) : undefined;
      return records.flatMap((record) =>
        record.type === 'step-started' && record.item === failing
          ? [{ at: record.at - startedAt, attempt: record.attempt }]
          : [],
      );
    },
  };
}

describe.each(Object.entries(cases))('a step %s, between two tries', (_name, each) => {
  const wholeGaps = [
    { at: 0, attempt: 1 },
    { at: 10_000, attempt: 2 },
    { at: 30_000, attempt: 3 },
  ];

  it('is tried when it was due, as often as it was meant to be, after a crash in each gap', async () => {
    const { die, goTo, listTries, readRow, takeOver } = await open(each);
    for (const crashAt of [4_000, 25_000]) {
      await goTo(crashAt);
      die();
      await takeOver();
    }
    await goTo(200_000);
    expect(await listTries()).toEqual(wholeGaps);
    expect(readRow()).toMatchObject({
      status: 'failed',
      error: { code: each.type === 'effect' ? 'TEST_BOOM' : 'TEST_WHOLE' },
    });
  });

  it('is known to have failed from the first moment', async () => {
    const { listFailures } = await open(each);
    expect(await listFailures()).toEqual([{ attempt: 1, retryAt: 10_000 }]);
  });

  it('is tried at once when the gap was over before somebody took over', async () => {
    const { die, goTo, listTries, takeOver } = await open(each);
    await goTo(4_000);
    die();
    await goTo(50_000);
    await takeOver();
    await goTo(200_000);
    expect(await listTries()).toEqual([
      { at: 0, attempt: 1 },
      { at: 50_000, attempt: 2 },
      { at: 70_000, attempt: 3 },
    ]);
  });

  it('ends with a cancellation, and nothing of it sleeps on', async () => {
    const { cancel, countSleeping, goTo, listTries, readRow } = await open(each);
    await goTo(4_000);
    await cancel();
    await goTo(4_100);
    expect([readRow().status, countSleeping()]).toEqual(['cancelled', 0]);
    await goTo(200_000);
    expect(await listTries()).toEqual(wholeGaps.slice(0, 1));
  });

  it('is handed over at once when its worker stops in order, and tried when it was due', async () => {
    const { goTo, listTries, readRow, stop, takeOver } = await open(each);
    await goTo(4_000);
    expect(await stop()).toBe(true);
    expect(readRow().status).toBe('queued');
    await goTo(6_000);
    await takeOver();
    await goTo(200_000);
    expect(await listTries()).toEqual(wholeGaps);
    expect(readRow().status).toBe('failed');
  });
});
