/**
 * Crash points, enumerated: a workflow is run once without a crash to count its journal writes; then once more for each
 * write, cut off before it and after it, and taken over by another engine. The end must be the same, no effect that was
 * journaled may run again, and only what was in flight may run twice, under the same key.
 */
import { createFakeClock, type FakeClock } from '@navette/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CrashingStore, define, EngineWorld } from './testing/engine-world.ts';

type Definition = ReturnType<typeof define>;

interface Outcome {
  status: string;
  items: unknown;
  effects: { key: string; node: string }[];
  writes: number;
  crashed: boolean;
  records: { type: string; path?: string; item?: number }[];
}

async function settle(clock: FakeClock): Promise<void> {
  for (let i = 0; i < 60; i++) await clock.advance(500);
}

async function runWithCrash(
  definition: Definition,
  items: object[],
  crashAt?: { write: number; when: 'before' | 'after' },
): Promise<Outcome> {
  const clock = createFakeClock();
  const world = new EngineWorld(clock);
  const store = new CrashingStore(world.store, crashAt);
  const first = world.createEngine(store);
  const version = world.addVersion(definition);
  const request = {
    projectId: world.projectId,
    version,
    triggerNodeId: 'start',
    items: items.map((json) => ({ json: json as never })),
    mode: 'api' as const,
  };
  let accepted = false;
  void first.start(request).then(() => {
    accepted = true;
  });
  await settle(clock);
  const crashed = crashAt !== undefined && store.writes >= crashAt.write;
  let engine = first;
  if (crashed) {
    store.crash();
    world.store.buryWorker(first.workerId);
    engine = world.createEngine();
    await engine.claim();
    await settle(clock);
  }
  const row = world.store.list()[0];
  if (!row) {
    // Nothing was promised, so nothing may have happened.
    expect(accepted).toBe(false);
    expect(world.effects).toEqual([]);
    return { status: 'never accepted', items: [], effects: [], writes: store.writes, crashed, records: [] };
  }
  const records = await world.records(row.id);
  const end = await engine.awaitFinished(row.id);
  return {
    status: row.status,
    items: end.items?.map((item) => item.json),
    effects: world.effects.map(({ key, node }) => ({ key, node })),
    writes: store.writes,
    crashed,
    records: records as never,
  };
}

function assertSameEnd(calm: Outcome, stormy: Outcome, where: string): void {
  if (stormy.status === 'never accepted') return;
  expect({ where, status: stormy.status, items: stormy.items }).toEqual({
    where,
    status: calm.status,
    items: calm.items,
  });
  const count = (list: { key: string; node: string }[]) => Map.groupBy(list, (effect) => effect.key);
  const calmKeys = [...count(calm.effects).values()].map((list) => list[0]!.node).sort();
  const stormyGroups = count(stormy.effects);
  expect([...stormyGroups.values()].map((list) => list[0]!.node).sort()).toEqual(calmKeys);
  for (const path of new Set(stormy.records.map((record) => record.path))) {
    const done = stormy.records.filter((record) => record.type === 'step-completed' && record.path === path);
    expect({ where, path, completed: done.length }).toEqual({
      where,
      path,
      completed: Math.min(1, done.length),
    });
  }
}

async function crashEverywhere(definition: Definition, items: object[], inFlight: number): Promise<number> {
  const calm = await runWithCrash(definition, items);
  for (let write = 1; write <= calm.writes; write++) {
    for (const when of ['before', 'after'] as const) {
      const stormy = await runWithCrash(definition, items, { write, when });
      const where = `${when} write ${write} of ${calm.writes}`;
      expect({ where, crashed: stormy.crashed }).toEqual({ where, crashed: true });
      assertSameEnd(calm, stormy, where);
      if (stormy.status === 'never accepted') continue;
      const repeated = stormy.effects.length - calm.effects.length;
      expect({ where, tooMany: repeated > inFlight }).toEqual({ where, tooMany: false });
    }
  }
  return calm.writes;
}

