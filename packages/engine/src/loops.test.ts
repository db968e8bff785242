import { createFakeClock } from '@navette/testing';
import { describe, expect, it } from 'vitest';
import type { Engine } from './engine.ts';
import { define, EngineWorld } from './testing/engine-world.ts';

type Definition = ReturnType<typeof define>;

function open() {
  const clock = createFakeClock();
  const world = new EngineWorld(clock);
  const engine = world.createEngine();
  const run = (definition: Definition, items: object[] = [{}], on: Engine = engine) => {
    const version = world.addVersion(definition);
    return on.startAndAwait(
      {
        projectId: world.projectId,
        version,
        triggerNodeId: 'start',
        items: items.map((json) => ({ json: json as never })),
        mode: 'api',
      },
      { until: 'finished' },
    );
  };
  const paths = async (executionId: string, type = 'step-completed') =>
    (await world.records(executionId)).flatMap((record) =>
      record.type === type && 'path' in record ? [record.path] : [],
    );
  return { clock, world, engine, run, paths };
}

const jsons = (items: readonly { json: unknown }[] | undefined) => items?.map((item) => item.json);
const numbers = (count: number) => Array.from({ length: count }, (_, n) => ({ n }));
const plus = (field: string, expression: string) => ({
  type: 'pass',
  parameters: { add: { [field]: `{{ ${expression} }}` } },
});

describe('a loop in batches', () => {
  it('gives each pass its items and gathers what comes back', async () => {
    const { run, paths } = open();
    const end = await run(
      define(
        {
          start: 'start',
          l: { type: 'loop', parameters: { size: 2 } },
          a: plus('pass', '$runIndex'),
          z: 'pass',
        },
        'start>l, l.loop>a, a>l, l.done>z',
      ),
      numbers(5),
    );
    expect(end.status).toBe('succeeded');
    expect(jsons(end.items)).toEqual([0, 0, 1, 1, 2].map((pass, n) => ({ n, pass })));
    expect(await paths(end.executionId)).toEqual(['start', 'l#0/a', 'l#1/a', 'l#2/a', 'l', 'z']);
  });

  it('goes straight on without a body, when disabled, and with one that is only an edge', async () => {
    for (const [l, edges] of [
      ['loop', 'start>l, l.done>z'],
      [{ type: 'loop', disabled: true }, 'start>l, l.loop>a, a>l, l.done>z'],
      ['loop', 'start>l, l.loop>l, l.done>z'],
    ] as const) {
      const { run, world } = open();
      const end = await run(
        define({ start: 'start', l, z: 'pass', ...(edges.includes('a>l') ? { a: 'effect' } : {}) }, edges),
        numbers(3),
      );
      expect(jsons(end.items)).toEqual(numbers(3));
      expect(world.effects).toEqual([]);
    }
  });

  it('ends early when items come back to its break input', async () => {
    const { run, world } = open();
    const end = await run(
      define(
        {
          start: 'start',
          l: 'loop',
          a: 'effect',
          b: { type: 'branch', parameters: { when: '{{ $json.n === 1 }}' } },
          z: 'pass',
        },
        'start>l, l.loop>a, a>b, b.false>l, b.true>l:break, l.done>z',
      ),
      numbers(4),
    );
    expect(jsons(end.items)).toEqual([
      { n: 0, a: 'done' },
      { n: 1, a: 'done' },
    ]);
    expect(world.effects).toHaveLength(2);
  });

  it('goes on when a pass gives nothing back, and skips what got nothing in that pass only', async () => {
    const { run, paths } = open();
    const end = await run(
      define(
        {
          start: 'start',
          l: 'loop',
          b: { type: 'branch', parameters: { when: '{{ $json.n !== 1 }}' } },
          a: 'pass',
          side: 'pass',
        },
        'start>l, l.loop>b, b.true>a, a>l, a>side',
      ),
      numbers(3),
    );
    expect(jsons(end.items)).toEqual([{ n: 0 }, { n: 2 }]);
    expect(await paths(end.executionId, 'step-skipped')).toEqual(['l#1/a', 'l#1/side']);
  });

  it('gives one empty item when nothing came back and it is told to go on', async () => {
    const { run } = open();
    const nothing = { type: 'branch', parameters: { when: false } };
    const end = await run(
      define(
        {
          start: 'start',
          l: { type: 'loop', settings: { continueEmpty: true } },
          b: nothing,
          z: plus('reached', 'true'),
        },
        'start>l, l.loop>b, b.true>l, l.done>z',
      ),
      numbers(2),
    );
    expect(jsons(end.items)).toEqual([{ reached: true }]);
  });

  it('runs inside of another loop, each pass with steps and keys of its own', async () => {
    const { run, world, paths } = open();
    const end = await run(
      define(
        {
          start: 'start',
          outer: { type: 'loop', parameters: { size: 2 } },
          inner: 'loop',
          a: { type: 'effect', parameters: { value: '{{ $runIndex }}' } },
          b: plus('outer', '$runIndex'),
        },
        'start>outer, outer.loop>inner, inner.loop>a, a>inner, inner.done>b, b>outer',
      ),
      numbers(3),
    );
    expect(jsons(end.items)).toEqual([
      { n: 0, a: 0, outer: 0 },
      { n: 1, a: 1, outer: 0 },
      { n: 2, a: 0, outer: 1 },
    ]);
    expect((await paths(end.executionId)).filter((path) => path.endsWith('/a'))).toEqual([
      'outer#0/inner#0/a',
      'outer#0/inner#1/a',
      'outer#1/inner#0/a',
    ]);
    expect(new Set(world.effects.map((effect) => effect.key)).size).toBe(3);
  });

  it('works branch by branch too', async () => {
    const { run, world } = open();
    await run(
      define(
        {
          start: 'start',
          l: { type: 'each', parameters: { window: 5 } },
          a: 'effect',
          b: 'effect',
          other: 'effect',
        },
        'start>l, l.item>a, a>b, b>l, start>other',
        { executionOrder: 'sequential' },
      ),
      numbers(2),
    );
    expect(world.effects.map(({ node, item }) => `${node}${(item as { n: number }).n}`)).toEqual([
      'a0',
      'b0',
      'a1',
      'b1',
      'other0',
      'other1',
    ]);
  });
});

