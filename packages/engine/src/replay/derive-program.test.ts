/** Retry, rerun and fork of executions with programs: which calls are reused, and that the course stays the same. */
import type { Json } from '@navette/kit';
import { createFakeClock } from '@navette/testing';
import { describe, expect, it } from 'vitest';
import { define, EngineWorld } from '../testing/engine-world.ts';
import type { TestProgram } from '../testing/trusted-programs.ts';

const nodes = { start: 'start', p: { type: 'program', parameters: { source: 'it' } }, z: 'effect' };
const definition = define(nodes, 'start>p, p>z');

function openStage(program: TestProgram, over = definition) {
  const clock = createFakeClock();
  const world = new EngineWorld(clock);
  world.programs.set('it', program);
  const engine = world.createEngine();
  const { projectId } = world;
  const version = world.addVersion(over);
  const settle = async () => {
    for (let turn = 0; turn < 20; turn++) {
      await clock.advance(1_000);
      world.engineClaim(world.store.queueDueWaits(clock.now()));
    }
  };
  return {
    world,
    engine,
    projectId,
    version,
    settle,
    async run(items: Json[] = [{ n: 1 }]) {
      const { executionId } = await engine.start({
        projectId,
        version,
        triggerNodeId: 'start',
        items: items.map((json) => ({ json: json as never })),
        mode: 'api',
      });
      await settle();
      return { executionId, effects: world.effects.splice(0) };
    },
    row: (id: string) => world.store.list().find((one) => one.id === id)!,
    nodes: () => world.effects.map((effect) => effect.node),
    /** What the program gave. */
    async end(id: string) {
      const records = await world.records(id);
      return records.find((record) => record.type === 'step-completed' && record.path === 'p');
    },
    async reused(id: string) {
      const records = await world.records(id);
      return records.flatMap((record) =>
        (record.type === 'step-completed' || record.type === 'step-failed') && record.reused
          ? [record.path]
          : [],
      );
    },
  };
}

const failOnce = { failTimes: 1, fatal: true };

describe('retry', () => {
  it('makes the failed call again under its key, and none before it', async () => {
    const stage = openStage(async (ctx) => {
      await ctx.run('effect', { value: `${ctx.now()} ${ctx.seed}` }, { name: 'a' });
      await ctx.run('effect', failOnce, { name: 'b' });
      await ctx.run('effect', {}, { name: 'c' });
      return { over: true };
    });
    const { executionId, effects } = await stage.run();
    expect(stage.row(executionId).status).toBe('failed');
    const retried = await stage.engine.retry(stage.projectId, executionId);
    await stage.settle();
    expect(stage.row(retried.executionId)).toMatchObject({ status: 'succeeded', error: null });
    expect(stage.nodes()).toEqual(['@b', '@c', 'z']);
    expect(stage.world.effects[0]!.key).toBe(effects.find(({ node }) => node === '@b')!.key);
    expect(await stage.reused(retried.executionId)).toEqual(['start', 'p/@a']);
  });

  it('keeps a failure that the program went on from: it takes the same course', async () => {
    const stage = openStage(async (ctx) => {
      const charged = await ctx.run('effect', failOnce, { name: 'charge' }).catch(() => 'no');
      if (charged === 'no') await ctx.run('effect', {}, { name: 'transfer' });
      await ctx.run('effect', failOnce, { name: 'ship' });
      return { charged: charged as string };
    });
    const { executionId } = await stage.run();
    const retried = await stage.engine.retry(stage.projectId, executionId);
    await stage.settle();
    expect(stage.row(retried.executionId)).toMatchObject({ status: 'succeeded', error: null });
    expect(stage.nodes()).toEqual(['@ship', 'z']);
    expect(await stage.reused(retried.executionId)).toEqual(['start', 'p/@charge', 'p/@transfer']);
    const again = await stage.engine.rerun({
      projectId: stage.projectId,
      executionId: retried.executionId,
      from: 'z',
    });
    await stage.settle();
    expect(stage.row(again.executionId)).toMatchObject({ status: 'succeeded' });
  });

  it('makes a failed call again when others were made beside it', async () => {
    const stage = openStage(async (ctx) => {
      const other = async () => {
        await ctx.run('effect', {}, { name: 'fast' });
        await ctx.run('effect', { tookMs: 50 }, { name: 'after-fast' });
      };
      await Promise.all([ctx.run('effect', failOnce, { name: 'fails' }), other()]);
      return {};
    });
    const { executionId } = await stage.run();
    expect(stage.row(executionId).status).toBe('failed');
    const retried = await stage.engine.retry(stage.projectId, executionId);
    await stage.settle();
    expect(stage.row(retried.executionId)).toMatchObject({ status: 'succeeded', error: null });
    expect(stage.nodes()).toContain('@fails');
    expect(stage.nodes()).not.toContain('@fast');
  });

  it('of a retry, and after waits, goes on with the time and the chance of the first', async () => {
    const seeds: string[] = [];
    const stage = openStage(async (ctx) => {
      seeds.push(ctx.seed);
      await ctx.run('effect', { value: ctx.now() }, { name: 'a' });
      await ctx.run('nap', { ms: 2_000 });
      await ctx.run('effect', { value: ctx.now() }, { name: 'b' });
      await ctx.run('effect', { failTimes: 2, fatal: true }, { name: 'c' });
      return {};
    });
    const { executionId } = await stage.run();
    const second = await stage.engine.retry(stage.projectId, executionId);
    await stage.settle();
    expect(stage.row(second.executionId).status).toBe('failed');
    const third = await stage.engine.retry(stage.projectId, second.executionId);
    await stage.settle();
    expect(stage.row(third.executionId)).toMatchObject({ status: 'succeeded', error: null });
    expect(stage.nodes()).toEqual(['@c', '@c', 'z']);
    expect(new Set(seeds).size).toBe(1);
  });

  it('keeps the items of a call that were done', async () => {
    const stage = openStage(async (ctx) => {
      const items = [{ n: 1 }, { n: 2 }, { n: 3 }];
      return await ctx.run('effect', { ...failOnce, failOn: 2 }, { name: 'each', items });
    });
    const { executionId } = await stage.run();
    const retried = await stage.engine.retry(stage.projectId, executionId);
    await stage.settle();
    expect(stage.row(retried.executionId)).toMatchObject({ status: 'succeeded', error: null });
    const items = stage.world.effects.filter(({ node }) => node === '@each').map(({ item }) => item);
    expect(items).toEqual([{ n: 2 }, { n: 3 }]);
  });
});

