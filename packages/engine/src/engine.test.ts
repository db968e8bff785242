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
  return { clock, world, engine, run };
}

const jsons = (items: readonly { json: unknown }[] | undefined) => items?.map((item) => item.json);

describe('graph', () => {
  it('runs a chain and gives what its last step gave', async () => {
    const { run } = open();
    const end = await run(
      define(
        { start: 'start', a: 'pass', b: { type: 'pass', parameters: { add: { b: '{{ $json.n + 1 }}' } } } },
        'start>a,a>b',
      ),
      [{ n: 1 }, { n: 5 }],
    );
    expect(end.status).toBe('succeeded');
    expect(jsons(end.items)).toEqual([
      { n: 1, b: 2 },
      { n: 5, b: 6 },
    ]);
  });

  it('takes only the branch that has items, and skips what hangs on the other', async () => {
    const { run, world } = open();
    const end = await run(
      define(
        {
          start: 'start',
          b: { type: 'branch', parameters: { when: '{{ $json.n > 3 }}' } },
          yes: 'effect',
          no: 'effect',
          after: 'effect',
        },
        'start>b, b.true>yes, b.false>no, no>after',
      ),
      [{ n: 5 }],
    );
    expect(jsons(end.items)).toEqual([{ n: 5, yes: 'done' }]);
    expect(world.effects.map((effect) => effect.node)).toEqual(['yes']);
    const skipped = (await world.records(end.executionId)).filter((record) => record.type === 'step-skipped');
    expect(skipped.map((record) => record.path).sort()).toEqual(['after', 'no']);
  });

  it('joins when every input has data or can get none any more', async () => {
    const { run } = open();
    const nodes = {
      start: 'start',
      b: { type: 'branch', parameters: { when: '{{ $json.n > 3 }}' } },
      yes: 'pass',
      no: 'pass',
      join: 'join',
    };
    const edges = 'start>b, b.true>yes, b.false>no, yes>join, no>join:second';
    expect(jsons((await run(define(nodes, edges), [{ n: 5 }, { n: 1 }])).items)).toEqual([
      { n: 5, via: 'main' },
      { n: 1, via: 'second' },
    ]);
    expect(jsons((await run(define(nodes, edges), [{ n: 1 }])).items)).toEqual([{ n: 1, via: 'second' }]);
  });

  it('starts at the chosen trigger; what only others reach is skipped', async () => {
    const { run, world } = open();
    const end = await run(
      define(
        { start: 'start', other: 'start', a: 'effect', b: 'effect', c: 'join' },
        'start>a, other>b, a>c, b>c:second',
      ),
    );
    expect(end.status).toBe('succeeded');
    expect(world.effects.map((effect) => effect.node)).toEqual(['a']);
  });

  it('passes a disabled node by, and goes on empty-handed only when told to', async () => {
    const { run } = open();
    const disabled = await run(
      define({ start: 'start', a: { type: 'effect', disabled: true }, b: 'pass' }, 'start>a,a>b'),
      [{ n: 1 }],
    );
    expect(jsons(disabled.items)).toEqual([{ n: 1 }]);
    const nothing = { type: 'branch', parameters: { when: false } };
    const stops = await run(define({ start: 'start', a: nothing, b: 'effect' }, 'start>a,a.true>b'));
    expect(jsons(stops.items)).toEqual([{}]);
    const joinEmpty = { type: 'join', settings: { continueEmpty: true } };
    const end = await run(define({ start: 'start', a: joinEmpty, b: 'pass' }, 'start>a,a>b'));
    expect(end.status).toBe('succeeded');
  });

  it('follows an item back through steps', async () => {
    const { run } = open();
    const look = { type: 'pass', parameters: { add: { seen: "{{ $('a').item.json.n }}" } } };
    const end = await run(
      define(
        {
          start: 'start',
          a: 'pass',
          b: { type: 'branch', parameters: { when: '{{ $json.n > 1 }}' } },
          c: look,
        },
        'start>a,a>b,b.true>c',
      ),
      [{ n: 1 }, { n: 2 }, { n: 3 }],
    );
    expect(jsons(end.items)).toEqual([
      { n: 2, seen: 2 },
      { n: 3, seen: 3 },
    ]);
  });

  it('runs branches side by side, or one after the other when sequential', async () => {
    for (const [executionOrder, order] of [
      ['parallel', ['a1', 'b1', 'a2', 'b2']],
      ['sequential', ['a1', 'a2', 'b1', 'b2']],
    ] as const) {
      const { run, world } = open();
      await run(
        define(
          { start: 'start', a1: 'effect', a2: 'effect', b1: 'effect', b2: 'effect' },
          'start>a1,a1>a2,start>b1,b1>b2',
          { executionOrder },
        ),
      );
      expect(world.effects.map((effect) => effect.node)).toEqual(order);
    }
  });

  it.each(['pass', 'effect'])(
    'ends a branch before the next one when sequential, of %s steps',
    async (type) => {
      const { run, world } = open();
      await run(
        define(
          { start: 'start', a1: type, a2: type, a3: 'effect', b1: type, b2: 'effect' },
          'start>a1,a1>a2,a2>a3,start>b1,b1>b2',
          { executionOrder: 'sequential' },
        ),
      );
      const records = world.store.list().flatMap(({ chunks }) => chunks.flatMap((chunk) => chunk.records));
      const ended = records.flatMap((record) => (record.type === 'step-completed' ? [record.path] : []));
      expect(ended).toEqual(['start', 'a1', 'a2', 'a3', 'b1', 'b2']);
    },
  );
});

