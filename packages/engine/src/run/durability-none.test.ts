import type { JournalRecord } from '@navette/contracts';
import { createFakeClock } from '@navette/testing';
import { describe, expect, it } from 'vitest';
import { validateDefinition } from '../graph/validate.ts';
import { foldJournal, viewSteps } from '../state/view.ts';
import { CrashingStore, define, EngineWorld } from '../testing/engine-world.ts';

const none = { durability: 'none' };
const add = (name: string) => ({ type: 'pass', parameters: { add: { [name]: '{{ $json.n + 1 }}' } } });
const diamond = () =>
  define(
    { start: 'start', a: add('a'), b: add('b'), left: add('left'), right: add('right') },
    'start>a,a>b,b>left,b>right',
    none,
  );

function open(definition = diamond()) {
  const clock = createFakeClock();
  const world = new EngineWorld(clock);
  const version = world.addVersion(definition);
  const request = {
    ...{ projectId: world.projectId, version, triggerNodeId: 'start', mode: 'api' as const },
    items: [{ json: { n: 1 } }],
  };
  const read = (id: string) => world.records(id);
  return { clock, world, version, request, read };
}

const paths = (records: readonly JournalRecord[]) =>
  records.flatMap((record) => (record.type === 'step-completed' ? [record.path] : []));

describe('durability none', () => {
  it('stores what went in and what came out, and nothing in between', async () => {
    const { request, read, version, world } = open();
    const engine = world.createEngine();
    const end = await engine.startAndAwait(request, { until: 'finished' });
    expect(end.items?.map((item) => item.json)).toEqual([
      { n: 1, a: 2, b: 2, left: 2 },
      { n: 1, a: 2, b: 2, right: 2 },
    ]);
    const records = await read(end.executionId);
    expect(paths(records)).toEqual(['start', 'left', 'right']);
    expect(records.map((record) => record.type)).toEqual([
      'execution-started',
      'step-completed',
      'step-completed',
      'step-completed',
      'execution-finished',
    ]);
    const state = foldJournal(version, world.nodeTypes, 'start', [{ seq: 1, records }]);
    expect(state.result().map((item) => item.json)).toEqual(end.items?.map((item) => item.json));
    expect(viewSteps(state).map((step) => [step.path, step.status])).toEqual([
      ['start', 'succeeded'],
      ['left', 'succeeded'],
      ['right', 'succeeded'],
    ]);
  });

  it('stores where it failed', async () => {
    const bad = { type: 'nap', parameters: { ms: '{{ $json.word }}' } };
    const { request, read, world } = open(
      define({ start: 'start', a: add('a'), beside: add('b'), bad }, 'start>a,a>bad,start>beside', none),
    );
    const engine = world.createEngine();
    const end = await engine.startAndAwait(request, { until: 'finished' });
    expect(end).toMatchObject({ status: 'failed', error: { nodeId: 'bad' } });
    const records = await read(end.executionId);
    expect(paths(records)).toContain('start');
    expect(records.some((record) => record.type === 'step-failed' && record.path === 'bad')).toBe(true);
    const again = await engine.retry(world.projectId, end.executionId);
    const ended = await engine.awaitFinished(again.executionId);
    expect(ended).toMatchObject({ status: 'failed', error: { nodeId: 'bad' } });
  });

  it('runs again from its start after a crash, to the same end', async () => {
    const { clock, request, world } = open();
    const store = new CrashingStore(world.store, { write: 2, when: 'before' });
    const engine = world.createEngine(store);
    const { executionId } = await engine.start(request);
    await store.crashed.promise;
    const next = world.createEngine();
    world.store.buryWorker(engine.workerId);
    const ended = next.awaitFinished(executionId);
    await next.claim();
    await clock.advance(1_000);
    expect((await ended).items?.map((item) => item.json)).toEqual([
      { n: 1, a: 2, b: 2, left: 2 },
      { n: 1, a: 2, b: 2, right: 2 },
    ]);
  });

  it('can be run again from any step', async () => {
    const { request, world } = open();
    const engine = world.createEngine();
    const { executionId, items } = await engine.startAndAwait(request, { until: 'finished' });
    for (const from of ['start', 'a', 'b', 'left']) {
      const again = await engine.rerun({ projectId: world.projectId, executionId, from });
      const ended = await engine.awaitFinished(again.executionId);
      expect(ended.items?.map((item) => item.json)).toEqual(items?.map((item) => item.json));
    }
  });

  it('is refused where something could not be computed again', () => {
    const { world } = open();
    const settings = (nodes: Parameters<typeof define>[0], edges: string) =>
      validateDefinition(define(nodes, edges, none), world.nodeTypes);
    expect(settings({ start: 'start', a: add('a') }, 'start>a')).toEqual([]);
    expect(settings({ start: 'start', a: 'effect' }, 'start>a')).toEqual([
      {
        path: '/settings/durability',
        message: '"none" is for workflows that only compute, and "a" has effects or waits',
        nodeId: 'a',
      },
    ]);
    expect(settings({ start: 'start', a: { type: 'effect', disabled: true } }, 'start>a')).toEqual([]);
  });
});
