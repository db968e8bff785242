/**
 * Sub-workflows across crashes: every write of parent and child is a crash point (see testing/crash-run.ts), and the
 * moments when one ends while the other is asked to.
 */
import { isTerminal } from '@navette/contracts';
import { createUuid } from '@navette/kit';
import { createFakeClock, failOnUnheardRejections } from '@navette/testing';
import { afterAll, describe, expect, it } from 'vitest';
import { crashEverywhere, runWithCrash } from './testing/crash-run.ts';
import { define, EngineWorld } from './testing/engine-world.ts';

failOnUnheardRejections(afterAll);

const encode = (workflowId: string) => `wfl_${workflowId.replaceAll('-', '')}`;
const call = (workflowId: string, awaitResult = true) => ({
  type: 'call',
  parameters: { workflowId: encode(workflowId), awaitResult },
});

describe('a crash at every write of parent and child', () => {
  const workflowId = createUuid();

  it('of an awaited child gives its result once', async () => {
    const definition = define({ start: 'start', c: call(workflowId), b: 'effect' }, 'start>c,c>b');
    const called = [{ workflowId, definition: define({ in: 'called', a: 'effect' }, 'in>a') }];
    const program = { definition, items: [{ n: 1 }], called };
    expect((await runWithCrash(program)).items).toEqual([{ n: 1, a: 'done', b: 'done' }]);
    expect(await crashEverywhere(program, 1)).toBeGreaterThanOrEqual(5);
  });

  it('of two children at once, of which one calls another, makes each once', async () => {
    const inner = createUuid();
    const definition = define(
      { start: 'start', c: call(workflowId), d: call(workflowId), j: 'join', b: 'effect' },
      'start>c,start>d,c>j,d>j:second,j>b',
    );
    const called = [
      { workflowId, definition: define({ in: 'called', c: call(inner), a: 'effect' }, 'in>c,c>a') },
      { workflowId: inner, definition: define({ in: 'called', x: 'effect' }, 'in>x') },
    ];
    await crashEverywhere({ definition, items: [{ n: 1 }], called }, 2);
  });

  it('of a child that nobody waits for starts it once and goes on', async () => {
    const definition = define({ start: 'start', c: call(workflowId, false), b: 'effect' }, 'start>c,c>b');
    const called = [{ workflowId, definition: define({ in: 'called', a: 'effect' }, 'in>a') }];
    await crashEverywhere({ definition, items: [{ n: 1 }], called }, 2);
  });

  it('of a child that fails reports it once', async () => {
    const failing = { type: 'effect', parameters: { failTimes: 9, fatal: true } };
    const c = { ...call(workflowId), settings: { onError: 'error-port' } };
    const definition = define({ start: 'start', c, b: 'effect' }, 'start>c,c!>b');
    const called = [{ workflowId, definition: define({ in: 'called', a: failing }, 'in>a') }];
    const program = { definition, items: [{ n: 1 }], called };
    expect((await runWithCrash(program)).status).toBe('succeeded');
    await crashEverywhere(program, 1);
  });
});

function open() {
  const clock = createFakeClock();
  const world = new EngineWorld(clock);
  const engine = world.createEngine();
  const workflowId = createUuid();
  const start = async (definition: ReturnType<typeof define>) => {
    const version = world.addVersion(definition);
    const { executionId } = await engine.start({
      projectId: world.projectId,
      version,
      triggerNodeId: 'start',
      items: [],
      mode: 'api',
    });
    await clock.advance(10);
    return executionId;
  };
  const statusOf = (id: string) => world.store.list().find((row) => row.id === id)!.status;
  const childOf = (id: string) => world.store.list().find((row) => row.parentId === id)!;
  return { clock, world, engine, workflowId, start, statusOf, childOf };
}

const slow = { type: 'effect', parameters: { tookMs: 60_000 } };

