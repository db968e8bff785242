/** Recorded executions of programs against edited programs: calls are answered from the journal, and nothing leaves. */
import type { ExecutionReplay } from '@navette/contracts';
import { createFakeClock } from '@navette/testing';
import { describe, expect, it } from 'vitest';
import { define, EngineWorld } from '../testing/engine-world.ts';
import { createTrustedPrograms, type TestProgram } from '../testing/trusted-programs.ts';
import { replayExecution } from './replay-execution.ts';

function definitionOf(source: string) {
  return define(
    { start: 'start', p: { type: 'program', parameters: { source } }, z: 'effect' },
    'start>p, p>z',
  );
}

async function record(program: TestProgram, rest: { cancel?: boolean } = {}) {
  const clock = createFakeClock();
  const world = new EngineWorld(clock);
  world.programs.set('recorded', program);
  const engine = world.createEngine();
  const { projectId, store, nodeTypes } = world;
  const version = world.addVersion(definitionOf('recorded'));
  const request = { projectId, version, triggerNodeId: 'start', items: [{ json: { n: 1 } }] };
  let { executionId } = await engine.start({ ...request, mode: 'api' });
  const settle = async () => {
    for (let turn = 0; turn < 20; turn++) {
      await clock.advance(1_000);
      world.engineClaim(store.queueDueWaits(clock.now()));
    }
  };
  await settle();
  if (rest.cancel) {
    await engine.cancel(projectId, executionId);
    await settle();
  }
  const versions = new Map([[version.versionId, version]]);
  const deps = {
    store,
    nodeTypes,
    programs: createTrustedPrograms(world.programs),
    versions: {
      read: async (_project: string, id: string) => versions.get(id),
      readPublished: async () => undefined,
    },
    readArtifact: () => Promise.reject(new Error('No files are stored here')),
  };
  return {
    world,
    row: () => store.list().find((one) => one.id === executionId)!,
    async retry() {
      executionId = (await engine.retry(projectId, executionId)).executionId;
      await settle();
    },
    async replay(edited: TestProgram = program): Promise<ExecutionReplay> {
      world.programs.set('edited', edited);
      const before = [world.effects.length, store.list().length];
      const target = world.addVersion(definitionOf('edited'), version.workflowId);
      const replay = await replayExecution(deps, { projectId, executionId, target, timeoutMs: 20_000 });
      expect([world.effects.length, store.list().length]).toEqual(before);
      return replay;
    },
  };
}

const brief = ({ changes }: ExecutionReplay) => changes.map(({ path, kind }) => `${kind} ${path}`);

const order: TestProgram = async (ctx, [input]) => {
  const [charged] = await ctx.run(
    'effect',
    { value: `${ctx.now()} ${ctx.seed}` },
    { name: 'charge', items: [input as never] },
  );
  await ctx.run('nap', { ms: 2_000 });
  const settings = { retry: { maxAttempts: 2, delayMs: 1 }, timeoutMs: 5_000 };
  const failed = await ctx
    .run('effect', { failTimes: 9, fatal: true }, { name: 'mail', settings })
    .catch(() => 'no');
  return { charged: charged!, failed: failed as string, at: ctx.now() };
};

