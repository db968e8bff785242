import type { DoubtResolution } from '@navette/contracts';
import { createFakeClock } from '@navette/testing';
import { describe, expect, it } from 'vitest';
import { foldJournal, viewSteps } from './state/view.ts';
import { CrashingStore, define, EngineWorld } from './testing/engine-world.ts';
import type { TestProgram } from './testing/trusted-programs.ts';

type Definition = ReturnType<typeof define>;
type Outcomes = DoubtResolution['outcomes'];

const by = { kind: 'user', id: 'usr_1', name: 'Ada' } as const;
const ask = (settings: object = {}, parameters: object = {}) => ({
  type: 'effect',
  settings: { afterCrash: 'ask', ...settings },
  parameters: { tookMs: 1_000, ...parameters },
});

/** Starts it, and cuts its worker off while the first effects are at work. Another one has taken over. */
async function cutOff(definition: Definition, items: object[] = [{ n: 1 }], program?: TestProgram) {
  const clock = createFakeClock();
  const world = new EngineWorld(clock);
  if (program) world.programs.set('it', program);
  let store = new CrashingStore(world.store);
  let engine = world.createEngine(store);
  const version = world.addVersion(definition);
  const { executionId } = await engine.start({
    projectId: world.projectId,
    version,
    triggerNodeId: 'start',
    items: items.map((json) => ({ json: json as never })),
    mode: 'api',
  });
  await clock.advance(10);
  const crash = async () => {
    store.crash();
    world.store.buryWorker(engine.workerId);
    store = new CrashingStore(world.store);
    engine = world.createEngine(store);
    await engine.claim();
    await clock.advance(10);
  };
  await crash();
  return {
    clock,
    world,
    executionId,
    crash,
    engine: () => engine,
    row: () => world.store.list().find((row) => row.id === executionId)!,
    effects: () => world.effects.map(({ node, item }) => `${node} ${JSON.stringify(item)}`),
    keys: () => new Set(world.effects.map(({ key }) => key)).size,
    view: async () => {
      const chunks = await world.store.readJournal(executionId);
      return viewSteps(foldJournal(version, world.nodeTypes, 'start', chunks));
    },
    answer: async (path: string, outcomes: Outcomes, question = 1) => {
      const resolution = { by, comment: '', outcomes };
      await engine.post.resolve({ projectId: world.projectId, executionId, path, question, resolution });
      await clock.advance(10);
    },
    result: async () =>
      (await engine.awaitFinished(executionId)).items?.map((item) => ({
        ...item.json,
        from: item.pairedItem,
      })),
  };
}