describe('errors', () => {
  it('fails the execution with the error and where it was', async () => {
    const { run } = open();
    const end = await run(
      define(
        { start: 'start', a: { type: 'effect', parameters: { failTimes: 1 } }, b: 'effect' },
        'start>a,a>b',
      ),
    );
    expect(end).toMatchObject({ status: 'failed', error: { code: 'TEST_BOOM', nodeId: 'a', nodeName: 'a' } });
  });

  it('does not take a failed step for the end when it fails while the store is slow', async () => {
    const { world, clock, run } = open();
    const slow = new Proxy(world.store, {
      get(store, name) {
        if (name === 'write') return (write: never) => clock.sleep(100).then(() => store.write(write));
        const value = Reflect.get(store, name, store);
        return typeof value === 'function' ? value.bind(store) : value;
      },
    });
    const bad = { type: 'effect', parameters: { tookMs: 50, failTimes: 1 } };
    const nodes = { start: 'start', bad, b: 'pass' };
    const ended = run(
      define(nodes, 'start>bad,start>b', { durability: 'full' }),
      [{}],
      world.createEngine(slow),
    );
    await clock.advance(5_000);
    expect((await ended).status).toBe('failed');
  });

  it('tries exactly as often as the policy says, at its gaps', async () => {
    const { run, world, clock } = open();
    const retry = { maxAttempts: 4, backoff: 'exponential', delayMs: 1_000, maxDelayMs: 3_000, jitter: 0 };
    const ended = run(
      define(
        { start: 'start', a: { type: 'effect', parameters: { failTimes: 9 }, settings: { retry } } },
        'start>a',
      ),
    );
    const starts = [clock.now()];
    await clock.advance(0);
    for (const gap of [1_000, 2_000, 3_000]) {
      await clock.advance(gap - 1);
      expect(world.effects).toHaveLength(starts.length);
      await clock.advance(1);
      starts.push(clock.now());
      expect(world.effects).toHaveLength(starts.length);
    }
    const end = await ended;
    expect(end.status).toBe('failed');
    expect(world.effects.map((effect) => effect.attempt)).toEqual([1, 2, 3, 4]);
    expect(new Set(world.effects.map((effect) => effect.key)).size).toBe(1);
  });

  it('does not retry what says never, unless the policy names it', async () => {
    for (const [retryOn, attempts] of [
      [undefined, 1],
      [['TEST_FATAL'], 3],
      [['OTHER'], 1],
    ] as const) {
      const { run, world, clock } = open();
      const retry = { maxAttempts: 3, delayMs: 10, jitter: 0, ...(retryOn ? { retryOn } : {}) };
      const ended = run(
        define(
          {
            start: 'start',
            a: { type: 'effect', parameters: { failTimes: 9, fatal: true }, settings: { retry } },
          },
          'start>a',
        ),
      );
      await clock.advance(10_000);
      expect((await ended).status).toBe('failed');
      expect(world.effects).toHaveLength(attempts);
    }
  });

  it('lets failed items pass, by the main or the error port, and keeps the others', async () => {
    for (const onError of ['continue', 'error-port'] as const) {
      const { run } = open();
      const a = { type: 'effect', parameters: { failTimes: 1, failOn: 2 }, settings: { onError } };
      const bad = onError === 'continue' ? '' : ', a!>bad';
      const end = await run(
        define({ start: 'start', a, good: 'pass', bad: 'pass' }, `start>a,a>good${bad}`),
        [{ n: 1 }, { n: 2 }, { n: 3 }],
      );
      const failed = { n: 2, error: { code: 'TEST_BOOM', message: 'Boom' } };
      const fine = [
        { n: 1, a: 'done' },
        { n: 3, a: 'done' },
      ];
      expect(end.status).toBe('succeeded');
      if (onError === 'continue') expect(jsons(end.items)).toEqual([fine[0], failed, fine[1]]);
      else
        expect(jsons(end.items)?.sort((x, y) => JSON.stringify(x).localeCompare(JSON.stringify(y)))).toEqual([
          fine[0],
          failed,
          fine[1],
        ]);
    }
  });

  it('ends a step that takes too long, as a failure', async () => {
    const { run, clock } = open();
    const ended = run(
      define({ start: 'start', a: { type: 'hang', settings: { timeoutMs: 500 } } }, 'start>a'),
    );
    await clock.advance(499);
    await clock.advance(1);
    expect(await ended).toMatchObject({ status: 'failed', error: { code: 'NODE_TIMEOUT' } });
  });

  it('ends an execution that takes too long, even while it waits', async () => {
    const { run, clock, world } = open();
    const ended = run(define({ start: 'start', a: 'hang' }, 'start>a', { timeoutMs: 3_000 }));
    await clock.advance(4_000);
    expect(await ended).toMatchObject({ status: 'failed', error: { code: 'EXECUTION_TIMEOUT' } });
    const waits = run(
      define({ start: 'start', a: { type: 'nap', parameters: { ms: 9_000_000 } } }, 'start>a', {
        timeoutMs: 5_000,
      }),
    );
    await clock.advance(6_000);
    world.engineClaim(world.store.queueDueWaits(clock.now()));
    await clock.advance(1_000);
    expect(await waits).toMatchObject({ status: 'failed', error: { code: 'EXECUTION_TIMEOUT' } });
  });

  it('names the parameter that is wrong for an item', async () => {
    const { run } = open();
    const end = await run(
      define({ start: 'start', a: { type: 'nap', parameters: { ms: '{{ $json.n }}' } } }, 'start>a'),
      [{ n: 'soon' }],
    );
    expect(end).toMatchObject({
      status: 'failed',
      error: { code: 'NODE_PARAMETER_INVALID', issues: [{ path: '/ms' }] },
    });
  });
});

