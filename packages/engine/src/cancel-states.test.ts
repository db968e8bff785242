/** A cancellation comes to every execution, whatever state it is in: it ends as cancelled and does nothing afterwards. */
import { executionStatuses, isTerminal } from '@navette/contracts';
import { createUuid } from '@navette/kit';
import { createFakeClock, failOnUnheardRejections } from '@navette/testing';
import { afterAll, describe, expect, it } from 'vitest';
import { define, EngineWorld } from './testing/engine-world.ts';

failOnUnheardRejections(afterAll);

type NodeOf = { type: string; parameters?: Record<string, unknown>; settings?: Record<string, unknown> };

const called = createUuid();
const calledId = `wfl_${called.replaceAll('-', '')}`;
const retry = { maxAttempts: 5, delayMs: 60_000, jitter: 0 };

/** What an execution is about when it is cancelled, and the state in which the store sees it then. */
const states: Record<string, { node: NodeOf; is: 'running' | 'waiting' }> = {
  'a pure step that never ends': { node: { type: 'hang-pure' }, is: 'running' },
  'an effect that never ends': { node: { type: 'hang' }, is: 'running' },
  'an effect that listens': { node: { type: 'effect', parameters: { tookMs: 60_000 } }, is: 'running' },
  'a step with a time limit': { node: { type: 'hang', settings: { timeoutMs: 60_000 } }, is: 'running' },
  'a step that is tried again later': {
    node: { type: 'effect', parameters: { failTimes: 9 }, settings: { retry } },
    is: 'running',
  },
  'a short wait, held in memory': { node: { type: 'nap', parameters: { ms: 1_500 } }, is: 'running' },
  'a wait for a time': { node: { type: 'nap', parameters: { ms: 600_000 } }, is: 'waiting' },
  'a wait for a signal': { node: { type: 'hear', parameters: { name: 'go' } }, is: 'waiting' },
  'a wait for a signal under a key': {
    node: { type: 'hear', parameters: { name: 'go', key: 'k' } },
    is: 'waiting',
  },
  'a wait for a request': { node: { type: 'resumed' }, is: 'waiting' },
  'a wait for a decision': { node: { type: 'ask' }, is: 'waiting' },
  'a wait for a child': { node: { type: 'call', parameters: { workflowId: calledId } }, is: 'waiting' },
  'passes of a loop at work': { node: { type: 'each', parameters: { window: 2 } }, is: 'running' },
};

function open(maxActive = 100) {
  const clock = createFakeClock();
  const world = new EngineWorld(clock);
  world.nodes.push({
    ...world.nodes.find((node) => node.type === 'hang')!,
    type: 'hang-pure',
    effect: 'pure',
  } as (typeof world.nodes)[number]);
  world.addVersion(define({ in: 'called', h: { type: 'hear', parameters: { name: 'go' } } }, 'in>h'), called);
  const engine = world.createEngine(world.store, maxActive);
  engine.onFree = () => void engine.claim();
  const start = async (node: NodeOf) => {
    const inLoop = node.type === 'each';
    const nodes = { start: 'start', s: node, ...(inLoop ? { x: 'hang' } : {}), after: 'effect' };
    const edges = inLoop ? 'start>s,s.item>x,x>s,s.done>after' : 'start>s,s>after';
    const starting = engine.start({
      projectId: world.projectId,
      version: world.addVersion(define(nodes, edges)),
      triggerNodeId: 'start',
      items: [{ json: { n: 1 } }, { json: { n: 2 } }],
      mode: 'api',
    });
    // A start that finds no place waits in line for a moment before it is queued.
    let executionId: string | undefined;
    void starting.then((started) => {
      executionId = started.executionId;
    });
    for (let turn = 0; turn < 500 && executionId === undefined; turn++) await clock.advance(10);
    if (executionId === undefined) throw new Error('The start was not answered');
    await clock.advance(10);
    return executionId;
  };
  const statusOf = (id: string) => world.store.list().find((row) => row.id === id)!.status;
  return { clock, world, engine, start, statusOf };
}

describe.each(Object.entries(states))('%s', (_name, { node, is }) => {
  it('ends cancelled where it runs, and nothing comes after', async () => {
    const { clock, world, engine, start, statusOf } = open();
    const id = await start(node);
    expect(statusOf(id)).toBe(is);
    expect(await engine.cancel(world.projectId, id)).toBe(is === 'running' ? 'requested' : 'cancelled');
    await clock.advance(1_000);
    const effects = world.effects.length;
    expect(world.store.list().map((row) => row.status)).toEqual(world.store.list().map(() => 'cancelled'));
    expect(engine.active).toBe(0);
    expect(world.store.listApprovals().every((approval) => approval.status === 'cancelled')).toBe(true);
    await clock.advance(700_000);
    world.engineClaim(world.store.queueDueWaits(clock.now()));
    await clock.advance(1_000);
    expect(world.effects).toHaveLength(effects);
    expect(await engine.cancel(world.projectId, id)).toBe('finished');
    const finished = (await world.records(id)).filter((record) => record.type === 'execution-finished');
    expect(finished).toMatchObject([{ status: 'cancelled', error: { code: 'EXECUTION_CANCELLED' } }]);
  });

  it('ends cancelled when another process asks, and when the worker dies before it hears of it', async () => {
    for (const dies of [false, true]) {
      const { clock, world, engine, start, statusOf } = open();
      const id = await start(node);
      await world.store.requestCancel(world.projectId, id);
      if (dies) {
        world.store.buryWorker(engine.workerId);
        engine.abandon(createUuid());
      } else {
        engine.cancelHere([id]);
      }
      const next = dies ? world.createEngine() : engine;
      for (let turn = 0; turn < 3; turn++) {
        await next.claim();
        await clock.advance(1_000);
      }
      expect([dies, statusOf(id)]).toEqual([dies, 'cancelled']);
    }
  });
});

it('covers every state that the contract has and that is not the end', () => {
  const open = executionStatuses.filter((status) => !isTerminal(status));
  const covered = new Set(['queued', ...Object.values(states).map(({ is }) => is)]);
  expect([...covered].sort()).toEqual([...open].sort());
});

describe('an execution that nobody has begun', () => {
  it('ends cancelled while it is queued, and is never begun', async () => {
    const { clock, world, engine, start, statusOf } = open(1);
    const first = await start({ type: 'hang' });
    const queued = await start({ type: 'effect' });
    expect(statusOf(queued)).toBe('queued');
    expect(await engine.cancel(world.projectId, queued)).toBe('cancelled');
    await engine.cancel(world.projectId, first);
    await clock.advance(2_000);
    expect([statusOf(first), statusOf(queued)]).toEqual(['cancelled', 'cancelled']);
    expect(world.effects).toEqual([]);
  });

  it('ends cancelled when it was woken and nobody has taken it up yet', async () => {
    const { clock, world, engine, start, statusOf } = open(1);
    const parked = await start({ type: 'hear', parameters: { name: 'go' } });
    const busy = await start({ type: 'hang' });
    await engine.post.sendSignal({
      projectId: world.projectId,
      to: { executionId: parked },
      name: 'go',
      items: [],
      idempotencyKey: null,
    });
    expect(statusOf(parked)).toBe('queued');
    expect(await engine.cancel(world.projectId, parked)).toBe('cancelled');
    await engine.cancel(world.projectId, busy);
    await clock.advance(2_000);
    expect([statusOf(parked), statusOf(busy)]).toEqual(['cancelled', 'cancelled']);
  });
});