const chain: TestProgram = async (ctx) => {
  await ctx.run('effect', { value: ctx.seed }, { name: 'a' });
  const [b] = await ctx.run('effect', {}, { name: 'b' });
  await ctx.run('effect', {}, { name: 'c' });
  return b!;
};

describe('rerun', () => {
  it('from a call makes it and those that build on it again, under new keys', async () => {
    const stage = openStage(chain);
    const { executionId, effects } = await stage.run();
    const rerun = await stage.engine.rerun({ projectId: stage.projectId, executionId, from: 'p/@b' });
    await stage.settle();
    expect(stage.row(rerun.executionId)).toMatchObject({ status: 'succeeded', error: null });
    expect(stage.nodes()).toEqual(['@b', '@c', 'z']);
    const keys = new Set(effects.map(({ key }) => key));
    expect(stage.world.effects.some(({ key }) => keys.has(key))).toBe(false);
  });

  it('from a call leaves alone what was made beside it', async () => {
    const stage = openStage(async (ctx) => {
      const branch = async (name: string, tookMs: number) => {
        await ctx.run('effect', { tookMs }, { name: `${name}-1` });
        await ctx.run('effect', { tookMs }, { name: `${name}-2` });
      };
      await Promise.all([branch('x', 10), branch('y', 300)]);
      await ctx.run('effect', {}, { name: 'end' });
      return {};
    });
    const { executionId } = await stage.run();
    await stage.engine.rerun({ projectId: stage.projectId, executionId, from: 'p/@y-2' });
    await stage.settle();
    expect(stage.nodes()).toEqual(['@y-2', '@end', 'z']);
  });

  it('from the program, from what comes before it, and from what follows it', async () => {
    const stage = openStage(chain);
    const { executionId } = await stage.run();
    const rerun = async (from: string, input?: { json: { n: number } }[]) => {
      await stage.engine.rerun({ projectId: stage.projectId, executionId, from, input });
      await stage.settle();
      return stage.world.effects.splice(0).map(({ node }) => node);
    };
    expect(await rerun('p')).toEqual(['@a', '@b', '@c', 'z']);
    expect(await rerun('p', [{ json: { n: 2 } }])).toEqual(['@a', '@b', '@c', 'z']);
    expect(await rerun('start')).toEqual(['@a', '@b', '@c', 'z']);
    expect(await rerun('z')).toEqual(['z']);
  });

  it('in an edited version goes on where the course is the same, and names the call where it is not', async () => {
    const stage = openStage(chain);
    const { executionId } = await stage.run();
    stage.world.programs.set('later', async (ctx) => {
      await ctx.run('effect', { value: ctx.seed }, { name: 'a' });
      await ctx.run('effect', { value: 'edited' }, { name: 'b' });
      return {};
    });
    stage.world.programs.set('earlier', async (ctx) => {
      await ctx.run('effect', { value: 'edited' }, { name: 'a' });
      return {};
    });
    const rerun = async (source: string) => {
      const edited = define({ ...nodes, p: { type: 'program', parameters: { source } } }, 'start>p, p>z');
      const version = stage.world.addVersion(edited, stage.version.workflowId);
      const from = 'p/@b';
      const made = await stage.engine.rerun({ projectId: stage.projectId, executionId, from, version });
      await stage.settle();
      return stage.row(made.executionId);
    };
    expect(await rerun('later')).toMatchObject({ status: 'succeeded' });
    expect(stage.world.effects.splice(0).map(({ node }) => node)).toEqual(['@b', 'z']);
    const failed = await rerun('earlier');
    expect(failed).toMatchObject({ status: 'failed', error: { code: 'PROGRAM_CHANGED' } });
    expect(failed.error?.message).toContain('"@a"');
    expect(stage.world.effects).toEqual([]);
  });

  it('says what cannot be: a call that was not made, another input for one', async () => {
    const stage = openStage(chain);
    const { executionId } = await stage.run();
    const rerun = (from: string, input?: { json: object }[]) =>
      stage.engine.rerun({ projectId: stage.projectId, executionId, from, input: input as never });
    await expect(rerun('p/@gone')).rejects.toMatchObject({ code: 'STEP_UNKNOWN' });
    await expect(rerun('z/@a')).rejects.toMatchObject({ code: 'STEP_UNKNOWN' });
    await expect(rerun('p/@a', [{ json: {} }])).rejects.toMatchObject({ code: 'PROGRAM_CALL_INPUT' });
  });

  it('of one pass of a loop makes the calls of that pass again', async () => {
    const each = define(
      { ...nodes, each: { type: 'each', parameters: { window: 1 } } },
      'start>each, each.item>p, p>each, each.done>z',
    );
    const stage = openStage(chain, each);
    const { executionId } = await stage.run([{ n: 1 }, { n: 2 }]);
    const from = 'each#1/p/@b';
    const rerun = await stage.engine.rerun({ projectId: stage.projectId, executionId, from });
    await stage.settle();
    expect(stage.row(rerun.executionId)).toMatchObject({ status: 'succeeded', error: null });
    expect(stage.nodes()).toEqual(['@b', '@c', 'z', 'z']);
  });
});

