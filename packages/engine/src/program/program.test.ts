import type { ProgramPort } from '@navette/contracts';
import { NavetteError } from '@navette/kit';
import { createFakeClock, waitFor } from '@navette/testing';
import { describe, expect, it } from 'vitest';
import type { StartRequest } from '../engine.ts';
import { define, EngineWorld } from '../testing/engine-world.ts';
import { createTrustedPrograms, type TestCallError, type TestProgram } from '../testing/trusted-programs.ts';

const around = { start: 'start', p: { type: 'program', parameters: { source: 'it' } }, z: 'pass' };

function open(program: TestProgram, nodes: Parameters<typeof define>[0] = around, edges = 'start>p, p>z') {
  const clock = createFakeClock();
  const world = new EngineWorld(clock);
  world.programs.set('it', program);
  const version = world.addVersion(define(nodes, edges));
  const request = (items: object[] = [{ n: 1 }]): StartRequest => ({
    projectId: world.projectId,
    version,
    triggerNodeId: 'start',
    items: items.map((json) => ({ json: json as never })),
    mode: 'api',
  });
  const run = async (items?: object[]) => {
    const engine = world.createEngine();
    const end = await engine.startAndAwait(request(items), { until: 'finished' });
    return {
      ...end,
      json: end.items?.map((item) => item.json),
      records: await world.records(end.executionId),
    };
  };
  return { clock, world, request, run };
}

