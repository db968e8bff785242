/** Retry, rerun and fork: what is reused, what runs again, and under which keys. */
import { createFakeClock } from '@navette/testing';
import { describe, expect, it } from 'vitest';
import type { StartRequest } from '../engine.ts';
import { define, EngineWorld } from '../testing/engine-world.ts';

const once = { type: 'effect', parameters: { failTimes: 1, fatal: true } };

/** One engine, and executions that are run to their end. */
function openStage() {
  const clock = createFakeClock();
  const world = new EngineWorld(clock);
  const engine = world.createEngine();
  const settle = () => clock.advance(2_000);
  const { projectId } = world;
  return {
    world,
    engine,
    projectId,
    settle,
    async run(definition: ReturnType<typeof define>, over: Partial<StartRequest> = {}) {
      const version = world.addVersion(definition);
      const request = {
        projectId,
        version,
        triggerNodeId: 'start',
        items: [{ json: { n: 1 } }],
        mode: 'api',
      } as const;
      const { executionId } = await engine.start({ ...request, ...over });
      await settle();
      world.effects.splice(0);
      return { version, executionId };
    },
    row: (id: string) => world.store.list().find((one) => one.id === id)!,
    nodes: () => world.effects.map((effect) => effect.node),
    async reused(id: string) {
      const records = await world.records(id);
      return records.flatMap((record) =>
        record.type === 'step-completed' && record.reused ? [record.path] : [],
      );
    },
  };
}

const chain = define({ start: 'start', a: 'effect', b: 'effect', c: 'effect' }, 'start>a,a>b,b>c');
const failing = define({ start: 'start', a: 'effect', b: once, c: 'effect' }, 'start>a,a>b,b>c');

describe('retry', () => {
  it('reuses what was done, and keeps the keys of what is still to be done', async () => {
    const stage = openStage();
    const { version } = await stage.run(chain);
    const first = await stage.engine.start({
      projectId: stage.projectId,
      version: stage.world.addVersion(failing, version.workflowId),
      triggerNodeId: 'start',
      items: [],
      mode: 'api',
    });
    await stage.settle();
    const failed = stage.world.effects.splice(0);
    const { executionId } = await stage.engine.retry(stage.projectId, first.executionId);
    await stage.settle();
    expect(stage.row(executionId)).toMatchObject({
      status: 'succeeded',
      mode: 'retry',
      retryOf: first.executionId,
      rootId: first.executionId,
      origin: { kind: 'retry' },
    });
    expect(stage.nodes()).toEqual(['b', 'c']);
    expect(stage.world.effects[0]!.key).toBe(failed.find((effect) => effect.node === 'b')!.key);
  });

  it('remembers who looks at it', async () => {
    const stage = openStage();
    const { executionId } = await stage.run(failing, { mode: 'manual' });
    const retried = await stage.engine.retry(stage.projectId, executionId);
    expect(stage.row(retried.executionId).origin).toEqual({ kind: 'retry', attended: true });
  });

  it('of a retry keeps the key of the first', async () => {
    const twice = { type: 'effect', parameters: { failTimes: 2, fatal: true } };
    const stage = openStage();
    const { executionId } = await stage.run(define({ start: 'start', b: twice }, 'start>b'));
    const second = await stage.engine.retry(stage.projectId, executionId);
    await stage.settle();
    const third = await stage.engine.retry(stage.projectId, second.executionId);
    await stage.settle();
    expect(stage.row(third.executionId)).toMatchObject({ status: 'succeeded', rootId: executionId });
    expect(new Set(stage.world.effects.map((effect) => effect.key)).size).toBe(1);
  });

  it('calls a workflow for the same effects as before', async () => {
    const stage = openStage();
    const called = stage.world.addVersion(define({ called: 'called', e: once }, 'called>e'));
    const call = { type: 'call', parameters: { workflowId: `wfl_${called.workflowId.replaceAll('-', '')}` } };
    const version = stage.world.addVersion(define({ start: 'start', call }, 'start>call'));
    const request = {
      projectId: stage.projectId,
      version,
      triggerNodeId: 'start',
      items: [],
      mode: 'api',
    } as const;
    const { executionId } = await stage.engine.start(request);
    await stage.settle();
    expect(stage.row(executionId).status).toBe('failed');
    await stage.engine.retry(stage.projectId, executionId);
    await stage.settle();
    expect(stage.world.effects).toHaveLength(2);
    expect(new Set(stage.world.effects.map((effect) => effect.key)).size).toBe(1);
  });

  it('is refused for what runs or succeeded', async () => {
    const stage = openStage();
    const { executionId } = await stage.run(chain);
    const refused = { code: 'EXECUTION_NOT_RETRYABLE' };
    await expect(stage.engine.retry(stage.projectId, executionId)).rejects.toMatchObject(refused);
    const running = await stage.run(define({ start: 'start', h: 'hang' }, 'start>h'));
    await expect(stage.engine.retry(stage.projectId, running.executionId)).rejects.toMatchObject(refused);
    await expect(stage.engine.retry(stage.projectId, stage.projectId)).rejects.toMatchObject({
      code: 'EXECUTION_NOT_FOUND',
    });
  });
});