describe('fork', () => {
  it('after a call keeps what was done by then', async () => {
    const stage = openStage(chain);
    const { executionId } = await stage.run();
    const { projectId } = stage;
    const forked = await stage.engine.fork({ projectId, executionId, after: 'p/@a' });
    await stage.settle();
    expect(stage.row(forked.executionId)).toMatchObject({ status: 'succeeded', error: null });
    expect(stage.nodes()).toEqual(['@b', '@c', 'z']);
  });

  const waits: TestProgram = async (ctx) => {
    const failed = await ctx
      .run('effect', { failTimes: 100, fatal: true }, { name: 'fails' })
      .catch(() => 'no');
    const [a] = await ctx.run('effect', { value: ctx.seed.length }, { name: 'a' });
    await ctx.run('nap', { ms: 2_000 });
    return { failed: failed as string, a: a! };
  };
  const branches: TestProgram = async (ctx) => {
    const branch = async (name: string, tookMs: number) => {
      const [made] = await ctx.run('effect', { tookMs, file: true }, { name: `${name}-1` });
      const items = [{ json: {}, binary: ctx.files(made!) as never }];
      const failed = await ctx
        .run('effect', { failTimes: 100, fatal: true, tookMs }, { name: `${name}-fails` })
        .catch(() => 'no');
      const [took] = await ctx.run('effect', { value: ctx.seed.length }, { name: `${name}-2`, items });
      return { failed: failed as string, took: took! };
    };
    const [x, y] = await Promise.all([branch('x', 10), branch('y', 300)]);
    return { x: x!, y: y! };
  };

  it.each([
    ['waits', waits],
    ['has calls side by side', branches],
  ])('after any event of a program that %s gives the same end', async (_, program) => {
    const stage = openStage(program);
    const { executionId } = await stage.run();
    const end = (await stage.end(executionId)) as { outputs: unknown };
    expect(end.outputs).toBeDefined();
    const chunks = await stage.world.store.readJournal(executionId);
    const { projectId } = stage;
    for (const { seq, records } of chunks) {
      for (const index of records.keys()) {
        const forked = await stage.engine.fork({ projectId, executionId, at: [seq, index] });
        await stage.settle();
        const place = `${seq}.${index} ${records[index]!.type}`;
        expect(stage.row(forked.executionId).error, place).toBeNull();
        expect(await stage.end(forked.executionId), place).toMatchObject({ outputs: end.outputs });
      }
    }
  });
});