describe('waits and children', () => {
  it('sits out a short wait and parks for a long one', async () => {
    const { run, clock, world, engine } = open();
    const short = run(
      define({ start: 'start', a: { type: 'nap', parameters: { ms: 1_500 } }, b: 'effect' }, 'start>a,a>b'),
    );
    await clock.advance(1_400);
    expect(engine.active).toBe(1);
    await clock.advance(200);
    expect((await short).status).toBe('succeeded');
    const long = run(
      define({ start: 'start', a: { type: 'nap', parameters: { ms: 60_000 } }, b: 'effect' }, 'start>a,a>b'),
    );
    await clock.advance(1_000);
    expect(engine.active).toBe(0);
    expect(world.store.list().at(-1)).toMatchObject({ status: 'waiting', owner: null });
    await clock.advance(60_000);
    world.engineClaim(world.store.queueDueWaits(clock.now()));
    await clock.advance(10);
    expect((await long).status).toBe('succeeded');
  });

  it('calls a workflow and takes what it gives', async () => {
    const { run, world } = open();
    const child = world.addVersion(
      define({ in: 'called', a: { type: 'pass', parameters: { add: { child: true } } } }, 'in>a'),
    );
    const workflowId = `wfl_${child.workflowId.replaceAll('-', '')}`;
    const end = await run(
      define(
        { start: 'start', call: { type: 'call', parameters: { workflowId } }, b: 'pass' },
        'start>call,call>b',
      ),
      [{ n: 1 }, { n: 2 }],
    );
    expect(jsons(end.items)).toEqual([
      { n: 1, child: true },
      { n: 2, child: true },
    ]);
    expect(world.store.list().find((row) => row.parentId !== null)).toMatchObject({
      status: 'succeeded',
      mode: 'child',
      depth: 1,
    });
  });

  it('fails with the reason when the called workflow fails or does not exist', async () => {
    const { run, world } = open();
    const child = world.addVersion(
      define({ in: 'called', a: { type: 'effect', parameters: { failTimes: 1 } } }, 'in>a'),
    );
    const call = (id: string) =>
      define({ start: 'start', call: { type: 'call', parameters: { workflowId: id } } }, 'start>call');
    expect(await run(call(`wfl_${child.workflowId.replaceAll('-', '')}`))).toMatchObject({
      status: 'failed',
      error: { code: 'SUBWORKFLOW_FAILED', nodeId: 'call' },
    });
    expect(await run(call(`wfl_${'0'.repeat(32)}`))).toMatchObject({
      status: 'failed',
      error: { code: 'SUBWORKFLOW_NOT_FOUND' },
    });
  });

  it('stops workflows that call themselves without an end', async () => {
    const { run, world } = open();
    const id = crypto.randomUUID();
    const workflowId = `wfl_${id.replaceAll('-', '')}`;
    world.addVersion(
      define({ in: 'called', call: { type: 'call', parameters: { workflowId } } }, 'in>call'),
      id,
    );
    const end = await run(
      define({ start: 'start', call: { type: 'call', parameters: { workflowId } } }, 'start>call'),
    );
    expect(end.status).toBe('failed');
    expect(Math.max(...world.store.list().map((row) => row.depth))).toBe(10);
  });
});

