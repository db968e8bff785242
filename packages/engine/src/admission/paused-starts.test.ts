import { createFakeClock } from '@navette/testing';
import { expect, it } from 'vitest';
import type { StartRequest } from '../engine.ts';
import { define, EngineWorld } from '../testing/engine-world.ts';

function open(places: number) {
  const clock = createFakeClock();
  const world = new EngineWorld(clock);
  const slow = { type: 'effect', parameters: { tookMs: 100 } };
  const version = world.addVersion(define({ start: 'start', slow }, 'start>slow'));
  const request: StartRequest = {
    ...{ projectId: world.projectId, version, triggerNodeId: 'start', items: [], mode: 'api' },
  };
  const dispatcher = { holdsStarts: false, enqueue() {} };
  const engine = world.createEngine(world.store, places, { dispatcher });
  const statuses = () => world.store.list().map(({ status }) => status);
  return { clock, dispatcher, engine, request, statuses };
}

it('queues every start while the queue is paused, although there are places', async () => {
  const { clock, dispatcher, engine, request, statuses } = open(4);
  await engine.start(request);
  dispatcher.holdsStarts = true;
  await engine.start(request);
  const answered = engine.startAndAwait(request, { until: 'finished' });
  await clock.advance(5_000);
  expect(statuses()).toEqual(['succeeded', 'queued', 'queued']);
  dispatcher.holdsStarts = false;
  await engine.claim();
  await clock.advance(1_000);
  expect(await answered).toMatchObject({ status: 'succeeded', items: [{ json: { slow: 'done' } }] });
});

it('queues those that wait in line for a place when the queue is paused', async () => {
  const { clock, dispatcher, engine, request, statuses } = open(1);
  await engine.start(request);
  await clock.advance(50);
  const running = engine.start(request);
  await clock.advance(0);
  dispatcher.holdsStarts = true;
  await clock.advance(5_000);
  await running;
  expect(statuses()).toEqual(['succeeded', 'queued']);
});