describe('a loop by condition', () => {
  const step = { type: 'effect', parameters: { value: '{{ ($json.a ?? 0) + 1 }}' } };

  it('looks before each pass, or after it, item by item', async () => {
    for (const [parameters, expected] of [
      [{ while: '{{ ($json.a ?? 0) < $json.n }}' }, [0, 2, 1]],
      [{ until: '{{ ($json.a ?? 0) >= $json.n }}' }, [1, 2, 1]],
    ] as const) {
      const { run } = open();
      const end = await run(
        define({ start: 'start', l: { type: 'loop', parameters }, a: step }, 'start>l, l.loop>a, a>l'),
        [{ n: 0 }, { n: 2 }, { n: 1 }],
      );
      const byItem = new Map(jsons(end.items)?.map((json) => [(json as { n: number }).n, json]));
      expect([0, 2, 1].map((n) => (byItem.get(n) as { a?: number }).a ?? 0)).toEqual(expected);
    }
  });

  it('counts passes in $runIndex', async () => {
    const { run, world } = open();
    const l = { type: 'loop', parameters: { while: '{{ $runIndex < 3 }}' } };
    const end = await run(define({ start: 'start', l, a: 'effect' }, 'start>l, l.loop>a, a>l'));
    expect(end.status).toBe('succeeded');
    expect(world.effects).toHaveLength(3);
  });

  it('fails when it would go on for ever', async () => {
    const { run, world } = open();
    const l = { type: 'loop', parameters: { while: true, limit: 7 } };
    const end = await run(define({ start: 'start', l, a: 'effect' }, 'start>l, l.loop>a, a>l'));
    expect(end).toMatchObject({ status: 'failed', error: { code: 'LOOP_LIMIT', nodeId: 'l' } });
    expect(world.effects).toHaveLength(7);
  });

  it('ends when a pass gives nothing back', async () => {
    const { run } = open();
    const l = { type: 'loop', parameters: { while: true } };
    const nothing = { type: 'branch', parameters: { when: false } };
    const end = await run(define({ start: 'start', l, b: nothing }, 'start>l, l.loop>b, b.true>l'));
    expect(end).toMatchObject({ status: 'succeeded', items: [] });
  });

  it('fails with the error of its condition', async () => {
    const { run } = open();
    const l = { type: 'loop', parameters: { while: "{{ $('nobody').item.json.x }}" } };
    const end = await run(
      define({ start: 'start', l, a: 'effect', nobody: 'start' }, 'start>l, l.loop>a, a>l'),
    );
    expect(end).toMatchObject({ status: 'failed', error: { nodeId: 'l' } });
  });

  it('lets its condition read the pass that has just ended', async () => {
    const { run, world } = open();
    const l = { type: 'loop', parameters: { until: "{{ $('a').first().json.a >= 3 }}" } };
    const count = { type: 'effect', parameters: { value: '{{ $runIndex + 1 }}' } };
    const drop = { type: 'pass', parameters: { add: { a: null } } };
    const end = await run(define({ start: 'start', l, a: count, drop }, 'start>l, l.loop>a, a>drop, drop>l'));
    expect(end.status).toBe('succeeded');
    expect(world.effects).toHaveLength(3);
  });
});