describe('answers', () => {
  it('answers a request as soon as the answer is committed', async () => {
    const { engine, world, clock } = open();
    const version = world.addVersion(
      define(
        { start: 'start', r: 'respond', a: { type: 'effect', parameters: { tookMs: 5_000 } } },
        'start>r,r>a',
      ),
    );
    const request = {
      projectId: world.projectId,
      version,
      triggerNodeId: 'start',
      items: [{ json: { n: 1 } }],
      mode: 'webhook' as const,
    };
    const answer = engine.startAndAwait(request, { until: 'response' });
    await clock.advance(100);
    const { response, executionId } = await answer;
    expect(response).toMatchObject({ status: 200, body: { kind: 'json', value: { n: 1 } } });
    const stored = (await world.records(executionId)).find(
      (record) => record.type === 'step-completed' && record.path === 'r',
    );
    expect(stored).toMatchObject({ response });
  });

  it('costs one write when nothing acts on the world', async () => {
    const { engine, world } = open();
    const version = world.addVersion(define({ start: 'start', a: 'pass', r: 'respond' }, 'start>a,a>r'));
    const request = {
      projectId: world.projectId,
      version,
      triggerNodeId: 'start',
      items: [],
      mode: 'webhook' as const,
    };
    const { executionId, response } = await engine.startAndAwait(request, { until: 'response' });
    expect(response?.status).toBe(200);
    expect(await world.store.readJournal(executionId)).toHaveLength(1);
    expect(await world.store.readOutcome(executionId)).toMatchObject({ status: 'succeeded' });
  });

  it('gives the same answer to the same idempotency key, and runs once', async () => {
    const { engine, world } = open();
    const version = world.addVersion(define({ start: 'start', a: 'effect', r: 'respond' }, 'start>a,a>r'));
    const request = {
      projectId: world.projectId,
      version,
      triggerNodeId: 'start',
      items: [{ json: { n: 1 } }],
      mode: 'webhook' as const,
      idempotencyKey: 'k',
    };
    const [one, two] = await Promise.all([
      engine.startAndAwait(request, { until: 'response' }),
      engine.startAndAwait(request, { until: 'response' }),
    ]);
    const three = await engine.startAndAwait(request, { until: 'response' });
    expect(world.effects).toHaveLength(1);
    expect(new Set([one.executionId, two.executionId, three.executionId]).size).toBe(1);
    expect([one, two, three].map((answer) => answer.response?.status)).toEqual([200, 200, 200]);
    expect([one, two, three].map((answer) => answer.duplicate)).toEqual([false, true, true]);
  });

  it.each([{}, { concurrency: { limit: 2 } }])(
    'refuses an idempotency key that came before with something else, at work and ended (settings %j)',
    async (settings) => {
      const { engine, world, clock } = open();
      const nap = { type: 'nap', parameters: { ms: 500 } };
      const workflow = define({ start: 'start', w: nap, r: 'respond' }, 'start>w,w>r', settings);
      const version = world.addVersion(workflow);
      const ask = (idempotencyKey: string, requestSha256?: string) => ({
        ...{ projectId: world.projectId, version, triggerNodeId: 'start', items: [], idempotencyKey },
        ...{ mode: 'webhook' as const, requestSha256 },
      });
      const until = { until: 'response' as const };
      const expectRefusal = async () => {
        const reused = { code: 'IDEMPOTENCY_KEY_REUSED', status: 422 };
        await expect(engine.start(ask('k', 'b'))).rejects.toMatchObject(reused);
        await expect(engine.startAndAwait(ask('k', 'b'), until)).rejects.toMatchObject(reused);
      };
      const { executionId } = await engine.start(ask('k', 'a'));
      const repeat = { executionId, duplicate: true };
      await expectRefusal();
      expect(await engine.start(ask('k', 'a'))).toEqual(repeat);
      await engine.claim();
      await clock.advance(1_000);
      await expectRefusal();
      expect(await engine.startAndAwait(ask('k', 'a'), until)).toMatchObject(repeat);
      // Who sends no digest wants no comparison.
      expect(await engine.start(ask('k'))).toEqual(repeat);
    },
  );
});

