/** Crash points, enumerated (see testing/crash-run.ts): loops, items side by side, loops in loops, waits and calls in them. */

import type { WorkflowDefinition } from '@navette/contracts';
import { failOnUnheardRejections } from '@navette/testing';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { assertSameEnd, crashEverywhere, runWithCrash } from './testing/crash-run.ts';
import { define } from './testing/engine-world.ts';

failOnUnheardRejections(afterAll);

const numbers = (count: number) => Array.from({ length: count }, (_, n) => ({ n }));

describe('a crash at every journal write', () => {
  it('of a loop in batches repeats at most the effect in flight', async () => {
    const nodes = {
      start: 'start',
      l: { type: 'loop', parameters: { size: 2 } },
      p: 'pass',
      a: 'effect',
      z: 'effect',
    };
    const definition = define(nodes, 'start>l, l.loop>p, p>a, a>l, l.done>z');
    expect(await crashEverywhere({ definition, items: numbers(3) }, 1)).toBeGreaterThan(5);
  });

  it('of a loop by condition makes the same passes', async () => {
    const until = '{{ $json.a >= $json.n }}';
    const a = { type: 'effect', parameters: { value: '{{ ($json.a ?? 0) + 1 }}' } };
    const definition = define(
      { start: 'start', l: { type: 'loop', parameters: { until } }, a, z: 'effect' },
      'start>l, l.loop>a, a>l, l.done>z',
    );
    await crashEverywhere({ definition, items: [{ n: 3 }, { n: 1 }] }, 1);
  });

  it('of items side by side repeats at most those in flight', async () => {
    const l = { type: 'each', parameters: { window: 3 } };
    const definition = define(
      { start: 'start', l, a: 'effect', p: 'pass', b: 'effect', z: 'effect' },
      'start>l, l.item>a, a>p, p>b, b>l, l.done>z',
    );
    await crashEverywhere({ definition, items: numbers(5) }, 3);
  });

  it('of items that fail, are tried again and are let pass', async () => {
    const retry = { maxAttempts: 2, delayMs: 1_000, jitter: 0 };
    for (const onFailure of ['continue', 'collect']) {
      const definition = define(
        {
          start: 'start',
          l: { type: 'each', parameters: { window: 2, onFailure }, settings: { onError: 'continue' } },
          a: { type: 'effect', parameters: { failTimes: 9, failOn: 1 }, settings: { retry } },
          z: 'effect',
        },
        'start>l, l.item>a, a>l, l.done>z',
      );
      // A try that a crash cut off is a try more of the item that fails.
      await crashEverywhere({ definition, items: numbers(3) }, 2);
    }
  });

  it('of a loop in a loop in a loop', async () => {
    const definition = define(
      {
        start: 'start',
        each: { type: 'each', parameters: { window: 2, size: 2 } },
        outer: 'loop',
        inner: { type: 'loop', parameters: { while: '{{ $runIndex < 2 }}' } },
        a: 'effect',
        b: { type: 'branch', parameters: { when: '{{ $json.n !== 1 }}' } },
        c: 'effect',
      },
      'start>each, each.item>outer, outer.loop>inner, inner.loop>a, a>inner, inner.done>b, b.true>c, c>outer, b.false>outer, outer.done>each',
    );
    await crashEverywhere({ definition, items: numbers(3) }, 2);
  });

  it('of items that wait, each as long as it says', async () => {
    const w = { type: 'nap', parameters: { ms: '{{ 1000 + $json.n * 2000 }}' } };
    const l = { type: 'each', parameters: { window: 2 } };
    const definition = define({ start: 'start', l, w, a: 'effect' }, 'start>l, l.item>w, w>a, a>l');
    await crashEverywhere({ definition, items: numbers(3) }, 2);
  });

  it('of items that call a workflow', async () => {
    const called = {
      workflowId: '0193a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b',
      definition: define({ in: 'called', e: { type: 'effect', parameters: { tookMs: 700 } } }, 'in>e'),
    };
    const call = {
      type: 'call',
      parameters: { workflowId: `wfl_${called.workflowId.replaceAll('-', '')}` },
    };
    const l = { type: 'each', parameters: { window: 2 } };
    const definition = define(
      { start: 'start', l, call, z: 'effect' },
      'start>l, l.item>call, call>l, l.done>z',
    );
    await crashEverywhere({ definition, items: numbers(3), called: [called] }, 2);
  });

  it('of items of one step side by side', async () => {
    const a = { type: 'effect', settings: { concurrency: 3 } };
    const definition = define({ start: 'start', a, b: 'effect' }, 'start>a,a>b');
    await crashEverywhere({ definition, items: numbers(5) }, 3);
  });

  it('fails only those items that were interrupted when the node says so', async () => {
    const settings = { afterCrash: 'fail', onError: 'continue', concurrency: 2 };
    const a = { type: 'effect', settings, parameters: { tookMs: 100 } };
    const program = { definition: define({ start: 'start', a }, 'start>a'), items: numbers(4) };
    const calm = await runWithCrash(program);
    let interrupted = 0;
    for (let write = 1; write <= calm.writes; write++) {
      const stormy = await runWithCrash(program, { write, when: 'after' });
      expect(stormy.status).toBe('succeeded');
      const items = stormy.items as { a?: string; error?: { code: string } }[];
      const failed = items.filter((item) => item.error?.code === 'STEP_INTERRUPTED');
      interrupted = Math.max(interrupted, failed.length);
      expect(items.filter((item) => item.a === 'done')).toHaveLength(4 - failed.length);
      expect(stormy.effects.length).toBeLessThanOrEqual(4);
    }
    expect(interrupted).toBe(2);
  });
});