describe('for each', () => {
  it('works on as many items as its window holds, and keeps their order', async () => {
    const { run, world, clock } = open();
    const slow = { type: 'effect', parameters: { tookMs: '{{ 1000 - $json.n * 100 }}' } };
    const ended = run(
      define(
        { start: 'start', l: { type: 'each', parameters: { window: 4 } }, a: slow },
        'start>l, l.item>a, a>l',
      ),
      numbers(10),
    );
    await clock.advance(0);
    expect(world.effects).toHaveLength(4);
    await clock.advance(700);
    expect(world.effects).toHaveLength(5);
    await clock.advance(10_000);
    expect(jsons((await ended).items)).toEqual(numbers(10).map((json) => ({ ...json, a: 'done' })));
    expect(new Set(world.effects.map((effect) => effect.key)).size).toBe(10);
  });

  it('stops at the first failure, or lets the item pass, or finishes the others first', async () => {
    const bad = { type: 'effect', parameters: { failTimes: 1, failOn: 2 } };
    const start = (onFailure: string, settings = {}) =>
      define(
        {
          start: 'start',
          l: { type: 'each', parameters: { window: 2, onFailure }, settings },
          a: bad,
          ok: 'pass',
          bad: 'pass',
        },
        `start>l, l.item>a, a>l, l.done>ok${'onError' in settings ? ', l!>bad' : ''}`,
      );
    const fine = (n: number) => ({ n, a: 'done' });
    const failed = { n: 2, error: { code: 'TEST_BOOM', message: 'Boom' } };

    const stop = open();
    expect(await stop.run(start('stop'), numbers(9))).toMatchObject({
      status: 'failed',
      error: { code: 'TEST_BOOM', nodeId: 'a' },
    });
    expect(stop.world.effects.length).toBeLessThan(6);

    const goOn = open();
    const passed = await goOn.run(start('continue'), numbers(4));
    expect(jsons(passed.items)).toEqual([fine(0), fine(1), failed, fine(3)]);
    expect(await goOn.paths(passed.executionId, 'item-failed')).toEqual(['l']);

    const collect = open();
    expect(await collect.run(start('collect'), numbers(4))).toMatchObject({
      status: 'failed',
      error: { code: 'LOOP_PASSES_FAILED', nodeId: 'l' },
    });
    expect(collect.world.effects).toHaveLength(4);

    const port = open();
    const split = await port.run(start('collect', { onError: 'error-port' }), numbers(4));
    expect(jsons(split.items)).toEqual([fine(0), fine(1), fine(3), failed]);
  });

  it('retries a step of one item without holding up the others', async () => {
    const { run, world, clock } = open();
    const retry = { maxAttempts: 3, delayMs: 60_000, jitter: 0, backoff: 'fixed' };
    const a = { type: 'effect', parameters: { failTimes: 2, failOn: 0 }, settings: { retry } };
    const ended = run(
      define({ start: 'start', l: { type: 'each', parameters: { window: 2 } }, a }, 'start>l, l.item>a, a>l'),
      numbers(4),
    );
    await clock.advance(10);
    expect(world.effects.map((effect) => (effect.item as { n: number }).n)).toEqual([0, 1, 2, 3]);
    await clock.advance(200_000);
    expect((await ended).status).toBe('succeeded');
    expect(world.effects.filter((effect) => (effect.item as { n: number }).n === 0)).toHaveLength(3);
  });

  it('stops the other steps of an item that failed, and no other item', async () => {
    const { run, world, clock } = open();
    const l = { type: 'each', parameters: { window: 2, onFailure: 'continue' } };
    const bad = { type: 'effect', parameters: { failTimes: 1, failOn: 0, tookMs: 10 } };
    const retry = { maxAttempts: 3, delayMs: 9_000_000, jitter: 0 };
    const again = { type: 'effect', parameters: { failTimes: 9, failOn: 0 }, settings: { retry } };
    const ended = run(
      define({ start: 'start', l, bad, again }, 'start>l, l.item>bad, l.item>again, bad>l'),
      numbers(2),
    );
    await clock.advance(1_000);
    const end = await ended;
    expect(jsons(end.items)).toEqual([
      { n: 0, error: { code: 'TEST_BOOM', message: 'Boom' } },
      { n: 1, bad: 'done' },
    ]);
    expect(world.effects.filter((effect) => effect.node === 'again')).toHaveLength(2);
  });

  it('lets an inner failure end the item of the loop around it', async () => {
    const { run } = open();
    const end = await run(
      define(
        {
          start: 'start',
          outer: { type: 'each', parameters: { onFailure: 'continue', size: 2 } },
          inner: 'loop',
          a: { type: 'effect', parameters: { failTimes: 1, failOn: 2 } },
        },
        'start>outer, outer.item>inner, inner.loop>a, a>inner, inner.done>outer',
      ),
      numbers(5),
    );
    const error = { code: 'TEST_BOOM', message: 'Boom' };
    expect(jsons(end.items)).toEqual([
      { n: 0, a: 'done' },
      { n: 1, a: 'done' },
      { n: 2, error },
      { n: 3, error },
      { n: 4, a: 'done' },
    ]);
  });

  it('parks while items wait, and wakes for each', async () => {
    const { run, world, clock, engine } = open();
    const nap = { type: 'nap', parameters: { ms: '{{ 60000 * (1 + $json.n) }}' } };
    const ended = run(
      define(
        { start: 'start', l: { type: 'each', parameters: { window: 3 } }, w: nap, a: 'effect' },
        'start>l, l.item>w, w>a, a>l',
      ),
      numbers(4),
    );
    await clock.advance(1_000);
    expect(engine.active).toBe(0);
    for (let turn = 0; turn < 10; turn++) {
      await clock.advance(60_000);
      world.engineClaim(world.store.queueDueWaits(clock.now()));
    }
    await clock.advance(10);
    expect(jsons((await ended).items)).toEqual(numbers(4).map((json) => ({ ...json, a: 'done' })));
    expect(world.effects).toHaveLength(4);
  });

  it('calls a workflow for each item, each with a child of its own', async () => {
    const { run, world, clock } = open();
    const child = world.addVersion(
      define({ in: 'called', a: { type: 'effect', parameters: { tookMs: 5_000 } } }, 'in>a'),
    );
    const workflowId = `wfl_${child.workflowId.replaceAll('-', '')}`;
    const ended = run(
      define(
        { start: 'start', l: 'each', call: { type: 'call', parameters: { workflowId } } },
        'start>l, l.item>call, call>l',
      ),
      numbers(5),
    );
    await clock.advance(60_000);
    expect(jsons((await ended).items)).toEqual(numbers(5).map((json) => ({ ...json, a: 'done' })));
    const children = world.store.list().filter((row) => row.parentId !== null);
    expect(children.map((row) => row.parentPath).sort()).toEqual([0, 1, 2, 3, 4].map((n) => `l#${n}/call`));
  });

  it('cancels what a failed item waits for', async () => {
    const { run, world, clock } = open();
    const child = world.addVersion(
      define({ in: 'called', a: { type: 'effect', parameters: { tookMs: 500_000 } } }, 'in>a'),
    );
    const workflowId = `wfl_${child.workflowId.replaceAll('-', '')}`;
    const l = { type: 'each', parameters: { onFailure: 'continue' } };
    const bad = { type: 'effect', parameters: { failTimes: 1, tookMs: 1_000 } };
    const ended = run(
      define(
        { start: 'start', l, call: { type: 'call', parameters: { workflowId } }, bad },
        'start>l, l.item>call, l.item>bad, bad>l, call>l',
      ),
    );
    await clock.advance(5_000);
    expect((await ended).status).toBe('succeeded');
    const called = world.store.list().find((row) => row.parentId !== null);
    expect(called).toMatchObject({ cancelRequested: true });
  });

  it('gives items that wait for a signal one each, while others are at work', async () => {
    const { world, engine, clock } = open();
    const version = world.addVersion(
      define(
        {
          start: 'start',
          l: { type: 'each', parameters: { window: 2 } },
          h: { type: 'hear', parameters: { name: 'go' } },
          a: {
            type: 'pass',
            parameters: { add: { n: "{{ $('start').item.json.n }}", pass: '{{ $runIndex }}' } },
          },
        },
        'start>l, l.item>h, h>a, a>l',
      ),
    );
    const { executionId } = await engine.start({
      projectId: world.projectId,
      version,
      triggerNodeId: 'start',
      items: numbers(3).map((json) => ({ json })),
      mode: 'api',
    });
    const say = async (word: string) => {
      await engine.post.sendSignal({
        projectId: world.projectId,
        to: { executionId },
        name: 'go',
        items: [{ json: { word } }],
        idempotencyKey: null,
      });
      await clock.advance(10);
    };
    await clock.advance(10);
    expect(engine.active).toBe(0);
    for (const word of ['one', 'two', 'three']) await say(word);
    const end = await engine.awaitFinished(executionId);
    expect(jsons(end.items)).toEqual([
      { word: 'one', n: 0, pass: 0 },
      { word: 'two', n: 1, pass: 1 },
      { word: 'three', n: 2, pass: 2 },
    ]);
  });

  it('is retried where it failed: finished items stay finished', async () => {
    for (const onFailure of ['stop', 'collect']) {
      const { run, world, engine } = open();
      const a = { type: 'effect', parameters: {} };
      const b = { type: 'effect', parameters: { failTimes: 1, failOn: 3 } };
      const failed = await run(
        define(
          { start: 'start', l: { type: 'each', parameters: { window: 2, onFailure } }, a, b, z: 'effect' },
          'start>l, l.item>a, a>b, b>l, l.done>z',
        ),
        numbers(8),
      );
      expect(failed.status).toBe('failed');
      const before = world.effects.length;
      const again = await engine.retry(world.projectId, failed.executionId);
      const end = await engine.awaitFinished(again.executionId);
      expect(end.status).toBe('succeeded');
      expect(jsons(end.items)).toEqual(
        numbers(8).map((json) => ({ ...json, a: 'done', b: 'done', z: 'done' })),
      );
      const later = world.effects.slice(before);
      expect(
        later.filter((effect) => effect.node === 'b' && (effect.item as { n: number }).n === 3),
      ).toHaveLength(1);
      const keys = Map.groupBy(world.effects, (effect) => effect.key);
      expect([...keys.values()].filter((list) => list.length > 1).map((list) => list[0]!.node)).toEqual([
        'b',
      ]);
    }
  });

  it('keeps at most its window of passes at work when many that had begun are retried', async () => {
    const { run, world, engine, clock } = open();
    const b = { type: 'effect', parameters: { failTimes: 1, tookMs: 10 } };
    const ended = run(
      define(
        {
          start: 'start',
          l: { type: 'each', parameters: { window: 3, onFailure: 'collect' } },
          a: 'effect',
          b,
        },
        'start>l, l.item>a, a>b, b>l',
      ),
      numbers(12),
    );
    await clock.advance(1_000);
    const failed = await ended;
    const before = world.effects.length;
    const again = await engine.retry(world.projectId, failed.executionId);
    await clock.advance(0);
    expect(world.effects.slice(before)).toHaveLength(3);
    await clock.advance(1_000);
    const end = await engine.awaitFinished(again.executionId);
    expect(end.status).toBe('succeeded');
    expect(world.effects.slice(before).map((effect) => effect.node)).toEqual(Array(12).fill('b'));
  });
});

