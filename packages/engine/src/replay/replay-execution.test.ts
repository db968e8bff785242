/** Recorded executions against edited versions: what is told apart, and that nothing leaves. */
import type { AnyNodeDefinition, ExecutionReplay } from '@navette/contracts';
import { createFakeClock } from '@navette/testing';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { StartRequest } from '../engine.ts';
import { define, EngineWorld } from '../testing/engine-world.ts';
import { type ReplayRequest, replayExecution } from './replay-execution.ts';

type Definition = ReturnType<typeof define>;

const text = { en: 'x', fr: 'x' };
const base = {
  version: 1,
  group: 'data' as const,
  icon: 'x',
  name: text,
  description: text,
  docs: text,
  examples: [],
};

/** A call of the outside that answers with what it was asked, and a node that writes a file. */
function createNodes(calls: unknown[]): AnyNodeDefinition[] {
  return [
    {
      ...base,
      kind: 'node',
      type: 'query',
      effect: 'idempotent',
      parameters: z.strictObject({ url: z.string(), fails: z.boolean().default(false) }),
      async executeItem(ctx) {
        const { url, fails } = ctx.parameters as { url: string; fails: boolean };
        calls.push(url);
        if (fails) throw new Error(`No answer from ${url}`);
        return { json: { answer: `${url}!`, at: ctx.now() } };
      },
    },
    {
      ...base,
      kind: 'node',
      type: 'write',
      effect: 'pure',
      parameters: z.strictObject({ text: z.string() }),
      async execute(ctx) {
        const { text: data } = ctx.parameters as { text: string };
        const file = await ctx.artifacts.write({ data, fileName: 'a.txt', mediaType: 'text/plain' });
        const back = Buffer.from(await ctx.artifacts.read(file)).toString();
        return [{ json: { back }, binary: { file } }];
      },
    },
    {
      ...base,
      kind: 'node',
      type: 'leak',
      effect: 'pure',
      parameters: z.strictObject({}),
      async execute(ctx) {
        await ctx.http.request({ method: 'GET', url: 'http://example.test' });
        return [];
      },
    },
  ];
}

function openStage() {
  const clock = createFakeClock();
  const world = new EngineWorld(clock);
  const calls: unknown[] = [];
  world.nodes.push(...createNodes(calls));
  const engine = world.createEngine();
  const { projectId, store, nodeTypes } = world;
  const versions = new Map<string, ReturnType<typeof world.addVersion>>();
  const deps = {
    store,
    nodeTypes,
    versions: {
      read: async (_project: string, id: string) => versions.get(id),
      readPublished: async () => undefined,
    },
    readArtifact: () => Promise.reject(new Error('No files are stored here')),
  };
  return {
    world,
    clock,
    engine,
    calls,
    projectId,
    async record(definition: Definition, over: Partial<StartRequest> = {}) {
      const version = world.addVersion(definition);
      versions.set(version.versionId, version);
      const items = [{ json: { n: 1 } }, { json: { n: 2 } }];
      const request = { projectId, version, triggerNodeId: 'start', items, mode: 'api' } as const;
      const { executionId } = await engine.start({ ...request, ...over });
      for (let i = 0; i < 20; i++) await clock.advance(500);
      return { version, executionId };
    },
    async replay(
      { version, executionId }: { version: { workflowId: string }; executionId: string },
      definition: Definition,
      over: Partial<ReplayRequest> = {},
    ): Promise<ExecutionReplay> {
      const before = [world.effects.length, calls.length, store.list().length];
      const target = world.addVersion(definition, version.workflowId);
      const request = { projectId, executionId, target, timeoutMs: 20_000, ...over };
      const replay = await replayExecution(deps, request);
      // Nothing of a replay happens.
      expect([world.effects.length, calls.length, store.list().length]).toEqual(before);
      return replay;
    },
  };
}

const ask = (url: string, over: object = {}) => ({ type: 'query', parameters: { url, ...over } });
const shop = (over: Record<string, unknown> = {}) =>
  define(
    {
      start: 'start',
      price: { type: 'pass', parameters: { add: { total: '{{ $json.n * 10 }}' } } },
      call: ask('http://shop/{{ $json.n }}'),
      note: { type: 'pass', parameters: { add: { seen: '{{ $json.answer }}' } } },
      ...over,
    },
    'start>price,price>call,call>note',
  );

const brief = ({ changes }: ExecutionReplay) => changes.map(({ path, kind }) => `${kind} ${path}`);

