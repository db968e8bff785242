import type { AnyNodeDefinition, JournalRecord, WorkflowDefinition } from '@navette/contracts';
import { createFakeClock } from '@navette/testing';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Awaited } from '../awaited.ts';
import { compileWorkflow } from '../graph/compile.ts';
import type { WriteResult } from '../ports.ts';
import { Random } from '../simulation/random.ts';
import { CrashingStore, define, EngineWorld } from '../testing/engine-world.ts';
import { testNodeBase } from '../testing/test-nodes.ts';
import { planStraight } from './straight-plan.ts';

type NodeInput = Parameters<typeof define>[0][string];

/** What a node may do that a straight run does not have; `how` chooses. Counts its calls. */
function createOddNode(calls: { count: number }): AnyNodeDefinition {
  return {
    ...testNodeBase,
    kind: 'node',
    type: 'odd',
    effect: 'pure',
    parameters: z.strictObject({ how: z.string() }),
    execute(ctx) {
      calls.count += 1;
      const { how } = ctx.parameters as { how: string };
      if (how === 'throw') throw new TypeError('odd');
      if (how === 'log') ctx.log('a line');
      if (how === 'signal' && ctx.signal.aborted) return [];
      if (how === 'key') return [{ json: { key: ctx.idempotencyKey.length > 0 } }];
      if (how === 'swallow') {
        try {
          return [{ json: { key: ctx.idempotencyKey.length } }];
        } catch {
          return [{ json: { key: 'none' } }];
        }
      }
      if (how === 'later') return Promise.resolve([{ json: { later: true } }]);
      if (how === 'invalid') return [{ wrong: true } as never];
      if (how === 'nothing') return [];
      return ctx.items.map(({ json }) => ({ json: { ...json, odd: how } }));
    },
  };
}

function open() {
  const clock = createFakeClock();
  const world = new EngineWorld(clock);
  const calls = { count: 0 };
  world.nodes.push(createOddNode(calls));
  const store = new CrashingStore(world.store);
  const engine = world.createEngine(store);
  const begin = (
    definition: WorkflowDefinition,
    items: readonly object[],
    mode: 'api' | 'manual' = 'api',
  ) => ({
    projectId: world.projectId,
    version: world.addVersion(definition),
    triggerNodeId: 'start',
    items: items.map((json) => ({ json: json as never })),
    mode,
  });
  /** What the general engine makes of it: a start that is committed before its first step. */
  const runInGeneral = async (request: ReturnType<typeof begin>): Promise<Awaited> => {
    const { executionId } = await engine.start(request);
    return engine.awaitFinished(executionId);
  };
  return { begin, calls, clock, engine, runInGeneral, store, world };
}

/** Without what differs between two executions of the same. */
function compare(records: readonly JournalRecord[]) {
  return records.map((record) => ({ ...record, ...('worker' in record ? { worker: 'w' } : {}) }));
}

const kinds: readonly (() => NodeInput)[] = [
  () => 'pass',
  () => ({
    type: 'pass',
    parameters: { add: { sum: '{{ $json.n + 1 }}', all: '{{ $input.all().length }}' } },
  }),
  () => ({ type: 'pass', parameters: { add: { at: '{{ $now.toMillis() }}', by: '{{ $workflow.name }}' } } }),
  () => ({ type: 'branch', parameters: { when: '{{ $json.n > 2 }}' } }),
  () => ({ type: 'branch', parameters: { when: true } }),
  () => 'join',
  () => 'respond',
  () => ({ type: 'odd', parameters: { how: 'nothing' } }),
  () => ({ type: 'odd', parameters: { how: '{{ $json.n }}' } }),
];

/** Any graph without loops, of nodes that a straight run can run; some of it hangs on nothing, or on another trigger. */
function generateGraph(random: Random): WorkflowDefinition {
  const nodes: Record<string, NodeInput> = { start: 'start', other: 'start' };
  const edges: string[] = [];
  const count = random.between(1, 9);
  for (let index = 0; index < count; index++) {
    const id = `n${index}`;
    const node = random.pick(kinds)();
    nodes[id] = node;
    const inputs = node === 'join' ? ['', ':second'] : [''];
    const known = Object.keys(nodes).slice(0, -1);
    for (const input of inputs) {
      for (let more = random.between(random.chance(0.1) ? 0 : 1, 2); more > 0; more--) {
        const from = random.chance(0.7) ? known.at(-1)! : random.pick(known);
        const isBranch = (nodes[from] as { type?: string }).type === 'branch';
        const edge = `${from}${isBranch ? random.pick(['.true', '.false']) : ''}>${id}${input}`;
        if (!edges.includes(edge)) edges.push(edge);
      }
    }
  }
  return define(nodes, edges.join(','));
}