describe('an effect in doubt whose node asks', () => {
  const chain = define({ start: 'start', a: ask(), b: 'effect' }, 'start>a,a>b');

  it('parks, holds nothing, says why and since when, and is not repeated, whoever takes it up', async () => {
    const { clock, crash, effects, engine, row, view, world } = await cutOff(chain);
    const askedAt = new Date(clock.now() - 10).toISOString();
    expect(row()).toMatchObject({ status: 'waiting', wakeAt: null });
    expect(engine().active).toBe(0);
    const { why, reason } = (await world.records(row().id)).findLast(
      (record) => record.type === 'execution-waiting',
    )!;
    expect(why).toEqual({ code: 'doubt', params: { node: 'a', since: askedAt } });
    expect(reason).toContain(`since ${askedAt} for somebody to say`);
    expect((await view()).find(({ path }) => path === 'a')).toMatchObject({
      status: 'waiting',
      attempts: 1,
      doubt: { question: 1, askedAt, items: null, keys: [world.effects[0]!.key] },
    });
    await crash();
    await clock.advance(60_000);
    await engine().claim();
    expect(row().status).toBe('waiting');
    expect(effects()).toEqual(['a {"n":1}']);
  });

  it('runs again under its key when somebody says so, with the time that it saw', async () => {
    const timed = ask({}, { value: '{{ $now.toMillis() }}' });
    const { answer, clock, effects, keys, result, row } = await cutOff(
      define({ start: 'start', a: timed }, 'start>a'),
    );
    await clock.advance(60_000);
    const before = clock.now();
    await answer('a', [{ outcome: 'retry' }]);
    await clock.advance(1_000);
    expect(row().status).toBe('succeeded');
    expect(effects()).toEqual(['a {"n":1}', 'a {"n":1}']);
    expect(keys()).toBe(1);
    expect(((await result())![0] as unknown as { a: number }).a).toBeLessThan(before - 60_000);
  });

  it.each([
    ['what went in', undefined, [{ n: 1, b: 'done', from: { item: 0 } }]],
    ['what was given', [{ json: { paid: true } }], [{ paid: true, b: 'done', from: { item: 0 } }]],
  ])('that was done is not run, and gives %s', async (_name, items, expected) => {
    const { answer, effects, result, row } = await cutOff(chain);
    await answer('a', [{ outcome: 'done', ...(items ? { items } : {}) }]);
    expect(row().status).toBe('succeeded');
    expect(effects().map((effect) => effect[0])).toEqual(['a', 'b']);
    expect(await result()).toEqual(expected);
  });

  it('that failed fails the execution, or goes where errors go, without another attempt', async () => {
    const retry = { maxAttempts: 5, delayMs: 10 };
    const stops = await cutOff(define({ start: 'start', a: ask({ retry }) }, 'start>a'));
    await stops.answer('a', [{ outcome: 'fail' }]);
    expect(stops.row()).toMatchObject({
      status: 'failed',
      error: { code: 'STEP_RESOLVED_AS_FAILED', nodeName: 'a', message: expect.stringContaining('Ada') },
    });
    expect(stops.effects()).toHaveLength(1);
    const goesOn = await cutOff(
      define(
        { start: 'start', a: ask({ onError: 'error-port' }), b: 'pass', c: 'effect' },
        'start>a,a>b,a!>c',
      ),
    );
    await goesOn.answer('a', [{ outcome: 'fail' }]);
    expect(goesOn.row().status).toBe('succeeded');
    expect(goesOn.effects().map((effect) => effect[0])).toEqual(['a', 'c']);
  });

  it('takes one answer, and none after the end', async () => {
    const { answer, effects, row } = await cutOff(chain);
    await answer('a', [{ outcome: 'done' }]);
    await expect(answer('a', [{ outcome: 'retry' }])).rejects.toMatchObject({
      code: 'STEP_ALREADY_RESOLVED',
    });
    await expect(answer('b', [{ outcome: 'retry' }])).rejects.toMatchObject({ code: 'STEP_NOT_IN_DOUBT' });
    expect(row().status).toBe('succeeded');
    expect(effects()).toHaveLength(2);
  });

  it('is a new question when it is cut off again', async () => {
    const { answer, crash, effects, row, view } = await cutOff(chain);
    await answer('a', [{ outcome: 'retry' }]);
    await crash();
    expect(row().status).toBe('waiting');
    expect((await view()).find(({ path }) => path === 'a')?.doubt?.question).toBe(2);
    await expect(answer('a', [{ outcome: 'done' }])).rejects.toMatchObject({ code: 'STEP_ALREADY_RESOLVED' });
    expect(effects()).toHaveLength(2);
    await answer('a', [{ outcome: 'done' }], 2);
    expect(row().status).toBe('succeeded');
    expect(effects()).toEqual(['a {"n":1}', 'a {"n":1}', 'b {"n":1}']);
  });

  it('can be cancelled, and is then asked about no more', async () => {
    const { answer, clock, effects, engine, executionId, row, view, world } = await cutOff(chain);
    await engine().cancel(world.projectId, executionId);
    await clock.advance(10);
    expect(row().status).toBe('cancelled');
    expect((await view()).find(({ path }) => path === 'a')).toMatchObject({ status: 'cancelled' });
    expect((await view()).some(({ doubt }) => doubt)).toBe(false);
    await expect(answer('a', [{ outcome: 'retry' }])).rejects.toMatchObject({ code: 'STEP_NOT_IN_DOUBT' });
    expect(effects()).toHaveLength(1);
  });

  it('is ended by the time limit of the workflow, not by that of the node', async () => {
    const definition = define({ start: 'start', a: ask({ timeoutMs: 5_000 }) }, 'start>a', {
      timeoutMs: 60_000,
    });
    const { clock, row, world } = await cutOff(definition);
    await clock.advance(30_000);
    world.engineClaim(world.store.queueDueWaits(clock.now()));
    await clock.advance(10);
    expect(row().status).toBe('waiting');
    await clock.advance(30_000);
    world.engineClaim(world.store.queueDueWaits(clock.now()));
    await clock.advance(10);
    expect(row()).toMatchObject({ status: 'failed', error: { code: 'EXECUTION_TIMEOUT' } });
  });

  it('leaves other branches alone', async () => {
    const nodes = { start: 'start', a: ask(), q: 'pass', b: 'effect' };
    const { effects, row } = await cutOff(define(nodes, 'start>a,start>q,q>b'));
    expect(row().status).toBe('waiting');
    expect(
      effects()
        .map((effect) => effect[0])
        .sort(),
    ).toEqual(['a', 'b']);
  });
});