describe('a crash somewhere', () => {
  const settings = {
    items: fc.integer({ min: 1, max: 4 }),
    write: fc.integer({ min: 1, max: 25 }),
    when: fc.constantFrom('before' as const, 'after' as const),
    executionOrder: fc.constantFrom('parallel', 'parallel', 'sequential'),
    durability: fc.constantFrom('effects', 'effects', 'full'),
  };

  it('lets random loops in loops end as they end without', async () => {
    const program = fc.record({
      body: fc.array(blockArbitrary(2), { minLength: 1, maxLength: 3 }),
      ...settings,
    });
    await fc.assert(
      fc.asyncProperty(program, async ({ body, items, write, when, executionOrder, durability }) => {
        const definition = defineBlocks(body, { executionOrder, durability });
        const run = { definition, items: numbers(items) };
        const calm = await runWithCrash(run);
        const stormy = await runWithCrash(run, { write, when });
        if (stormy.crashed) assertSameEnd(calm, stormy, `${when} write ${write}`);
      }),
      { numRuns: 60 },
    );
  });
});

/** A piece of a graph with one way in and one out. */
type Block =
  | { kind: 'pass' | 'effect' | 'nap' | 'flaky' }
  | { kind: 'split'; left: Block[]; right: Block[] }
  | { kind: 'loop' | 'each' | 'until'; size: number; body: Block[] };

function blockArbitrary(depth: number): fc.Arbitrary<Block> {
  const simple = fc.record({ kind: fc.constantFrom('pass', 'effect', 'effect', 'nap', 'flaky') });
  if (depth === 0) return simple as fc.Arbitrary<Block>;
  const inner = fc.array(blockArbitrary(depth - 1), { minLength: 1, maxLength: 2 });
  return fc.oneof(
    { weight: 2, arbitrary: simple },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('split'), left: inner, right: inner }) },
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constantFrom('loop', 'each', 'until'),
        size: fc.integer({ min: 1, max: 2 }),
        body: inner,
      }),
    },
  ) as fc.Arbitrary<Block>;
}

function defineBlocks(blocks: readonly Block[], settings: Record<string, unknown>): WorkflowDefinition {
  const nodes: Parameters<typeof define>[0] = { start: 'start' };
  const edges: string[] = [];
  const add = (type: string, parameters = {}, more = {}): string => {
    const id = `n${Object.keys(nodes).length}`;
    nodes[id] = { type, parameters, ...more };
    return id;
  };
  /** Gives the ends to go on from. */
  const addAll = (list: readonly Block[], from: readonly string[]): string[] => {
    let ends = [...from];
    for (const block of list) ends = addBlock(block, ends);
    return ends;
  };
  const addBlock = (block: Block, from: readonly string[]): string[] => {
    const id = addNode(block);
    edges.push(...from.map((end) => `${end}>${id}`));
    if (block.kind === 'split')
      return [...addAll(block.left, [`${id}.true`]), ...addAll(block.right, [`${id}.false`])];
    if (!('body' in block)) return [id];
    const port = block.kind === 'each' ? 'item' : 'loop';
    edges.push(...addAll(block.body, [`${id}.${port}`]).map((end) => `${end}>${id}`));
    return [`${id}.done`];
  };
  const addNode = (block: Block): string => {
    switch (block.kind) {
      case 'nap':
        return add('nap', { ms: '{{ 400 + ($json.n ?? 0) * 900 }}' });
      case 'flaky':
        return add(
          'effect',
          { failTimes: 1, failOn: 1 },
          { settings: { retry: { maxAttempts: 3, delayMs: 300, jitter: 0 } } },
        );
      case 'split':
        return add('branch', { when: '{{ $json.n % 2 === 0 }}' });
      case 'loop':
        return add('loop', { size: block.size });
      case 'each':
        return add('each', { size: block.size, window: 2 });
      case 'until':
        return add('loop', { until: '{{ $runIndex > ($json.n ?? 0) % 3 }}' });
      default:
        return add(block.kind);
    }
  };
  addAll(blocks, ['start']);
  return define(nodes, edges.join(','), settings);
}