describe('a straight run', () => {
  it('writes and gives what the general engine does, for any graph of pure steps', async () => {
    const random = new Random(20_261_122);
    let skipped = 0;
    let answered = 0;
    for (let round = 0; round < 400; round++) {
      const { begin, engine, runInGeneral, store, world } = open();
      const items = Array.from({ length: random.between(0, 3) }, () => ({ n: random.below(6) }));
      const request = begin(generateGraph(random), items);
      const straight = await engine.startAndAwait(request, { until: 'finished' });
      expect(store.writes).toBe(1);
      const general = await runInGeneral(request);
      const [records, expected] = [
        await world.records(straight.executionId),
        await world.records(general.executionId),
      ];
      const about = `round ${round}`;
      expect(compare(records), about).toEqual(compare(expected));
      expect(JSON.stringify(compare(records)), about).toBe(JSON.stringify(compare(expected)));
      expect({ ...straight, executionId: '' }, about).toEqual({ ...general, executionId: '' });
      if (records.some(({ type }) => type === 'step-skipped')) skipped += 1;
      if (straight.response) answered += 1;
    }
    expect(skipped).toBeGreaterThan(50);
    expect(answered).toBeGreaterThan(30);
  });

  it('is one write, whose answer the caller gets after its commit', async () => {
    const { begin, engine, store, world } = open();
    const held = Promise.withResolvers<void>();
    const write = store.write.bind(store);
    store.write = async (journal) => {
      await held.promise;
      return write(journal);
    };
    let answer: Awaited | undefined;
    const awaited = engine
      .startAndAwait(begin(define({ start: 'start', answer: 'respond' }, 'start>answer'), [{ n: 1 }]), {
        until: 'response',
      })
      .then((given) => {
        answer = given;
      });
    await new Promise((resolve) => setImmediate(resolve));
    expect(answer).toBeUndefined();
    expect(engine.active).toBe(1);
    held.resolve();
    await awaited;
    expect(answer).toMatchObject({
      status: 'succeeded',
      response: { status: 200, body: { value: { n: 1 } } },
    });
    expect(engine.active).toBe(0);
    expect(await world.store.readOutcome(answer!.executionId)).toMatchObject({ status: 'succeeded' });
  });

  it.each([
    ['a failure', 'throw', 'failed'],
    ['a result that is none', 'invalid', 'failed'],
    ['a line of its log', 'log', 'succeeded'],
    ['a signal', 'signal', 'succeeded'],
    ['a key', 'key', 'succeeded'],
    ['a refusal that the node catches', 'swallow', 'succeeded'],
    ['a promise', 'later', 'succeeded'],
  ])('leaves %s to the general engine, which begins anew', async (_, how, status) => {
    const { begin, calls, engine, runInGeneral, world } = open();
    const request = begin(
      define({ start: 'start', odd: { type: 'odd', parameters: { how } } }, 'start>odd'),
      [{}],
    );
    const straight = await engine.startAndAwait(request, { until: 'finished' });
    expect(calls.count).toBe(2);
    const general = await runInGeneral(request);
    expect(straight.status).toBe(status);
    expect({ ...straight, executionId: '' }).toEqual({ ...general, executionId: '' });
    expect(compare(await world.records(straight.executionId))).toEqual(
      compare(await world.records(general.executionId)),
    );
  });

  it('leaves what refers to other steps, and to links, to the general engine', async () => {
    for (const template of ["{{ $('a').first().json.n }}", '{{ $execution.id }}', '{{ $prevNode.name }}']) {
      const { begin, engine, runInGeneral } = open();
      const definition = define(
        { start: 'start', a: 'pass', b: { type: 'pass', parameters: { add: { seen: template } } } },
        'start>a,a>b',
      );
      const request = begin(definition, [{ n: 7 }]);
      const straight = await engine.startAndAwait(request, { until: 'finished' });
      const general = await runInGeneral(request);
      expect(straight.status).toBe('succeeded');
      if (!template.includes('$execution')) expect(straight.items).toEqual(general.items);
      expect(straight.items?.[0]?.json.seen).toBeTruthy();
    }
  });

  it('is tried no more where it comes to nothing', async () => {
    const { begin, calls, engine } = open();
    const runTwenty = async (how: string) => {
      const odd = { type: 'odd', parameters: { how } };
      const request = begin(define({ start: 'start', odd }, 'start>odd'), [{}]);
      calls.count = 0;
      for (let run = 0; run < 20; run++) await engine.startAndAwait(request, { until: 'finished' });
      return calls.count;
    };
    // What is asked for once is asked for each time; a failure may be of the items.
    expect(await runTwenty('key')).toBe(21);
    expect(await runTwenty('throw')).toBe(29);
    expect(await runTwenty('fine')).toBe(20);
  });

  it('that the store refuses has not been', async () => {
    const outcomes: (WriteResult | Error)[] = [{ outcome: 'fenced' }, new Error('gone')];
    for (const outcome of outcomes) {
      const { begin, engine, store } = open();
      store.write = async () => {
        if (outcome instanceof Error) throw outcome;
        return outcome;
      };
      const request = begin(define({ start: 'start', a: 'pass' }, 'start>a'), [{}]);
      await expect(engine.startAndAwait(request, { until: 'finished' })).rejects.toMatchObject({
        code: 'ENGINE_STOPPING',
      });
      expect(engine.active).toBe(0);
    }
  });

  it('is there for those who wait for the end of the execution', async () => {
    const { begin, engine, store, world } = open();
    const write = store.write.bind(store);
    const seen: Promise<Awaited>[] = [];
    store.write = async (journal) => {
      const result = await write(journal);
      seen.push(engine.awaitFinished(journal.executionId));
      return result;
    };
    const request = begin(define({ start: 'start', a: 'pass' }, 'start>a'), [{ n: 1 }]);
    const { executionId, items } = await engine.startAndAwait(request, { until: 'finished' });
    expect(await seen[0]).toMatchObject({ executionId, status: 'succeeded', items });
    expect(await world.store.readOutcome(executionId)).toMatchObject({ status: 'succeeded' });
  });

  it('ends before a worker that stops', async () => {
    const { begin, engine, store } = open();
    const held = Promise.withResolvers<void>();
    const write = store.write.bind(store);
    store.write = async (journal) => {
      await held.promise;
      return write(journal);
    };
    const ended = engine.startAndAwait(begin(define({ start: 'start', a: 'pass' }, 'start>a'), [{}]), {
      until: 'finished',
    });
    let drained = false;
    const drain = engine.drain(60_000).then(() => {
      drained = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(drained).toBe(false);
    held.resolve();
    expect((await ended).status).toBe('succeeded');
    await drain;
  });
});

describe('the plan of a straight run', () => {
  const plan = (nodes: Record<string, NodeInput>, edges: string, settings = {}) => {
    const { world } = open();
    const version = world.addVersion(define(nodes, edges, settings));
    return planStraight(compileWorkflow(version, world.nodeTypes), 'start');
  };

  it('is there for pure steps only, whatever else is in the graph', () => {
    expect(plan({ start: 'start', a: 'pass' }, 'start>a')).toBeDefined();
    expect(plan({ start: 'start', a: 'effect' }, 'start>a')).toBeUndefined();
    expect(plan({ start: 'start', a: 'pass', b: 'effect' }, 'start>a')).toBeDefined();
    expect(plan({ start: 'start', a: 'pass', b: 'effect' }, 'start>a,a>b')).toBeUndefined();
    expect(
      plan({ start: 'start', a: { type: 'program', parameters: { source: 'x' } } }, 'start>a'),
    ).toBeUndefined();
    expect(plan({ start: 'start', a: 'loop', b: 'pass' }, 'start>a,a.loop>b,b>a')).toBeUndefined();
  });

  it.each([{ timeoutMs: 1_000 }, { executeOnce: true }, { continueEmpty: true }])(
    'is not there for a step with %o',
    (settings) => {
      expect(plan({ start: 'start', a: { type: 'pass', settings } }, 'start>a')).toBeUndefined();
    },
  );

  it.each([
    { durability: 'full' },
    { durability: 'none' },
    { executionOrder: 'sequential' },
    { timeoutMs: 1_000 },
  ])('is not there for a workflow with %o', (settings) => {
    expect(plan({ start: 'start', a: 'pass' }, 'start>a', settings)).toBeUndefined();
  });

  it('is not there for a disabled step', () => {
    expect(plan({ start: 'start', a: { type: 'pass', disabled: true } }, 'start>a')).toBeUndefined();
  });

  it('leaves pinned data of manual runs to the general engine', async () => {
    const { begin, engine } = open();
    const definition = define({ start: 'start', a: 'pass' }, 'start>a');
    definition.nodes[1]!.pinned = [{ json: { pinned: true } }];
    const run = async (mode: 'api' | 'manual') =>
      (await engine.startAndAwait(begin(definition, [{ n: 1 }], mode), { until: 'finished' })).items;
    expect(await run('manual')).toMatchObject([{ json: { pinned: true } }]);
    expect(await run('api')).toMatchObject([{ json: { n: 1 } }]);
  });
});