describe('rerun', () => {
  it('runs the step and what follows, with new effects, and reuses the rest', async () => {
    const stage = openStage();
    const nodes = { start: 'start', a: 'effect', b: 'effect', side: 'effect', c: 'effect' };
    const { executionId } = await stage.run(define(nodes, 'start>a,a>b,a>side,b>c'));
    const { executionId: rerun } = await stage.engine.rerun({
      projectId: stage.projectId,
      executionId,
      from: 'b',
    });
    await stage.settle();
    expect(stage.nodes()).toEqual(['b', 'c']);
    expect((await stage.reused(rerun)).sort()).toEqual(['a', 'side', 'start']);
    expect(stage.row(rerun)).toMatchObject({
      status: 'succeeded',
      mode: 'rerun',
      retryOf: executionId,
      rootId: rerun,
      origin: { kind: 'rerun', step: 'b' },
    });
  });

  it('gives the step another input when told to', async () => {
    const stage = openStage();
    const { executionId } = await stage.run(chain);
    const input = [{ json: { n: 7 } }, { json: { n: 8 } }];
    await stage.engine.rerun({ projectId: stage.projectId, executionId, from: 'b', input });
    await stage.settle();
    expect(stage.world.effects.map(({ node, item }) => [node, item])).toEqual([
      ['b', { n: 7 }],
      ['b', { n: 8 }],
      ['c', { n: 7, b: 'done' }],
      ['c', { n: 8, b: 'done' }],
    ]);
  });

  it('keeps a given input over a crash and in a retry of it', async () => {
    const stage = openStage();
    const twice = { type: 'effect', parameters: { failTimes: 1, fatal: true, failOn: 7 } };
    const { executionId } = await stage.run(define({ start: 'start', a: 'pass', b: twice }, 'start>a,a>b'));
    const rerun = await stage.engine.rerun({
      projectId: stage.projectId,
      executionId,
      from: 'b',
      input: [{ json: { n: 7 } }],
    });
    await stage.settle();
    expect(stage.row(rerun.executionId).status).toBe('failed');
    const retried = await stage.engine.retry(stage.projectId, rerun.executionId);
    await stage.settle();
    expect(stage.row(retried.executionId).status).toBe('succeeded');
    expect(stage.world.effects.map((effect) => effect.item)).toEqual([{ n: 7 }, { n: 7 }]);
    expect(new Set(stage.world.effects.map((effect) => effect.key)).size).toBe(1);
  });

  it('starts at the trigger with the recorded input or another one', async () => {
    const stage = openStage();
    const { executionId } = await stage.run(define({ start: 'start', a: 'effect' }, 'start>a'));
    await stage.engine.rerun({ projectId: stage.projectId, executionId, from: 'start' });
    await stage.settle();
    const input = [{ json: { n: 2 } }];
    await stage.engine.rerun({ projectId: stage.projectId, executionId, from: 'start', input });
    await stage.settle();
    expect(stage.world.effects.map((effect) => effect.item)).toEqual([{ n: 1 }, { n: 2 }]);
    expect(new Set(stage.world.effects.map((effect) => effect.key)).size).toBe(2);
  });

  it('runs in another version, with what fits of the recording', async () => {
    const stage = openStage();
    const { executionId, version } = await stage.run(chain);
    const nodes = { start: 'start', a: 'effect', check: 'effect', b: 'effect', c: 'pass' };
    const edited = stage.world.addVersion(define(nodes, 'start>a,a>check,check>b,b>c'), version.workflowId);
    const rerun = await stage.engine.rerun({
      projectId: stage.projectId,
      executionId,
      from: 'b',
      version: edited,
    });
    await stage.settle();
    // The node that is new before the step runs too: there is nothing recorded of it.
    expect(stage.nodes()).toEqual(['check', 'b']);
    expect(stage.row(rerun.executionId)).toMatchObject({ status: 'succeeded', versionId: edited.versionId });
  });

  it('wakes a branch that had nothing to do', async () => {
    const stage = openStage();
    const nodes = {
      start: 'start',
      f: { type: 'branch', parameters: { when: true } },
      yes: 'effect',
      no: 'effect',
      j: 'effect',
    };
    const { executionId } = await stage.run(define(nodes, 'start>f,f.true>yes,f.false>no,yes>j,no>j'));
    const input = [{ json: { n: 9 } }];
    await stage.engine.rerun({ projectId: stage.projectId, executionId, from: 'no', input });
    await stage.settle();
    expect(stage.world.effects.map(({ node, item }) => [node, (item as { n: number }).n])).toEqual([
      ['no', 9],
      ['j', 1],
      ['j', 9],
    ]);
  });

  it('says which step there is not, and waits for the end', async () => {
    const stage = openStage();
    const { executionId } = await stage.run(chain);
    const { projectId } = stage;
    await expect(stage.engine.rerun({ projectId, executionId, from: 'gone' })).rejects.toMatchObject({
      code: 'STEP_UNKNOWN',
    });
    const running = await stage.run(define({ start: 'start', h: 'hang' }, 'start>h'));
    await expect(
      stage.engine.rerun({ projectId, executionId: running.executionId, from: 'h' }),
    ).rejects.toMatchObject({ code: 'EXECUTION_NOT_FINISHED' });
  });

  it('asked for twice under one key is one execution', async () => {
    const stage = openStage();
    const { executionId } = await stage.run(chain);
    const request = { projectId: stage.projectId, executionId, from: 'c', idempotencyKey: 'again' };
    const [first, second] = [await stage.engine.rerun(request), await stage.engine.rerun(request)];
    expect([first.duplicate, second]).toEqual([false, { executionId: first.executionId, duplicate: true }]);
  });
});