describe('a crash at every journal write', () => {
  it('of a chain of effects repeats at most the one in flight', async () => {
    const nodes = { start: 'start', a: 'effect', p: 'pass', b: 'effect', c: 'effect' };
    const writes = await crashEverywhere(define(nodes, 'start>a,a>p,p>b,b>c'), [{ n: 1 }], 1);
    expect(writes).toBeGreaterThanOrEqual(4);
  });

  it('of a step with several items repeats at most the item in flight', async () => {
    const definition = define({ start: 'start', a: 'effect', b: 'effect' }, 'start>a,a>b');
    const writes = await crashEverywhere(definition, [{ n: 1 }, { n: 2 }, { n: 3 }], 1);
    expect(writes).toBeGreaterThanOrEqual(7);
  });

  it('of two branches repeats at most one effect of each', async () => {
    const nodes = { start: 'start', a: 'effect', b: 'effect', j: 'join', c: 'effect' };
    await crashEverywhere(define(nodes, 'start>a,start>b,a>j,b>j:second,j>c'), [{ n: 1 }], 2);
  });

  it('between attempts goes on counting', async () => {
    const retry = { maxAttempts: 3, delayMs: 1_000, jitter: 0 };
    const a = { type: 'effect', parameters: { failTimes: 2 }, settings: { retry } };
    await crashEverywhere(define({ start: 'start', a, b: 'effect' }, 'start>a,a>b'), [{ n: 1 }], 1);
  });

  it('around short and long waits still waits once', async () => {
    const nap = { type: 'nap', parameters: { ms: 1_000 } };
    await crashEverywhere(
      define({ start: 'start', a: 'effect', w: nap, b: 'effect' }, 'start>a,a>w,w>b'),
      [{ n: 1 }],
      1,
    );
  });

  it('with full durability also keeps pure steps', async () => {
    const nodes = { start: 'start', p: 'pass', q: 'pass', b: 'effect' };
    const full = await crashEverywhere(
      define(nodes, 'start>p,p>q,q>b', { durability: 'full' }),
      [{ n: 1 }],
      1,
    );
    const effects = await crashEverywhere(define(nodes, 'start>p,p>q,q>b'), [{ n: 1 }], 1);
    expect(full).toBeGreaterThan(effects);
  });

  it('fails an interrupted effect instead when the node says so', async () => {
    const a = { type: 'effect', settings: { afterCrash: 'fail' }, parameters: { tookMs: 100 } };
    const definition = define({ start: 'start', a }, 'start>a');
    const calm = await runWithCrash(definition, [{}]);
    expect(calm.status).toBe('succeeded');
    const outcomes = new Set<string>();
    for (let write = 1; write <= calm.writes; write++) {
      const stormy = await runWithCrash(definition, [{}], { write, when: 'after' });
      outcomes.add(stormy.status);
      expect(stormy.effects.length).toBeLessThanOrEqual(1);
    }
    expect(outcomes).toContain('failed');
  });

  it('ends random graphs as they end without a crash', async () => {
    const graph = fc.record({
      kinds: fc.array(fc.constantFrom('pass', 'effect', 'branch', 'join'), { minLength: 2, maxLength: 8 }),
      links: fc.array(fc.tuple(fc.nat(), fc.nat(), fc.boolean()), { minLength: 2, maxLength: 14 }),
      items: fc.integer({ min: 1, max: 3 }),
      write: fc.integer({ min: 1, max: 12 }),
      when: fc.constantFrom('before' as const, 'after' as const),
    });
    await fc.assert(
      fc.asyncProperty(graph, async ({ kinds, links, items, write, when }) => {
        const definition = randomDefinition(kinds, links);
        const input = Array.from({ length: items }, (_, n) => ({ n }));
        const calm = await runWithCrash(definition, input);
        const stormy = await runWithCrash(definition, input, { write, when });
        if (stormy.crashed) assertSameEnd(calm, stormy, `${when} write ${write}`);
      }),
      { numRuns: 60 },
    );
  });
});

/** Edges go from lower to higher numbers, so that there is no circle; every node has a way in. */
function randomDefinition(kinds: string[], links: [number, number, boolean][]): Definition {
  const nodes: Record<string, string | { type: string; parameters: Record<string, unknown> }> = {
    start: 'start',
  };
  kinds.forEach((kind, index) => {
    nodes[`n${index}`] =
      kind === 'branch' ? { type: 'branch', parameters: { when: '{{ $json.n % 2 === 0 }}' } } : kind;
  });
  const ids = Object.keys(nodes);
  const edges = new Set<string>();
  const port = (from: number, flag: boolean) =>
    from > 0 && kinds[from - 1] === 'branch' ? (flag ? '.true' : '.false') : '';
  const entry = (to: number, flag: boolean) => (kinds[to - 1] === 'join' && flag ? ':second' : '');
  for (const [a, b, flag] of links) {
    const to = 1 + (b % kinds.length);
    const from = a % to;
    edges.add(`${ids[from]}${port(from, flag)}>${ids[to]}${entry(to, flag)}`);
  }
  return define(nodes, [...edges].join(','));
}