describe('answers that come later', () => {
  it('reach who waits, though the execution was queued or parked in between', async () => {
    for (const ms of [0, 60_000]) {
      const { world, clock } = open();
      const engine = world.createEngine(world.store, 1);
      engine.onFree = () => void engine.claim();
      const nap = { type: 'nap', parameters: { ms } };
      const version = world.addVersion(
        define({ start: 'start', w: nap, r: 'respond', a: 'effect' }, 'start>w,w>r,r>a'),
      );
      const answers = [1, 2, 3].map((n) =>
        engine.startAndAwait(
          {
            projectId: world.projectId,
            version,
            triggerNodeId: 'start',
            items: [{ json: { n } }],
            mode: 'webhook',
          },
          { until: 'response' },
        ),
      );
      for (let turn = 0; turn < 4; turn++) {
        await clock.advance(61_000);
        world.engineClaim(world.store.queueDueWaits(clock.now()));
      }
      await clock.advance(10);
      const bodies = (await Promise.all(answers)).map((answer) => answer.response?.body);
      expect(bodies).toEqual([1, 2, 3].map((n) => ({ kind: 'json', value: { n } })));
    }
  });

  it('reach a repeated request too, whichever comes first', async () => {
    const { engine, world, clock } = open();
    const nap = { type: 'nap', parameters: { ms: 500 } };
    const version = world.addVersion(define({ start: 'start', w: nap, r: 'respond' }, 'start>w,w>r'));
    const request = {
      projectId: world.projectId,
      version,
      triggerNodeId: 'start',
      items: [{ json: { n: 7 } }],
      mode: 'webhook' as const,
      idempotencyKey: 'k',
    };
    const both = [
      engine.startAndAwait(request, { until: 'response' }),
      engine.startAndAwait(request, { until: 'finished' }),
    ];
    await clock.advance(1_000);
    const [answer, end] = await Promise.all(both);
    expect(answer).toMatchObject({ duplicate: false, response: { body: { value: { n: 7 } } } });
    expect(end).toMatchObject({ duplicate: true, status: 'succeeded', items: [{ json: { n: 7 } }] });
  });
});