describe('a parent and its child that end at the same time', () => {
  it('both end cancelled when the parent is cancelled, whatever the child does', async () => {
    for (const step of ['hang', 'hear', 'nap', 'effect'] as const) {
      const { clock, world, engine, workflowId, start, statusOf, childOf } = open();
      const parameters =
        step === 'hear'
          ? { name: 'go' }
          : step === 'nap'
            ? { ms: 60_000 }
            : step === 'effect'
              ? { tookMs: 60_000 }
              : {};
      world.addVersion(define({ in: 'called', a: { type: step, parameters } }, 'in>a'), workflowId);
      const id = await start(define({ start: 'start', c: call(workflowId) }, 'start>c'));
      const child = childOf(id);
      await engine.cancel(world.projectId, id);
      await clock.advance(2_000);
      expect([step, statusOf(id), statusOf(child.id)]).toEqual([step, 'cancelled', 'cancelled']);
    }
  });

  it('leaves no child at work when whoever cancels stops in between', async () => {
    const { clock, world, engine, workflowId, start, statusOf, childOf } = open();
    world.addVersion(
      define({ in: 'called', h: { type: 'hear', parameters: { name: 'go' } } }, 'in>h'),
      workflowId,
    );
    const id = await start(define({ start: 'start', c: call(workflowId) }, 'start>c'));
    const child = childOf(id);
    expect([statusOf(id), statusOf(child.id)]).toEqual(['waiting', 'waiting']);
    // The first half of a cancellation: the process that asked for it is gone before it comes to the children.
    await world.store.requestCancel(world.projectId, id);
    await engine.claim();
    await clock.advance(2_000);
    expect([statusOf(id), statusOf(child.id)]).toEqual(['cancelled', 'cancelled']);
  });

  it('keeps the end of the child that came before the cancellation of its parent', async () => {
    const { clock, world, engine, workflowId, start, statusOf, childOf } = open();
    world.addVersion(define({ in: 'called', a: slow }, 'in>a'), workflowId);
    const id = await start(define({ start: 'start', c: call(workflowId), b: 'hang' }, 'start>c,c>b'));
    const child = childOf(id);
    await clock.advance(60_000);
    expect([statusOf(id), statusOf(child.id)]).toEqual(['running', 'succeeded']);
    await engine.cancel(world.projectId, id);
    await clock.advance(2_000);
    expect([statusOf(id), statusOf(child.id)]).toEqual(['cancelled', 'succeeded']);
  });
});

describe('a child whose parent has ended', () => {
  it('is cancelled when the parent failed while it waited for it, and its own children too', async () => {
    const { clock, world, workflowId, start, statusOf, childOf } = open();
    const inner = createUuid();
    world.addVersion(define({ in: 'called', a: 'hang' }, 'in>a'), inner);
    world.addVersion(define({ in: 'called', c: call(inner) }, 'in>c'), workflowId);
    const nap = { type: 'nap', parameters: { ms: 10_000 } };
    const failing = { type: 'effect', parameters: { failTimes: 1, fatal: true } };
    const definition = define(
      { start: 'start', c: call(workflowId), n: nap, f: failing },
      'start>c,start>n,n>f',
    );
    const id = await start(definition);
    const child = childOf(id);
    const grandchild = childOf(child.id);
    await clock.advance(10_000);
    world.engineClaim(world.store.queueDueWaits(clock.now()));
    for (let turn = 0; turn < 4; turn++) {
      await clock.advance(2_000);
      world.engineClaim([child.id, grandchild.id]);
    }
    // A running one hears of it from the sweep of its worker, which this world does not have.
    expect(statusOf(id)).toBe('failed');
    expect(world.store.list().find((row) => row.id === child.id)).toMatchObject({ cancelRequested: true });
  });

  it('is cancelled when the parent ran out of time', async () => {
    const { clock, world, workflowId, start, statusOf, childOf } = open();
    world.addVersion(
      define({ in: 'called', h: { type: 'hear', parameters: { name: 'go' } } }, 'in>h'),
      workflowId,
    );
    const id = await start(define({ start: 'start', c: call(workflowId) }, 'start>c', { timeoutMs: 30_000 }));
    const child = childOf(id);
    await clock.advance(30_000);
    world.engineClaim(world.store.queueDueWaits(clock.now()));
    await clock.advance(2_000);
    world.engineClaim([child.id]);
    await clock.advance(2_000);
    expect([statusOf(id), statusOf(child.id)]).toEqual(['failed', 'cancelled']);
  });

  it('goes on when nobody waited for it', async () => {
    const { clock, world, workflowId, start, statusOf, childOf } = open();
    world.addVersion(define({ in: 'called', a: slow }, 'in>a'), workflowId);
    const failing = { type: 'effect', parameters: { failTimes: 1, fatal: true } };
    const id = await start(define({ start: 'start', c: call(workflowId, false), f: failing }, 'start>c,c>f'));
    const child = childOf(id);
    expect(statusOf(id)).toBe('failed');
    await clock.advance(60_000);
    expect(statusOf(child.id)).toBe('succeeded');
    expect(world.store.list().every((row) => isTerminal(row.status))).toBe(true);
  });
});