describe('items in doubt', () => {
  const settings = { concurrency: 3, onError: 'continue' };
  const definition = define({ start: 'start', a: ask(settings) }, 'start>a');
  const items = Array.from({ length: 5 }, (_, n) => ({ n }));

  it('are asked about together and answered one by one, and the others wait for that', async () => {
    const { answer, clock, effects, result, row, view, world } = await cutOff(definition, items);
    expect((await view())[1]?.doubt).toMatchObject({
      items: [0, 1, 2],
      keys: world.effects.map(({ key }) => key),
    });
    expect(effects()).toHaveLength(3);
    await answer('a', [
      { item: 0, outcome: 'done', items: [{ json: { said: 'by a person' } }] },
      { item: 1, outcome: 'retry' },
      { item: 2, outcome: 'fail' },
    ]);
    await clock.advance(3_000);
    expect(row().status).toBe('succeeded');
    expect(effects().map((effect) => JSON.parse(effect.slice(2)).n)).toEqual([0, 1, 2, 1, 3, 4]);
    expect(await result()).toEqual([
      { said: 'by a person', from: { item: 0 } },
      { n: 1, a: 'done', from: { item: 1 } },
      expect.objectContaining({ n: 2, error: expect.objectContaining({ code: 'STEP_RESOLVED_AS_FAILED' }) }),
      { n: 3, a: 'done', from: { item: 3 } },
      { n: 4, a: 'done', from: { item: 4 } },
    ]);
  });

  it('that an answer leaves out are asked about again', async () => {
    const { answer, effects, row, view } = await cutOff(definition, items);
    await answer('a', [
      { item: 0, outcome: 'done' },
      { item: 4, outcome: 'done' },
    ]);
    expect(row().status).toBe('waiting');
    expect((await view())[1]?.doubt).toMatchObject({ question: 2, items: [1, 2] });
    expect(effects()).toHaveLength(3);
  });

  it('of passes that run side by side are asked about each, and fail their pass alone', async () => {
    const each = { type: 'each', parameters: { window: 2, onFailure: 'continue' } };
    const inLoop = define({ start: 'start', each, a: ask() }, 'start>each,each.item>a,a>each');
    const { answer, clock, effects, row, view } = await cutOff(inLoop, items.slice(0, 3));
    const asked = (await view()).filter(({ doubt }) => doubt).map(({ path }) => path);
    expect(asked).toEqual(['each#0/a', 'each#1/a']);
    await answer('each#0/a', [{ outcome: 'fail' }]);
    await clock.advance(1_000);
    expect(row().status).toBe('waiting');
    await answer('each#1/a', [{ outcome: 'retry' }]);
    await clock.advance(1_000);
    expect(row().status).toBe('succeeded');
    expect(effects().map((effect) => JSON.parse(effect.slice(2)).n)).toEqual([0, 1, 2, 1]);
  });
});

describe('a call of a program in doubt', () => {
  const definition = define(
    { start: 'start', p: { type: 'program', parameters: { source: 'it' } } },
    'start>p',
  );
  const settings = { afterCrash: 'ask' } as const;
  const program: TestProgram = async (ctx) => {
    const [paid] = await ctx.run('effect', { tookMs: 1_000 }, { name: 'pay', settings });
    const [told] = await ctx.run('effect', {}, { name: 'tell' });
    return { paid: paid!, told: told! };
  };

  it('asks as a step does, and the program goes on with the answer', async () => {
    const { answer, clock, effects, result, row, view } = await cutOff(definition, [{ n: 1 }], program);
    expect(row().status).toBe('waiting');
    expect((await view()).find(({ path }) => path === 'p/@pay')?.doubt).toMatchObject({ question: 1 });
    await answer('p/@pay', [{ outcome: 'done', items: [{ json: { charge: 'c7' } }] }]);
    await clock.advance(1_000);
    expect(row().status).toBe('succeeded');
    expect(effects().map((effect) => effect.split(' ')[0])).toEqual(['@pay', '@tell']);
    expect(await result()).toMatchObject([{ paid: { charge: 'c7' }, told: { '@tell': 'done' } }]);
  });

  it('runs again when somebody says so', async () => {
    const { answer, clock, effects, keys, row } = await cutOff(definition, [{ n: 1 }], program);
    await answer('p/@pay', [{ outcome: 'retry' }]);
    await clock.advance(2_000);
    expect(row().status).toBe('succeeded');
    expect(effects().map((effect) => effect.split(' ')[0])).toEqual(['@pay', '@pay', '@tell']);
    expect(keys()).toBe(2);
  });

  it('throws in the program when it failed', async () => {
    const catching: TestProgram = async (ctx) =>
      ctx.run('effect', { tookMs: 1_000 }, { name: 'pay', settings }).then(
        () => ({ code: 'none' }),
        (error) => ({ code: error.code }),
      );
    const { answer, effects, result } = await cutOff(definition, [{ n: 1 }], catching);
    await answer('p/@pay', [{ outcome: 'fail' }]);
    expect(await result()).toMatchObject([{ code: 'STEP_RESOLVED_AS_FAILED' }]);
    expect(effects()).toHaveLength(1);
  });
});