describe('cancel, retry, drain', () => {
  it('cancels a step that does not listen', async () => {
    const { engine, world, clock } = open();
    const version = world.addVersion(define({ start: 'start', a: 'hang' }, 'start>a'));
    const { executionId } = await engine.start({
      projectId: world.projectId,
      version,
      triggerNodeId: 'start',
      items: [],
      mode: 'api',
    });
    await clock.advance(10);
    expect(await engine.cancel(world.projectId, executionId)).toBe('requested');
    await clock.advance(1_000);
    expect(await world.store.readOutcome(executionId)).toMatchObject({ status: 'cancelled' });
    expect(engine.active).toBe(0);
    expect(await engine.cancel(world.projectId, executionId)).toBe('finished');
    expect(await engine.cancel(crypto.randomUUID(), executionId)).toBe('unknown');
  });

  it('retries from the failed step and keeps the finished ones and their keys', async () => {
    const { engine, world, run } = open();
    const failed = await run(
      define(
        { start: 'start', a: 'effect', b: { type: 'effect', parameters: { failTimes: 1 } } },
        'start>a,a>b',
      ),
      [{ n: 1 }],
    );
    expect(failed.status).toBe('failed');
    const again = await engine.retry(world.projectId, failed.executionId);
    const end = await engine.awaitFinished(again.executionId);
    expect(end.status).toBe('succeeded');
    expect(world.effects.map((effect) => effect.node)).toEqual(['a', 'b', 'b']);
    expect(world.effects[1]!.key).toBe(world.effects[2]!.key);
    await expect(engine.retry(world.projectId, again.executionId)).rejects.toMatchObject({
      code: 'EXECUTION_NOT_RETRYABLE',
    });
  });

  it('writes down an effect that ends while another branch has failed, so that a retry does not repeat it', async () => {
    const { engine, world, run } = open();
    const definition = define(
      { start: 'start', bad: { type: 'effect', parameters: { failTimes: 1, fatal: true } }, good: 'effect' },
      'start>bad,start>good',
    );
    const failed = await run(definition, [{ n: 1 }]);
    expect(failed.status).toBe('failed');
    const again = await engine.retry(world.projectId, failed.executionId);
    expect((await engine.awaitFinished(again.executionId)).status).toBe('succeeded');
    expect(world.effects.map((effect) => effect.node)).toEqual(['bad', 'good', 'bad']);
  });

  it('gives back what runs when it drains, and another engine finishes it', async () => {
    const { engine, world, clock } = open();
    const version = world.addVersion(
      define(
        { start: 'start', a: { type: 'effect', parameters: { tookMs: 100 } }, b: 'effect' },
        'start>a,a>b',
      ),
    );
    const { executionId } = await engine.start({
      projectId: world.projectId,
      version,
      triggerNodeId: 'start',
      items: [],
      mode: 'api',
    });
    await clock.advance(10);
    const drained = engine.drain(5_000);
    await clock.advance(200);
    await drained;
    expect(await world.store.readOutcome(executionId)).toMatchObject({ status: 'queued' });
    const next = world.createEngine();
    const end = next.awaitFinished(executionId);
    await next.claim();
    await clock.advance(10);
    expect((await end).status).toBe('succeeded');
    expect(world.effects.map((effect) => effect.node)).toEqual(['a', 'b']);
    const start = (at: typeof engine) =>
      at.start({ projectId: world.projectId, version, triggerNodeId: 'start', items: [], mode: 'api' });
    await expect(start(engine)).rejects.toMatchObject({ code: 'ENGINE_STOPPING' });
    // Nor does it take what is queued, however it is told of it.
    const queued = await start(world.createEngine(world.store, 0));
    expect([engine.free, await engine.claim(), await engine.claim([queued.executionId])]).toEqual([
      0,
      { count: 0, hasMore: true },
      { count: 0, hasMore: true },
    ]);
    expect(await world.store.readOutcome(queued.executionId)).toMatchObject({ status: 'queued' });
  });

  it('queues what it has no place for', async () => {
    const { world, clock } = open();
    const engine = world.createEngine(world.store, 1);
    engine.onFree = () => void engine.claim();
    const version = world.addVersion(
      define({ start: 'start', a: { type: 'effect', parameters: { tookMs: 50 } } }, 'start>a'),
    );
    const request = {
      projectId: world.projectId,
      version,
      triggerNodeId: 'start',
      items: [],
      mode: 'api' as const,
    };
    const starting = Promise.all([engine.start(request), engine.start(request), engine.start(request)]);
    await clock.advance(10);
    expect(engine.active).toBe(1);
    await clock.advance(1_000);
    const started = await starting;
    for (const { executionId } of started)
      expect(await world.store.readOutcome(executionId)).toMatchObject({ status: 'succeeded' });
  });
});