describe('expressions in loops', () => {
  it('see their own pass first, then outward, and the last pass from outside', async () => {
    const { run } = open();
    const look = {
      type: 'pass',
      parameters: {
        add: {
          sibling: "{{ $('a').first().json.n }}",
          item: "{{ $('a').item.json.n }}",
          source: "{{ $('start').item.json.n }}",
          all: "{{ $('start').all().length }}",
          loop: "{{ $('l').all().length }}",
          runs: "{{ [$runIndex, $('a').runIndex, $('start').runIndex, $('l').context.maxRunIndex] }}",
        },
      },
    };
    const last = plus('last', "$('a').last().json.n");
    const end = await run(
      define(
        { start: 'start', l: { type: 'loop', parameters: { size: 2 } }, a: 'pass', look, z: last },
        'start>l, l.loop>a, a>look, look>l, l.done>z',
      ),
      numbers(3),
    );
    const common = { all: 3, last: 2 };
    expect(jsons(end.items)).toEqual([
      { n: 0, sibling: 0, item: 0, source: 0, loop: 2, runs: [0, 0, 0, 2], ...common },
      { n: 1, sibling: 0, item: 1, source: 1, loop: 2, runs: [0, 0, 0, 2], ...common },
      { n: 2, sibling: 2, item: 2, source: 2, loop: 1, runs: [1, 1, 0, 2], ...common },
    ]);
  });

  it('follow an item back through the passes of a loop', async () => {
    const { run } = open();
    const look = plus('from', "$('start').item.json.n");
    const step = plus('k', '($json.k ?? 0) + 1');
    const l = { type: 'loop', parameters: { until: '{{ $json.k > $json.n }}' } };
    const end = await run(
      define({ start: 'start', l, a: step, look }, 'start>l, l.loop>a, a>l, l.done>look'),
      [{ n: 2 }, { n: 0 }, { n: 1 }],
    );
    expect(jsons(end.items)).toEqual([
      { n: 0, k: 1, from: 0 },
      { n: 1, k: 2, from: 1 },
      { n: 2, k: 3, from: 2 },
    ]);
  });

  it('are told when a pass is not kept', async () => {
    const { run } = open();
    const look = plus('x', "$('a').all(0, 0)");
    const end = await run(
      define({ start: 'start', l: 'loop', a: 'pass', look }, 'start>l, l.loop>a, a>look, look>l'),
      numbers(2),
    );
    expect(end).toMatchObject({ status: 'failed', error: { code: 'PASS_NOT_KEPT' } });
  });
});