describe('fork', () => {
  it('goes on from the point at which a step was complete', async () => {
    const stage = openStage();
    const { executionId } = await stage.run(chain);
    const fork = await stage.engine.fork({ projectId: stage.projectId, executionId, after: 'a' });
    await stage.settle();
    expect(stage.nodes()).toEqual(['b', 'c']);
    expect(stage.row(fork.executionId)).toMatchObject({
      status: 'succeeded',
      mode: 'fork',
      rootId: fork.executionId,
      origin: { kind: 'fork', step: 'a' },
    });
  });

  it('goes on from the point after a record of the journal, never before the trigger', async () => {
    const stage = openStage();
    const { executionId } = await stage.run(chain);
    await stage.engine.fork({ projectId: stage.projectId, executionId, at: [1, 0] });
    await stage.settle();
    expect(stage.nodes()).toEqual(['a', 'b', 'c']);
  });

  it.each([[[99, 0]], [[1, 99]]] as const)('says when the journal has no record %j', async (at) => {
    const stage = openStage();
    const { executionId } = await stage.run(chain);
    await expect(stage.engine.fork({ projectId: stage.projectId, executionId, at })).rejects.toMatchObject({
      code: 'EVENT_UNKNOWN',
    });
  });

  it('from the end of a failed execution does what is left, as new effects', async () => {
    const stage = openStage();
    const { executionId } = await stage.run(failing);
    const fork = await stage.engine.fork({ projectId: stage.projectId, executionId });
    await stage.settle();
    // Another key, so that it fails once more.
    expect(stage.row(fork.executionId).status).toBe('failed');
    expect(stage.nodes()).toEqual(['b']);
  });

  it('says when the step was never complete', async () => {
    const stage = openStage();
    const { executionId } = await stage.run(failing);
    await expect(
      stage.engine.fork({ projectId: stage.projectId, executionId, after: 'c' }),
    ).rejects.toMatchObject({ code: 'STEP_UNKNOWN' });
  });
});