describe('a replay', () => {
  it('of the program itself gives the same: time, chance, waits, failures', async () => {
    const stage = await record(order);
    expect(stage.row().status).toBe('succeeded');
    expect(await stage.replay()).toMatchObject({
      outcome: 'same',
      replayedStatus: 'succeeded',
      changes: [],
      drifted: [],
      sameSteps: 5,
      unknownSteps: 0,
      error: null,
      reason: null,
    });
  });

  it('hears of calls in the recorded order, whoever wins a race', async () => {
    const stage = await record(async (ctx) => {
      const branch = async (name: string, tookMs: number) => {
        await ctx.run('effect', { tookMs }, { name });
        await ctx.run('effect', { tookMs }, { name: `${name}-2` });
        return name;
      };
      const won = await Promise.race([branch('slow', 400), branch('fast', 100), branch('middle', 150)]);
      await ctx.run('effect', { value: `${won} ${ctx.now()}` }, { name: 'won' });
      return { won };
    });
    const replay = await stage.replay();
    expect(replay).toMatchObject({ outcome: 'same', changes: [], drifted: [] });
  });

  it('shows what a call would be asked, and what the program would give', async () => {
    const stage = await record(order);
    const replay = await stage.replay(async (ctx, input) => {
      const edited = {
        ...ctx,
        run: (type: string, parameters = {}, options: { name?: string } = {}) =>
          ctx.run(type, options.name === 'charge' ? { value: 'edited' } : parameters, options),
      };
      return { ...((await order(edited, input)) as object), more: true };
    });
    expect(replay).toMatchObject({ outcome: 'changed', replayedStatus: 'succeeded' });
    expect(brief(replay)).toEqual(['changed-request p/@charge', 'changed-output p']);
    const [charge, program] = replay.changes;
    expect(charge).toMatchObject({
      nodeName: 'charge',
      differences: [{ path: '/parameters/value', after: '"edited"' }],
    });
    expect(program!.differences).toEqual([{ path: '/main/0/json/more', before: null, after: 'true' }]);
  });

  it('ends a program where it makes a call that is not on record, and leaves open what follows', async () => {
    const stage = await record(order);
    const replay = await stage.replay(async (ctx, [input]) => {
      await ctx.run(
        'effect',
        { value: `${ctx.now()} ${ctx.seed}` },
        { name: 'charge', items: [input as never] },
      );
      await ctx.run('effect', {}, { name: 'new' }).catch(() => ctx.run('effect', {}, { name: 'never' }));
      return {};
    });
    expect(replay).toMatchObject({ outcome: 'incomplete', replayedStatus: null });
    expect(brief(replay)).toEqual(['new-effect p/@new']);
    expect(replay.changes[0]).toMatchObject({ nodeName: 'new' });
    // The program itself, the rest of its calls, and the node behind it.
    expect(replay.unknownSteps).toBe(4);
  });

  it('tells of calls that would not be made any more', async () => {
    const stage = await record(order);
    const replay = await stage.replay(async (ctx) => {
      await ctx.run('nap', { ms: 2_000 });
      return {};
    });
    expect(brief(replay)).toEqual(['missing-effect p/@charge', 'missing-effect p/@mail', 'changed-output p']);
  });

  it('of a program that threw throws again, and an edited one that catches does not', async () => {
    const stage = await record(async (ctx) => {
      await ctx.run('effect', { failTimes: 9, fatal: true }, { name: 'mail' });
      return {};
    });
    expect(await stage.replay()).toMatchObject({ outcome: 'same', replayedStatus: 'failed' });
    const edited = await stage.replay(async (ctx) => {
      await ctx.run('effect', { failTimes: 9, fatal: true }, { name: 'mail' }).catch(() => {});
      return {};
    });
    expect(brief(edited)).toContain('changed-status p');
  });

  it('of one that was cancelled at a wait ends there', async () => {
    const waits: TestProgram = async (ctx) => {
      await ctx.run('effect', {}, { name: 'charge' });
      await ctx.run('hear', { name: 'paid' });
      return {};
    };
    const stage = await record(waits, { cancel: true });
    expect(stage.row().status).toBe('cancelled');
    const replay = await stage.replay();
    expect(replay.outcome).toBe('same');
    expect(replay.changes).toEqual([]);
  });

  it('of a retry has the time and the chance with which the program once began', async () => {
    const stage = await record(async (ctx) => {
      await ctx.run('effect', { value: `${ctx.now()} ${ctx.seed}` }, { name: 'charge' });
      await ctx.run('effect', { failTimes: 1, fatal: true }, { name: 'mail' });
      return { at: ctx.now() };
    });
    await stage.retry();
    expect(stage.row()).toMatchObject({ status: 'succeeded', mode: 'retry' });
    expect(await stage.replay()).toMatchObject({ outcome: 'same', changes: [], drifted: [] });
  });
});