describe('a replay', () => {
  it('of the version itself gives the same', async () => {
    const stage = openStage();
    const recorded = await stage.record(shop());
    const replay = await stage.replay(recorded, shop());
    expect(replay).toMatchObject({
      outcome: 'same',
      recordedStatus: 'succeeded',
      replayedStatus: 'succeeded',
      changes: [],
      sameSteps: 3,
      unknownSteps: 0,
      drifted: [],
      reason: null,
      error: null,
    });
    expect(stage.calls).toEqual(['http://shop/1', 'http://shop/2']);
  });

  it('shows what a step would give, by pointer, and only that', async () => {
    const stage = openStage();
    const recorded = await stage.record(shop());
    const note = { type: 'pass', parameters: { add: { seen: '{{ $json.answer.length }}' } } };
    const replay = await stage.replay(recorded, shop({ note }));
    expect(replay.outcome).toBe('changed');
    expect(replay.changes).toEqual([
      {
        path: 'note',
        nodeName: 'note',
        kind: 'changed-output',
        before: 'succeeded',
        after: 'succeeded',
        cut: false,
        differences: [
          { path: '/main/0/json/seen', before: '"http://shop/1!"', after: '14' },
          { path: '/main/1/json/seen', before: '"http://shop/2!"', after: '14' },
        ],
      },
    ]);
  });

  it('answers an effect that asks for something else with the recording, and says so', async () => {
    const stage = openStage();
    const recorded = await stage.record(shop());
    const replay = await stage.replay(recorded, shop({ call: ask('http://other/{{ $json.n }}') }));
    expect(replay).toMatchObject({ outcome: 'changed', replayedStatus: 'succeeded' });
    expect(brief(replay)).toEqual(['changed-request call']);
  });

  it('finds the recording of a request whose place has changed', async () => {
    const stage = openStage();
    const recorded = await stage.record(shop());
    const price = { type: 'branch', parameters: { when: '{{ $json.n === 2 }}' } };
    const definition = define(
      { ...Object.fromEntries(shop().nodes.map((node) => [node.id, node as never])), price },
      'start>price,price.true>call,call>note',
    );
    const replay = await stage.replay(recorded, definition);
    const changed = replay.changes.find((change) => change.path === 'note')!;
    // The second item only, answered with what the second request had given.
    expect(changed.differences).toContainEqual({
      path: '/main/0/json/answer',
      before: '"http://shop/1!"',
      after: '"http://shop/2!"',
    });
    expect(brief(replay)).not.toContain('changed-request call');
  });

  it('reports an effect without a recording, executes it not, and leaves open what follows', async () => {
    const stage = openStage();
    const recorded = await stage.record(shop());
    const nodes = Object.fromEntries(shop().nodes.map((node) => [node.id, node as never]));
    const definition = define(
      { ...nodes, pay: 'effect', after: 'pass', side: 'pass' },
      'start>price,price>call,call>note,note>pay,pay>after,price>side',
    );
    const replay = await stage.replay(recorded, definition);
    expect(replay).toMatchObject({ outcome: 'incomplete', replayedStatus: null });
    expect(brief(replay)).toEqual(['new-effect pay', 'new-step side']);
  });

  it('reports an effect that would not happen any more', async () => {
    const stage = openStage();
    const recorded = await stage.record(shop());
    const price = { type: 'branch', parameters: { when: false } };
    const definition = define(
      { ...Object.fromEntries(shop().nodes.map((node) => [node.id, node as never])), price },
      'start>price,price.true>call,call>note',
    );
    const replay = await stage.replay(recorded, definition);
    expect(brief(replay)).toEqual(['changed-output price', 'missing-effect call', 'missing-step note']);
  });

  it('lets a recorded failure answer the request that failed, and no other', async () => {
    const stage = openStage();
    const recorded = await stage.record(shop({ call: ask('http://bad', { fails: true }) }));
    const again = await stage.replay(recorded, shop({ call: ask('http://bad', { fails: true }) }));
    expect(again).toMatchObject({ outcome: 'same', recordedStatus: 'failed', replayedStatus: 'failed' });
    const mended = await stage.replay(recorded, shop({ call: ask('http://good') }));
    expect(mended).toMatchObject({ outcome: 'incomplete', replayedStatus: null });
    expect(brief(mended)).toEqual(['new-effect call']);
  });

  it('shows when an execution would fail, and why', async () => {
    const stage = openStage();
    const recorded = await stage.record(shop());
    const note = { type: 'pass', parameters: { add: { seen: '{{ $json.missing.deep() }}' } } };
    const replay = await stage.replay(recorded, shop({ note }));
    expect(replay).toMatchObject({
      outcome: 'changed',
      recordedStatus: 'succeeded',
      replayedStatus: 'failed',
    });
    expect(replay.error?.message).toContain('missing');
    expect(replay.changes).toMatchObject([
      { path: 'note', kind: 'changed-status', before: 'succeeded', after: 'failed' },
    ]);
  });

  it('takes time and chance from the recording, and tells what depends on them', async () => {
    const stage = openStage();
    const clocked = {
      type: 'pass',
      parameters: { add: { at: '{{ $now.toMillis() }}', luck: '{{ Math.random() }}' } },
    };
    const recorded = await stage.record(shop({ price: clocked }));
    await stage.clock.advance(86_400_000);
    const replay = await stage.replay(recorded, shop({ price: clocked }));
    // The moment is that of the recorded step. What chance gave is not on record.
    expect(replay).toMatchObject({ outcome: 'same', drifted: ['price'], changes: [] });
  });

  it('goes through waits, retries and time limits at once', async () => {
    const stage = openStage();
    const nodes = {
      start: 'start',
      nap: { type: 'nap', parameters: { ms: 3_000 } },
      e: {
        type: 'effect',
        parameters: { failTimes: 2 },
        settings: { retry: { maxAttempts: 3, delayMs: 1_000 }, timeoutMs: 60_000 },
      },
    };
    const definition = define(nodes, 'start>nap,nap>e', { timeoutMs: 3_600_000 });
    const recorded = await stage.record(definition, { items: [{ json: { n: 1 } }] });
    for (let i = 0; i < 20; i++) {
      await stage.clock.advance(500);
      await stage.engine.claim(stage.world.store.queueDueWaits(stage.clock.now()));
    }
    expect(stage.world.store.list().at(-1)!.status).toBe('succeeded');
    expect(await stage.replay(recorded, definition)).toMatchObject({ outcome: 'same', sameSteps: 2 });
  });

  it('replays loops pass by pass', async () => {
    const stage = openStage();
    const loops = (add: object) =>
      define(
        {
          start: 'start',
          l: 'each',
          e: ask('http://each/{{ $json.n }}'),
          p: { type: 'pass', parameters: { add } },
          end: 'pass',
        },
        'start>l, l.item>e, e>p, p>l, l.done>end',
      );
    const recorded = await stage.record(loops({ a: 1 }));
    expect(await stage.replay(recorded, loops({ a: 1 }))).toMatchObject({ outcome: 'same', changes: [] });
    const replay = await stage.replay(recorded, loops({ a: 2 }));
    expect(brief(replay)).toEqual(['changed-output l#0/p', 'changed-output l#1/p', 'changed-output end']);
  });

  it('keeps files that steps write to itself, and compares them by content', async () => {
    const stage = openStage();
    const write = (data: string) =>
      define({ start: 'start', w: { type: 'write', parameters: { text: data } } }, 'start>w');
    // The world of the test stores no files: the recording is of a version that failed there.
    const recorded = await stage.record(write('one'));
    const replay = await stage.replay(recorded, write('two'));
    expect(replay).toMatchObject({ recordedStatus: 'failed', replayedStatus: 'succeeded', drifted: ['w'] });
    const [change] = replay.changes;
    expect(change!.differences.map(({ path }) => path)).toEqual([
      '/main/0/json/back',
      '/main/0/binary/file/sha256',
    ]);
  });

  it('gives no way out to a node that has none on record', async () => {
    const stage = openStage();
    const recorded = await stage.record(shop());
    const replay = await stage.replay(recorded, shop({ note: 'leak' }));
    expect(replay).toMatchObject({ replayedStatus: 'failed', error: { code: 'REPLAY_CLOSED' } });
  });

  it('says why an execution cannot be replayed', async () => {
    const stage = openStage();
    const running = await stage.record(define({ start: 'start', h: 'hang' }, 'start>h'));
    expect(await stage.replay(running, shop())).toMatchObject({
      outcome: 'not-replayed',
      reason: 'Only an execution that has ended can be built on; this one is running',
      reasonCode: 'EXECUTION_NOT_FINISHED',
    });
    const recorded = await stage.record(shop());
    const renamed = define({ begin: 'start', a: 'pass' }, 'begin>a');
    expect(await stage.replay(recorded, renamed)).toMatchObject({
      outcome: 'not-replayed',
      reason: 'There is no step "start" to start with',
      reasonCode: 'STEP_UNKNOWN',
    });
  });

  it('is stopped at its time limit, and at once when nobody wants it any more', async () => {
    const stage = openStage();
    const recorded = await stage.record(define({ start: 'start', l: 'pass' }, 'start>l'));
    const endless = define(
      { start: 'start', l: { type: 'loop', parameters: { while: true, limit: 1_000_000 } }, p: 'pass' },
      'start>l, l.loop>p, p>l',
    );
    const limited = await stage.replay(recorded, endless, { timeoutMs: 50 });
    expect(limited).toMatchObject({
      outcome: 'not-replayed',
      reason: 'The replay was stopped at its limit of 50 ms',
      reasonCode: 'REPLAY_TOO_LONG',
    });
    const stop = new AbortController();
    const stopped = stage.replay(recorded, endless, { signal: stop.signal });
    stop.abort(new Error('Nobody waits'));
    await expect(stopped).rejects.toThrow('Nobody waits');
  });
});
