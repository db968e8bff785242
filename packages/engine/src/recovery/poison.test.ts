/** Executions whose worker stops again and again, and those beside them. Stopping is an engine without its store. */
import { createFakeClock, type FakeClock } from '@navette/testing';
import { describe, expect, it } from 'vitest';
import type { Engine } from '../engine.ts';
import { CrashingStore, define, EngineWorld } from '../testing/engine-world.ts';

interface Stage {
  clock: FakeClock;
  world: EngineWorld;
  start(definition: ReturnType<typeof define>): Promise<string>;
  /** The worker stops; the next one takes over what is queued. */
  die(): Promise<void>;
  /** Time goes by, parked executions that are due are taken up. */
  pass(ms: number): Promise<void>;
  status(id: string): string;
  records(id: string): ReturnType<EngineWorld['records']>;
}

function openStage(): Stage {
  const clock = createFakeClock();
  const world = new EngineWorld(clock);
  let store = new CrashingStore(world.store);
  let engine: Engine = world.createEngine(store);
  return {
    clock,
    world,
    async start(definition) {
      const version = world.addVersion(definition);
      const { executionId } = await engine.start({
        projectId: world.projectId,
        version,
        triggerNodeId: 'start',
        items: [],
        mode: 'api',
      });
      await clock.advance(100);
      return executionId;
    },
    async die() {
      store.crash();
      world.store.buryWorker(engine.workerId);
      store = new CrashingStore(world.store);
      engine = world.createEngine(store);
      await engine.claim();
      await clock.advance(100);
    },
    async pass(ms) {
      for (let left = ms; left > 0; left -= 500) {
        await clock.advance(500);
        await engine.claim(world.store.queueDueWaits(clock.now()));
      }
    },
    status: (id) => world.store.list().find((row) => row.id === id)!.status,
    records: (id) => world.records(id),
  };
}

const hanging = define({ start: 'start', a: 'effect', h: 'hang' }, 'start>a,a>h');

describe('an execution whose worker stops again and again', () => {
  it('is taken over three times and then ends, with the step and the workers named', async () => {
    const { start, die, status, world, records } = openStage();
    const id = await start(hanging);
    for (let deaths = 1; deaths <= 3; deaths++) {
      await die();
      expect({ deaths, status: status(id) }).toEqual({ deaths, status: 'running' });
    }
    await die();
    expect(status(id)).toBe('failed');
    const end = (await records(id)).at(-1);
    expect(end).toMatchObject({
      type: 'execution-finished',
      error: { code: 'EXECUTION_POISONED', nodeId: 'h', nodeName: 'h' },
    });
    const { message } = (end as { error: { message: string } }).error;
    expect(message).toMatch(/stopped 4 times in a row.*At work: "h"\. Workers: (wrk_\w{32}(, )?){4}$/);
    expect(world.effects.map((effect) => effect.node)).toEqual(['a']);
  });

  it('goes on when each death is followed by progress', async () => {
    const { start, die, pass, status } = openStage();
    const slow = { type: 'effect', parameters: { tookMs: 3_000 } };
    const nodes = Object.fromEntries(Array.from({ length: 7 }, (_, n) => [`n${n}`, slow]));
    const edges = Array.from({ length: 7 }, (_, n) => (n === 0 ? 'start>n0' : `n${n - 1}>n${n}`));
    const id = await start(define({ start: 'start', ...nodes }, edges.join(',')));
    for (let deaths = 1; deaths <= 6; deaths++) {
      await die();
      await pass(4_000);
    }
    expect(status(id)).toBe('running');
    await pass(12_000);
    expect(status(id)).toBe('succeeded');
  });

  it('can still be cancelled, and is then no poison', async () => {
    const { start, die, status, world } = openStage();
    const id = await start(hanging);
    for (let deaths = 1; deaths <= 3; deaths++) await die();
    await world.store.requestCancel(world.projectId, id);
    await die();
    expect(status(id)).toBe('cancelled');
  });
});

describe('those that were at work beside it', () => {
  /** Needs a while without any progress in between, as a call of a model does. */
  const innocent = define(
    { start: 'start', long: { type: 'effect', parameters: { tookMs: 20_000 } } },
    'start>long',
  );

  it('wait for their turn and end well, whatever came first', async () => {
    const { start, die, pass, status, records } = openStage();
    const before = await start(innocent);
    const poison = await start(hanging);
    const after = await start(innocent);
    // The poison stops its worker whenever it has been at work for half a second.
    for (let round = 0; round < 200 && status(poison) !== 'failed'; round++) {
      if (status(poison) === 'running') await die();
      else await pass(500);
    }
    expect(status(poison)).toBe('failed');
    await pass(60_000);
    expect([status(before), status(after)]).toEqual(['succeeded', 'succeeded']);
    for (const id of [before, after]) {
      const deaths = (await records(id)).filter((record) => record.type === 'execution-recovered').length;
      expect(deaths).toBeLessThanOrEqual(3);
    }
  });

  it('are cleared when they were at work alone for a minute', async () => {
    const { start, die, pass, status, records } = openStage();
    const steady = await start(define({ start: 'start', h: 'hang' }, 'start>h'));
    const other = await start(define({ start: 'start', h: 'hang' }, 'start>h'));
    await die();
    await die();
    const [alone, waiting] = status(steady) === 'running' ? [steady, other] : [other, steady];
    expect([status(alone), status(waiting)]).toEqual(['running', 'waiting']);
    await pass(58_000);
    expect(status(waiting)).toBe('waiting');
    await pass(6_000);
    expect([status(alone), status(waiting)]).toEqual(['running', 'running']);
    expect((await records(alone)).map((record) => record.type)).toContain('execution-cleared');
    expect((await records(waiting)).map((record) => record.type)).not.toContain('execution-cleared');
  });
});