describe('in loops', () => {
  const items = [0, 1, 2].map((n) => ({ json: { n } }));
  const each = define(
    { start: 'start', l: 'each', a: 'effect', b: 'effect', end: 'effect' },
    'start>l, l.item>a, a>b, b>l, l.done>end',
  );
  const seen = (stage: ReturnType<typeof openStage>) =>
    stage.world.effects.map(({ node, item }) => [node, (item as { n: number }).n]);

  it('a rerun of one pass of a for-each does that pass again, and what follows the loop', async () => {
    const stage = openStage();
    const { executionId } = await stage.run(each, { items });
    const rerun = await stage.engine.rerun({ projectId: stage.projectId, executionId, from: 'l#1/b' });
    await stage.settle();
    expect(seen(stage)).toEqual([
      ['b', 1],
      ['end', 0],
      ['end', 1],
      ['end', 2],
    ]);
    expect(stage.row(rerun.executionId).status).toBe('succeeded');
    expect((await stage.reused(rerun.executionId)).sort()).toEqual([
      'l#0/a',
      'l#0/b',
      'l#1/a',
      'l#2/a',
      'l#2/b',
      'start',
    ]);
  });

  it('another input for a step of a pass stays in that pass', async () => {
    const stage = openStage();
    const { executionId } = await stage.run(each, { items });
    const input = [{ json: { n: 7 } }];
    await stage.engine.rerun({ projectId: stage.projectId, executionId, from: 'l#1/a', input });
    await stage.settle();
    expect(seen(stage)).toEqual([
      ['a', 7],
      ['b', 7],
      ['end', 0],
      ['end', 7],
      ['end', 2],
    ]);
  });

  it('a rerun from the loop node does all its passes again', async () => {
    const stage = openStage();
    const { executionId } = await stage.run(each, { items });
    await stage.engine.rerun({ projectId: stage.projectId, executionId, from: 'l' });
    await stage.settle();
    expect(seen(stage)).toHaveLength(9);
  });

  it('a rerun of a pass by a condition does the passes after it again', async () => {
    const stage = openStage();
    const until = { type: 'loop', parameters: { while: '{{ $runIndex < 4 }}' } };
    const { executionId } = await stage.run(
      define({ start: 'start', l: until, a: 'effect', end: 'effect' }, 'start>l, l.loop>a, a>l, l.done>end'),
    );
    const reused = async (from: string) => {
      const rerun = await stage.engine.rerun({ projectId: stage.projectId, executionId, from });
      await stage.settle();
      expect(stage.row(rerun.executionId)).toMatchObject({ status: 'succeeded', error: null });
      return (await stage.reused(rerun.executionId)).sort();
    };
    const all = await reused('end');
    expect(all).toContain('l#3/a');
    expect(await reused('l#2/a')).toEqual(['l#0/a', 'l#1/a', 'start']);
  });

  it('a fork from the middle of a loop keeps the passes that were done', async () => {
    const stage = openStage();
    const { executionId } = await stage.run(each, { items });
    await stage.engine.fork({ projectId: stage.projectId, executionId, after: 'l#0/b' });
    await stage.settle();
    const done = seen(stage).filter(([node]) => node !== 'end');
    expect(done).not.toContainEqual(['b', 0]);
    expect(seen(stage).filter(([node]) => node === 'end')).toHaveLength(3);
  });

  it('says when the loop of the path is not there', async () => {
    const stage = openStage();
    const { executionId } = await stage.run(each, { items });
    await expect(
      stage.engine.rerun({ projectId: stage.projectId, executionId, from: 'gone#0/a' }),
    ).rejects.toMatchObject({ code: 'STEP_UNKNOWN' });
  });
});