describe('a program', () => {
  it('makes calls that are steps, and gives items to what follows', async () => {
    const { run, world } = open(async (ctx, [input]) => {
      const [a] = await ctx.run('effect', { value: 'paid' }, { name: 'charge', items: [input as never] });
      const [b] = await ctx.run('effect', {}, { name: 'charge' });
      return [a!, b!, 3];
    });
    const { json, records, status } = await run();
    expect(status).toBe('succeeded');
    expect(json).toEqual([{ n: 1, '@charge': 'paid' }, { '@charge:2': 'done' }, { value: 3 }]);
    expect(world.effects.map(({ node }) => node)).toEqual(['@charge', '@charge:2']);
    expect(new Set(world.effects.map(({ key }) => key)).size).toBe(2);
    expect(records.flatMap((record) => (record.type === 'call-made' ? record.path : []))).toEqual([
      'p/@charge',
      'p/@charge:2',
    ]);
  });

  it('runs calls side by side and hears of them in the order in which they end', async () => {
    const heard: unknown[] = [];
    const { run, clock } = open(async (ctx) => {
      const call = async (name: string, tookMs: number) => {
        await ctx.run('effect', { tookMs }, { name });
        heard.push(name);
      };
      await Promise.all([call('slow', 300), call('fast', 100), call('middle', 200)]);
      return {};
    });
    const ending = run();
    for (let turn = 0; turn < 20; turn++) await clock.advance(50);
    expect((await ending).status).toBe('succeeded');
    expect(heard).toEqual(['fast', 'middle', 'slow']);
  });

  it('may catch what a call throws; what it does not catch fails the execution', async () => {
    const caught = open(async (ctx) => {
      const error = await ctx.run('effect', { failTimes: 1, fatal: true }).catch((thrown) => thrown);
      return { code: (error as TestCallError).code };
    });
    expect((await caught.run()).json).toEqual([{ code: 'TEST_FATAL' }]);
    const uncaught = open(async (ctx) => {
      await ctx.run('effect', { failTimes: 1, fatal: true });
      return {};
    });
    const end = await uncaught.run();
    expect(end).toMatchObject({ status: 'failed', error: { code: 'TEST_PROGRAM_THREW', nodeId: 'p' } });
  });

  it('retries a call by the settings of the call', async () => {
    const { clock, run, world } = open(async (ctx) => {
      const settings = { retry: { maxAttempts: 3, delayMs: 100, jitter: 0 } };
      return (await ctx.run('effect', { failTimes: 2 }, { settings }))[0];
    });
    const ending = run();
    for (let turn = 0; turn < 20; turn++) await clock.advance(100);
    expect((await ending).status).toBe('succeeded');
    expect(world.effects.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
    expect(new Set(world.effects.map(({ key }) => key)).size).toBe(1);
  });

  it('is dropped while it waits, and goes on where it was', async () => {
    let runs = 0;
    const times: number[] = [];
    const { clock, request, world } = open(async (ctx) => {
      runs += 1;
      times.push(ctx.now());
      await ctx.run('effect', {}, { name: 'before' });
      await ctx.run('nap', { ms: 3_600_000 });
      await ctx.run('effect', {}, { name: 'after' });
      return { slept: ctx.now() - times[0]! };
    });
    const engine = world.createEngine();
    const { executionId } = await engine.start(request());
    await clock.advance(100);
    expect(world.store.find(executionId)).toMatchObject({ status: 'waiting' });
    expect(engine.active).toBe(0);
    await clock.advance(3_600_000);
    world.engineClaim(world.store.queueDueWaits(clock.now()));
    const end = await engine.awaitFinished(executionId);
    expect(end.items?.[0]?.json).toEqual({ slept: expect.closeTo(3_600_000, -3) });
    expect(runs).toBe(2);
    expect(times[1]).toBe(times[0]);
    expect(world.effects.map(({ node }) => node)).toEqual(['@before', '@after']);
  });

  it('waits for a signal as steps do', async () => {
    const { clock, request, world } = open(async (ctx) => {
      const [told] = await Promise.all([ctx.run('hear', { name: 'paid' }), ctx.run('nap', { ms: 5_000 })]);
      return told;
    });
    const engine = world.createEngine();
    const { executionId } = await engine.start(request());
    await clock.advance(100);
    await engine.post.sendSignal({
      projectId: world.projectId,
      to: { executionId },
      name: 'paid',
      items: [{ json: { amount: 7 } }],
      idempotencyKey: null,
    });
    await clock.advance(10_000);
    world.engineClaim(world.store.queueDueWaits(clock.now()));
    const end = await engine.awaitFinished(executionId);
    expect(end).toMatchObject({ status: 'succeeded', items: [{ json: { amount: 7 } }] });
  });

  it('stops calls that it did not wait for', async () => {
    const { run, world } = open(async (ctx) => {
      const lost = ctx.run('hang').catch(() => {});
      void lost;
      await ctx.run('effect', {}, { name: 'won' });
      return { over: true };
    });
    const end = await run();
    expect(end).toMatchObject({ status: 'succeeded', json: [{ over: true }] });
    expect(world.effects).toHaveLength(1);
  });

  it.each([
    ['a type that there is not', (ctx: Parameters<TestProgram>[0]) => ctx.run('nothing')],
    ['a trigger', (ctx: Parameters<TestProgram>[0]) => ctx.run('start')],
    ['a name that is none', (ctx: Parameters<TestProgram>[0]) => ctx.run('pass', {}, { name: 'a/b' })],
  ])('is refused a call of %s, and may go on', async (_, call) => {
    const { run } = open(async (ctx) => {
      const error = await call(ctx).catch((thrown) => thrown);
      return { code: (error as TestCallError).code };
    });
    expect((await run()).json).toEqual([{ code: 'PROGRAM_CALL_INVALID' }]);
  });

  it('is refused a call that the policy does not let programs make', async () => {
    const { request, world } = open(async (ctx) => {
      const error = await ctx.run('effect').catch((thrown) => thrown);
      return { code: (error as TestCallError).code };
    });
    const refusal = new NavetteError('POLICY_NODE_TYPE_REFUSED', {
      kind: 'user',
      status: 403,
      retry: 'never',
      message: 'No',
      help: '',
    });
    const asked: string[] = [];
    const programs: ProgramPort = {
      ...createTrustedPrograms(world.programs),
      refuseCall: async (nodeType) => {
        asked.push(nodeType);
        return nodeType === 'pass' ? undefined : refusal;
      },
    };
    const engine = world.createEngine(world.store, 100, { programs });
    const end = await engine.startAndAwait(request(), { until: 'finished' });
    expect(end.items).toMatchObject([{ json: { code: 'POLICY_NODE_TYPE_REFUSED' } }]);
    expect(world.effects).toEqual([]);
    // Of calls only, not of the steps of the graph around them.
    expect(asked).toEqual(['effect']);
  });

  it('takes the same course when a policy changes behind a refused call', async () => {
    let isAllowed = false;
    const { clock, request, world } = open(async (ctx) => {
      const refused = await ctx.run('effect').then(
        () => false,
        () => true,
      );
      if (refused) await ctx.run('nap', { ms: 60_000 });
      return { refused };
    });
    const refusal = new NavetteError('POLICY_NODE_TYPE_REFUSED', {
      kind: 'user',
      status: 403,
      retry: 'never',
      message: 'No',
      help: '',
    });
    const programs: ProgramPort = {
      ...createTrustedPrograms(world.programs),
      refuseCall: async (nodeType) => (isAllowed || nodeType === 'nap' ? undefined : refusal),
    };
    const first = world.createEngine(world.store, 100, { programs });
    const { executionId } = await first.start(request());
    await waitFor(async () => (await world.store.readOutcome(executionId))?.status === 'waiting');
    isAllowed = true;
    const second = world.createEngine(world.store, 100, { programs });
    await clock.advance(61_000);
    world.store.queueDueWaits(clock.now());
    await second.claim([executionId]);
    await waitFor(async () => (await world.store.readOutcome(executionId))?.status === 'succeeded');
    expect(world.effects).toEqual([]);
  });

  it('is told what to write in place of a node that means nothing in a program', async () => {
    const { run, world } = open(async (ctx) => {
      const error = await ctx.run('around').catch((thrown) => thrown);
      return { message: (error as TestCallError).message };
    });
    const pass = world.nodes.find(({ type }) => type === 'pass')!;
    world.nodes.push({ ...pass, type: 'around', notCallable: 'write while (…) { … }' } as typeof pass);
    expect((await run()).json?.[0]?.['message']).toContain('in a program, write while (…) { … }');
  });

  it('is refused settings of a call that would have no effect', async () => {
    const { run, world } = open(async (ctx) => {
      const settings = { compensate: ['z'] };
      const error = await ctx.run('effect', {}, { settings }).catch((thrown) => thrown);
      return { message: (error as TestCallError).message };
    });
    expect((await run()).json?.[0]?.['message']).toContain('settings.compensate');
    expect(world.effects).toEqual([]);
  });

  it('is left to another worker by one that lacks a node of its calls', async () => {
    const { clock, request, world } = open(async (ctx) => {
      await ctx.run('nap', { ms: 60_000 });
      return { over: true };
    });
    const first = world.createEngine();
    const { executionId } = await first.start(request());
    await clock.advance(61_000);
    world.store.queueDueWaits(clock.now());
    const nodeTypes = {
      ...world.nodeTypes,
      find: (type: string, version: number) =>
        type === 'nap' ? undefined : world.nodeTypes.find(type, version),
    };
    const older = world.createEngine(world.store, 100, { nodeTypes });
    await older.claim([executionId]);
    expect(world.store.find(executionId)).toMatchObject({ status: 'queued' });
    const newer = world.createEngine();
    await newer.claim();
    await clock.advance(100);
    expect((await newer.awaitFinished(executionId)).items?.[0]?.json).toEqual({ over: true });
  });

  it('takes parameters as values, never as templates', async () => {
    const { run } = open(async (ctx) => (await ctx.run('pass', { add: { text: '{{ 1 + 1 }}' } }))[0]);
    expect((await run()).json).toEqual([{ text: '{{ 1 + 1 }}' }]);
  });

  it('fails a call whose parameters do not fit, where it is seen', async () => {
    const { run } = open(async (ctx) => (await ctx.run('nap', { ms: 'soon' }))[0]);
    const end = await run();
    expect(end.status).toBe('failed');
    expect(end.records.find((record) => record.type === 'step-failed')).toMatchObject({ path: 'p/@nap' });
  });

  it('says when it waits for what never comes', async () => {
    const { run } = open(() => new Promise<never>(() => {}));
    expect(await run()).toMatchObject({ status: 'failed', error: { code: 'PROGRAM_STUCK' } });
  });

  it('is found out when it takes another course, and the call is named', async () => {
    let runs = 0;
    const { clock, request, world } = open(async (ctx) => {
      await ctx.run('nap', { ms: 60_000 });
      runs += 1;
      await ctx.run('effect', { value: runs }, { name: 'charge' });
      await ctx.run('nap', { ms: 60_000 });
      return {};
    });
    const engine = world.createEngine();
    const { executionId } = await engine.start(request());
    for (let turn = 0; turn < 3; turn++) {
      await clock.advance(61_000);
      world.engineClaim(world.store.queueDueWaits(clock.now()));
    }
    const end = await engine.awaitFinished(executionId);
    expect(end).toMatchObject({ status: 'failed', error: { code: 'PROGRAM_CHANGED' } });
    expect(end.error?.message).toContain('"@charge"');
    expect(world.effects).toHaveLength(1);
  });

  it('asks again for what is too large for the record of a call', async () => {
    const large = 'x'.repeat(20_000);
    const { clock, request, world } = open(async (ctx) => {
      await ctx.run('nap', { ms: 60_000 });
      const [made] = await ctx.run('effect', { value: large }, { name: 'large' });
      await ctx.run('nap', { ms: 60_000 });
      return { length: JSON.stringify(made).length };
    });
    const engine = world.createEngine();
    const { executionId } = await engine.start(request());
    for (let turn = 0; turn < 3; turn++) {
      await clock.advance(61_000);
      world.engineClaim(world.store.queueDueWaits(clock.now()));
    }
    const end = await engine.awaitFinished(executionId);
    expect(end.items?.[0]?.json).toEqual({ length: large.length + 13 });
    const records = await world.records(executionId);
    const made = records.find((record) => record.type === 'call-made' && record.path === 'p/@large');
    expect(made).not.toHaveProperty('call.asked');
    expect(world.effects).toHaveLength(1);
  });

  it('ends when it is cancelled, wherever it is', async () => {
    const { clock, request, world } = open(async (ctx) => {
      await ctx.run('hang');
      return {};
    });
    const engine = world.createEngine();
    const { executionId } = await engine.start(request());
    await clock.advance(100);
    await engine.cancel(world.projectId, executionId);
    await clock.advance(1_000);
    expect(world.store.find(executionId)).toMatchObject({ status: 'cancelled' });
  });

  it('is given back by a worker that stops, and goes on elsewhere', async () => {
    const { clock, request, world } = open(async (ctx) => {
      for (let n = 0; n < 5; n++) await ctx.run('effect', { tookMs: 100 }, { name: 'charge' });
      return { done: true };
    });
    const first = world.createEngine();
    const { executionId } = await first.start(request());
    await clock.advance(150);
    const drained = first.drain(10_000);
    await clock.advance(500);
    await drained;
    const second = world.createEngine();
    await second.claim();
    for (let turn = 0; turn < 20; turn++) await clock.advance(100);
    expect((await second.awaitFinished(executionId)).items?.[0]?.json).toEqual({ done: true });
    expect(world.effects.map(({ node }) => node)).toEqual([
      '@charge',
      '@charge:2',
      '@charge:3',
      '@charge:4',
      '@charge:5',
    ]);
  });

  it('runs its calls in a workflow that goes branch by branch', async () => {
    const clock = createFakeClock();
    const world = new EngineWorld(clock);
    world.programs.set('it', async (ctx) => {
      const calls = await Promise.all(['a', 'b', 'c'].map((name) => ctx.run('effect', {}, { name })));
      return calls.length;
    });
    const nodes = { ...around, other: 'effect' };
    const definition = define(nodes, 'start>p, p>z, start>other', { executionOrder: 'sequential' });
    const version = world.addVersion(definition);
    const engine = world.createEngine();
    const end = await engine.startAndAwait(
      { projectId: world.projectId, version, triggerNodeId: 'start', items: [{ json: {} }], mode: 'api' },
      { until: 'finished' },
    );
    expect(end.status).toBe('succeeded');
    expect(world.effects.map(({ node }) => node).sort()).toEqual(['@a', '@b', '@c', 'other']);
  });

  it('runs once per pass of a loop, however often its calls wake it', async () => {
    const nodes = {
      start: 'start',
      each: { type: 'each', parameters: { window: 2 } },
      p: { type: 'program', parameters: { source: 'it' } },
    };
    const { clock, request, world } = open(
      async (ctx) => {
        await Promise.all([ctx.run('nap', { ms: 3_000 }), ctx.run('nap', { ms: 3_000 }), ctx.run('effect')]);
        return {};
      },
      nodes,
      'start>each, each.item>p, p>each',
    );
    const engine = world.createEngine();
    const { executionId } = await engine.start(request([{ n: 1 }, { n: 2 }]));
    for (let turn = 0; turn < 10; turn++) {
      await clock.advance(1_000);
      world.engineClaim(world.store.queueDueWaits(clock.now()));
    }
    expect((await engine.awaitFinished(executionId)).status).toBe('succeeded');
    const ends = (await world.records(executionId)).filter(
      (record) => record.type === 'step-completed' && record.path.endsWith('/p'),
    );
    expect(ends.map((record) => 'path' in record && record.path).sort()).toEqual(['each#0/p', 'each#1/p']);
    expect(world.effects).toHaveLength(2);
  });
});