describe('items of one step', () => {
  it('are worked on side by side when the node says so, in their order all the same', async () => {
    const { run, world, clock } = open();
    const a = {
      type: 'effect',
      parameters: { tookMs: '{{ 1000 - $json.n * 100 }}' },
      settings: { concurrency: 3 },
    };
    const ended = run(define({ start: 'start', a }, 'start>a'), numbers(7));
    await clock.advance(0);
    expect(world.effects).toHaveLength(3);
    await clock.advance(10_000);
    const end = await ended;
    expect(jsons(end.items)).toEqual(numbers(7).map((json) => ({ ...json, a: 'done' })));
    const records = await world.records(end.executionId);
    expect(records.filter((record) => record.type === 'item-completed')).toHaveLength(7);
  });

  it('fail the step at once, and what had ended is not done again by a retry', async () => {
    const { run, world, engine, clock } = open();
    const a = {
      type: 'effect',
      parameters: { failTimes: 1, failOn: 2, tookMs: '{{ $json.n === 2 ? 500 : 10 }}' },
      settings: { concurrency: 3 },
    };
    const ended = run(define({ start: 'start', a }, 'start>a'), numbers(6));
    await clock.advance(5_000);
    const failed = await ended;
    expect(failed).toMatchObject({ status: 'failed', error: { itemIndex: 2 } });
    const again = await engine.retry(world.projectId, failed.executionId);
    await clock.advance(5_000);
    expect((await engine.awaitFinished(again.executionId)).status).toBe('succeeded');
    expect(world.effects).toHaveLength(7);
  });
});
