import type { ApprovalDecision, Item } from '@navette/contracts';
import { createFakeClock } from '@navette/testing';
import { describe, expect, it } from 'vitest';
import type { Engine } from './engine.ts';
import type { JournalWrite } from './ports.ts';
import { define, EngineWorld } from './testing/engine-world.ts';

type Definition = ReturnType<typeof define>;

function open() {
  const clock = createFakeClock();
  const world = new EngineWorld(clock);
  const engine = world.createEngine();
  const start = async (definition: Definition, items: object[] = [{}], on: Engine = engine) => {
    const version = world.addVersion(definition);
    const { executionId } = await on.start({
      projectId: world.projectId,
      version,
      triggerNodeId: 'start',
      items: items.map((json) => ({ json: json as never })),
      mode: 'api',
    });
    await clock.advance(10);
    return { id: executionId, version };
  };
  const signal = (executionId: string, name: string, json: Item['json'], idempotencyKey?: string) =>
    engine.post.sendSignal({
      projectId: world.projectId,
      to: { executionId },
      name,
      items: [{ json }],
      idempotencyKey: idempotencyKey ?? null,
    });
  const read = (id: string) => world.store.list().find((row) => row.id === id)!;
  /** Items per port of a step. */
  const outputs = async (id: string, path: string) => {
    for (const record of await world.records(id))
      if (record.type === 'step-completed' && record.path === path) return record.outputs;
    return undefined;
  };
  const wakeDue = async () => {
    world.engineClaim(world.store.queueDueWaits(clock.now()));
    await clock.advance(10);
  };
  return { clock, world, engine, start, signal, read, outputs, wakeDue };
}

const hear = (parameters: Record<string, unknown> = {}) => ({
  type: 'hear',
  parameters: { name: 'go', ...parameters },
});
const decided = (decision: 'approved' | 'rejected'): ApprovalDecision => ({
  decision,
  by: { kind: 'user', id: 'u1', name: 'Ada' },
  comment: 'fine',
  values: { amount: 7 },
  at: '2026-01-01T00:00:00.000Z',
});

