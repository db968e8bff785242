import { encodeId } from '@navette/kit';
import { createFakeClock, type FakeClock } from '@navette/testing';
import { describe, expect, it } from 'vitest';
import type { Engine, StartRequest } from '../engine.ts';
import { define, EngineWorld } from '../testing/engine-world.ts';
import { QueueBounds } from './queue-bounds.ts';

function open(settings: Record<string, unknown>) {
  const clock = createFakeClock();
  const world = new EngineWorld(clock);
  const slow = { type: 'effect', parameters: { tookMs: 1_000 } };
  const version = world.addVersion(define({ start: 'start', slow }, 'start>slow', settings));
  const request = (json: object = {}, over: Partial<StartRequest> = {}): StartRequest => ({
    projectId: world.projectId,
    version,
    triggerNodeId: 'start',
    items: [{ json: json as never }],
    mode: 'api',
    ...over,
  });
  const statusOf = (id: string) => world.store.find(id)?.status;
  return { clock, request, statusOf, world };
}

/** Starts without a place wait a moment for one before they queue. */
async function startAll(engine: Engine, clock: FakeClock, requests: StartRequest[]): Promise<string[]> {
  const starting = Promise.all(requests.map((request) => engine.start(request)));
  await clock.advance(600);
  return (await starting).map((started) => started.executionId);
}

describe('an engine', () => {
  it('runs executions of a key one after the other, and those of others beside them', async () => {
    const { clock, request, statusOf, world } = open({
      concurrency: { limit: 1, key: '{{ $json.customer }}' },
    });
    const engine = world.createEngine();
    const start = async (customer: string) => (await engine.start(request({ customer }))).executionId;
    const [first, second, other] = [await start('a'), await start('a'), await start('b')];
    await clock.advance(500);
    expect([first, second, other].map(statusOf)).toEqual(['running', 'queued', 'running']);
    await clock.advance(1_000);
    expect([first, second, other].map(statusOf)).toEqual(['succeeded', 'running', 'succeeded']);
    await clock.advance(1_000);
    expect(statusOf(second)).toBe('succeeded');
  });

  it('answers whoever waits for one that had to wait for its turn', async () => {
    const { clock, request, world } = open({ concurrency: { limit: 1 } });
    const engine = world.createEngine();
    const ends = [1, 2].map((n) => engine.startAndAwait(request({ n }), { until: 'finished' }));
    await clock.advance(2_500);
    const items = (await Promise.all(ends)).map((end) => end.items?.[0]?.json);
    expect(items).toEqual([
      { n: 1, slow: 'done' },
      { n: 2, slow: 'done' },
    ]);
  });

  it('tells at once who was skipped', async () => {
    const { request, world } = open({ concurrency: { limit: 1, onOverflow: 'skip' } });
    const engine = world.createEngine();
    await engine.start(request());
    const skipped = await engine.startAndAwait(request(), { until: 'finished' });
    expect(skipped).toMatchObject({ status: 'cancelled', error: { code: 'EXECUTION_SKIPPED' } });
  });

  it('refuses an input for which the key cannot be worked out, and stores nothing', async () => {
    const { request, world } = open({ concurrency: { limit: 1, key: '{{ $json.name.trim() }}' } });
    const engine = world.createEngine();
    await expect(engine.start(request({}))).rejects.toMatchObject({ code: 'WORKFLOW_LIMIT_KEY' });
    expect(world.store.list()).toEqual([]);
  });

  it('lets a retry fall under the limit of its workflow', async () => {
    const settings = { concurrency: { limit: 1, key: '{{ $json.customer }}' } };
    const { clock, request, statusOf, world } = open(settings);
    const engine = world.createEngine();
    const { executionId } = await engine.start(request({ customer: 'a' }));
    await engine.cancel(world.projectId, executionId);
    await clock.advance(600);
    const busy = await engine.start(request({ customer: 'a' }));
    const again = await engine.retry(world.projectId, executionId);
    await clock.advance(100);
    expect([busy, again].map((started) => statusOf(started.executionId))).toEqual(['running', 'queued']);
  });

  it('gives a called workflow the priority of who waits for it, and its own limits', async () => {
    const { clock, world } = open({});
    const engine = world.createEngine();
    const child = world.addVersion(
      define({ in: 'called', a: 'pass' }, 'in>a', { priority: 'low', concurrency: { limit: 1 } }),
    );
    const call = { type: 'call', parameters: { workflowId: encodeId('workflow', child.workflowId) } };
    const parent = world.addVersion(define({ start: 'start', call }, 'start>call', { priority: 'high' }));
    const request = { projectId: world.projectId, version: parent, triggerNodeId: 'start', items: [] };
    const ended = engine.startAndAwait({ ...request, mode: 'api' }, { until: 'finished' });
    await clock.advance(1_000);
    expect(await ended).toMatchObject({ status: 'succeeded' });
    const row = world.store.list().find((each) => each.mode === 'child');
    expect(row).toMatchObject({ priority: 'high', limits: { concurrency: { limit: 1 } } });
  });

  it('takes the priority of the request before that of the workflow', async () => {
    const { request, world } = open({ priority: 'low' });
    const engine = world.createEngine();
    const low = await engine.start(request());
    const high = await engine.start(request({}, { priority: 'high' }));
    const normal = await engine.start(request({}, { priority: 'normal' }));
    const priorities = [low, high, normal].map(({ executionId }) => world.store.find(executionId)?.priority);
    expect(priorities).toEqual(['low', 'high', undefined]);
  });

  it('refuses what does not fit into the queue, but never what it can run at once', async () => {
    const { clock, request, world } = open({});
    const bounds = new QueueBounds({ maxQueued: 100, maxQueuedPerProject: 2 });
    const engine = world.createEngine(world.store, 1, { queueBounds: bounds, dispatcher: { enqueue() {} } });
    await startAll(
      engine,
      clock,
      Array.from({ length: 3 }, () => request()),
    );
    await expect(engine.start(request())).rejects.toMatchObject({
      code: 'QUEUE_FULL_PROJECT',
      status: 429,
      retry: { afterMs: 10_000 },
    });
  });

  it('leaves places to the queue while that holds more than fits', async () => {
    const { clock, request, statusOf, world } = open({});
    // What is queued is taken by hand, the oldest first.
    const engine = world.createEngine(world.store, 4, { dispatcher: { enqueue() {} } });
    const queued = await startAll(
      engine,
      clock,
      Array.from({ length: 12 }, () => request()),
    );
    await clock.advance(1_000);
    await engine.claim();
    expect(queued.filter((id) => statusOf(id) === 'running')).toHaveLength(4);
    await clock.advance(1_000);
    // Four places are free and others were first: half of them are for those.
    const late = await startAll(
      engine,
      clock,
      Array.from({ length: 4 }, () => request()),
    );
    expect(late.map(statusOf).filter((status) => status === 'running')).toHaveLength(2);
    await engine.claim();
    await clock.advance(1_000);
    await engine.claim();
    await clock.advance(1_000);
    expect(queued.every((id) => statusOf(id) === 'succeeded')).toBe(true);
  });
});