describe('a step that waits for a signal', () => {
  it('parks, holds nothing, says why, and goes on with the items of the signal', async () => {
    const { engine, start, signal, read, outputs, clock, world } = open();
    const { id } = await start(define({ start: 'start', h: hear(), a: 'effect' }, 'start>h,h>a'), [{ n: 1 }]);
    expect(read(id)).toMatchObject({ status: 'waiting', wakeAt: null });
    expect(engine.active).toBe(0);
    const waiting = (await world.records(id)).find((record) => record.type === 'execution-waiting');
    expect(waiting).toMatchObject({
      reason: 'Waits for the signal "go"',
      why: { code: 'signal', params: { name: 'go', node: 'h' } },
    });
    await signal(id, 'other', { x: 1 });
    await clock.advance(10);
    expect(read(id).status).toBe('waiting');
    await signal(id, 'go', { word: 'now' });
    await clock.advance(10);
    expect(read(id).status).toBe('succeeded');
    expect(await outputs(id, 'h')).toEqual({ main: [{ json: { word: 'now' }, pairedItem: { item: 0 } }] });
  });

  it('finds the signals that came before it, in order, one for each wait', async () => {
    const { start, signal, read, outputs, wakeDue, clock } = open();
    const definition = define(
      { start: 'start', n: { type: 'nap', parameters: { ms: 60_000 } }, h1: hear(), h2: hear(), h3: hear() },
      'start>n,n>h1,h1>h2,h2>h3',
    );
    const { id } = await start(definition);
    for (const word of ['one', 'two']) await signal(id, 'go', { word });
    await clock.advance(10);
    expect(read(id).status).toBe('waiting');
    await clock.advance(60_000);
    await wakeDue();
    await signal(id, 'go', { word: 'three' });
    await clock.advance(10);
    expect(read(id).status).toBe('succeeded');
    for (const [path, word] of [
      ['h1', 'one'],
      ['h2', 'two'],
      ['h3', 'three'],
    ] as const)
      expect((await outputs(id, path))?.['main']?.[0]?.json).toEqual({ word });
  });

  it('gives two waits that stand at the same time a signal each', async () => {
    const { start, signal, read, outputs, clock } = open();
    const { id } = await start(define({ start: 'start', h1: hear(), h2: hear() }, 'start>h1,start>h2'));
    await signal(id, 'go', { word: 'one' });
    await clock.advance(10);
    expect(read(id).status).toBe('waiting');
    await signal(id, 'go', { word: 'two' });
    await clock.advance(10);
    expect(read(id).status).toBe('succeeded');
    const words = [await outputs(id, 'h1'), await outputs(id, 'h2')].map(
      (o) => o?.['main']?.[0]?.json['word'],
    );
    expect(words.sort()).toEqual(['one', 'two']);
  });

  it('is not given a signal that an earlier wait has taken, however slow the store is', async () => {
    const { clock, world, read, outputs } = open();
    const slow = new Proxy(world.store, {
      get(store, name) {
        const method = store[name as keyof typeof store] as (...args: unknown[]) => unknown;
        if (name !== 'write') return method.bind(store);
        return async (write: JournalWrite) => {
          await clock.sleep(1_000);
          return store.write(write);
        };
      },
    });
    const engine = world.createEngine(slow);
    const version = world.addVersion(define({ start: 'start', h1: hear(), h2: hear() }, 'start>h1,h1>h2'));
    const started = engine.start({
      projectId: world.projectId,
      version,
      triggerNodeId: 'start',
      items: [],
      mode: 'api',
    });
    await clock.advance(10_000);
    const { executionId } = await started;
    await engine.post.sendSignal({
      projectId: world.projectId,
      to: { executionId },
      name: 'go',
      items: [{ json: { word: 'one' } }],
      idempotencyKey: null,
    });
    await clock.advance(10_000);
    expect(read(executionId).status).toBe('waiting');
    expect((await outputs(executionId, 'h1'))?.['main']?.[0]?.json).toEqual({ word: 'one' });
    expect(await outputs(executionId, 'h2')).toBeUndefined();
  });

  it('is told at once when another branch of its execution is at work here', async () => {
    const { start, signal, outputs, clock } = open();
    const slow = { type: 'effect', parameters: { tookMs: 60_000 } };
    const { id } = await start(define({ start: 'start', h: hear(), s: slow }, 'start>h,start>s'));
    await signal(id, 'go', { word: 'now' });
    await clock.advance(10);
    expect(await outputs(id, 'h')).toBeDefined();
  });

  it.each([
    ['error', undefined],
    [{ port: 'timeout' }, { timeout: [{ json: { n: 1 }, pairedItem: { item: 0 } }] }],
    [{ port: 'main', json: { late: true } }, { main: [{ json: { late: true }, pairedItem: { item: 0 } }] }],
  ])('that does not come in time: %j', async (rule, expected) => {
    const { start, read, outputs, wakeDue, clock } = open();
    const definition = define(
      { start: 'start', h: hear({ timeoutMs: 60_000, rule }), a: 'pass' },
      'start>h,h>a,h.timeout>a',
    );
    const { id } = await start(definition, [{ n: 1 }]);
    expect(read(id)).toMatchObject({ status: 'waiting', wakeAt: clock.now() - 10 + 60_000 });
    await clock.advance(60_000);
    await wakeDue();
    expect(read(id).status).toBe(expected ? 'succeeded' : 'failed');
    if (!expected) expect(read(id).error).toMatchObject({ code: 'WAIT_TIMED_OUT', nodeId: 'h' });
    expect(await outputs(id, 'h')).toEqual(expected);
  });

  it('is refused one that comes after the end, and takes a repeated one once', async () => {
    const { start, signal, clock } = open();
    const { id } = await start(define({ start: 'start', h: hear() }, 'start>h'));
    const first = await signal(id, 'go', {}, 'k');
    await clock.advance(10);
    expect(await signal(id, 'go', {}, 'k')).toEqual(first);
    await expect(signal(id, 'go', {})).rejects.toMatchObject({ code: 'SIGNAL_EXECUTION_ENDED', status: 409 });
    await expect(signal(crypto.randomUUID(), 'go', {})).rejects.toMatchObject({
      code: 'EXECUTION_NOT_FOUND',
    });
  });
});

describe('a signal that a step sends', () => {
  it('reaches an execution by its id, and whichever waits under a key, early or late', async () => {
    const { start, read, outputs, clock, world } = open();
    const waiting = define({ start: 'start', h: hear({ key: '{{ $json.order }}' }) }, 'start>h');
    const { id, version } = await start(waiting, [{ order: 'o-1' }]);
    const workflowId = `wfl_${version.workflowId.replaceAll('-', '')}`;
    const tell = { type: 'tell', parameters: { workflowId, key: '{{ $json.order }}', name: 'go' } };
    const sender = define({ start: 'start', t: tell }, 'start>t');
    await start(sender, [{ order: 'o-1', n: 5 }]);
    await clock.advance(10);
    expect(read(id).status).toBe('succeeded');
    expect((await outputs(id, 'h'))?.['main']?.[0]?.json).toEqual({ told: 5 });
    const early = await start(sender, [{ order: 'o-2', n: 6 }]);
    expect((await outputs(early.id, 't'))?.['main']?.[0]?.json).toMatchObject({ sentTo: null });
    const second = await world.createEngine().start({
      projectId: world.projectId,
      version,
      triggerNodeId: 'start',
      items: [{ json: { order: 'o-2' } }],
      mode: 'api',
    });
    await clock.advance(10);
    expect(read(second.executionId).status).toBe('succeeded');
  });
});

describe('a step that waits for a person', () => {
  const asking = (parameters: Record<string, unknown> = {}) =>
    define(
      { start: 'start', q: { type: 'ask', parameters }, yes: 'pass', no: 'pass', late: 'pass' },
      'start>q,q.approved>yes,q.rejected>no,q.expired>late',
    );
  const decide = (world: EngineWorld, engine: Engine, id: string, decision: 'approved' | 'rejected') =>
    engine.post.deliver({
      id: crypto.randomUUID(),
      projectId: world.projectId,
      to: { executionId: id },
      channel: 'approval:q',
      once: true,
      body: { kind: 'decision', decision: decided(decision) },
      idempotencyKey: null,
    });

  it.each(['approved', 'rejected'] as const)('goes the way of who decided: %s', async (decision) => {
    const { start, read, outputs, clock, world, engine } = open();
    const { id } = await start(asking(), [{ n: 1 }, { n: 2 }]);
    expect(world.store.listApprovals()).toMatchObject([{ executionId: id, path: 'q', status: 'open' }]);
    expect(await decide(world, engine, id, decision)).toMatchObject({ outcome: 'delivered' });
    expect(await decide(world, engine, id, 'rejected')).toEqual({ outcome: 'used' });
    await clock.advance(10);
    expect(read(id).status).toBe('succeeded');
    expect(world.store.listApprovals()).toMatchObject([{ status: decision }]);
    const approval = decided(decision);
    expect(await outputs(id, 'q')).toEqual({
      [decision]: [1, 2].map((n, item) => ({ json: { n, approval }, pairedItem: { item } })),
    });
  });

  it('expires, and takes no decision after that', async () => {
    const { start, read, outputs, clock, world, engine, wakeDue } = open();
    const { id } = await start(asking({ timeoutMs: 60_000, rule: { port: 'expired' } }), [{ n: 1 }]);
    await clock.advance(60_000);
    await wakeDue();
    expect(read(id).status).toBe('succeeded');
    expect(world.store.listApprovals()).toMatchObject([{ status: 'expired' }]);
    expect((await outputs(id, 'q'))?.['expired']?.[0]?.json).toMatchObject({
      n: 1,
      approval: { decision: 'expired', by: null },
    });
    expect((await decide(world, engine, id, 'approved')).outcome).toBe('used');
  });

  it('is not asked any more when its execution fails or is cancelled', async () => {
    const { start, clock, world, engine } = open();
    const failing = define(
      {
        start: 'start',
        q: 'ask',
        n: { type: 'nap', parameters: { ms: 1_000 } },
        f: { type: 'effect', parameters: { failTimes: 1 } },
      },
      'start>q,start>n,n>f',
    );
    await start(failing);
    await clock.advance(2_000);
    const { id } = await start(asking());
    await engine.cancel(world.projectId, id);
    expect(world.store.listApprovals().map((approval) => approval.status)).toEqual([
      'cancelled',
      'cancelled',
    ]);
  });
});

describe('a step that waits for a request', () => {
  it('goes on with its item, and can be told by a link before it waits', async () => {
    const { start, read, outputs, clock, world, engine } = open();
    const { id } = await start(define({ start: 'start', r: 'resumed' }, 'start>r'));
    const item: Item = { json: { method: 'POST', body: { ok: true } } };
    const message = {
      id: crypto.randomUUID(),
      projectId: world.projectId,
      to: { executionId: id },
      channel: 'resume:r',
      once: true,
      body: { kind: 'items' as const, items: [item] },
      idempotencyKey: null,
    };
    await engine.post.deliver(message);
    await clock.advance(10);
    expect(read(id).status).toBe('succeeded');
    expect((await outputs(id, 'r'))?.['main']).toEqual([{ ...item, pairedItem: { item: 0 } }]);
  });
});
