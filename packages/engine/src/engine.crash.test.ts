/** Crash points, enumerated (see testing/crash-run.ts): graphs without loops. */

import type { WorkflowDefinition } from '@navette/contracts';
import { failOnUnheardRejections } from '@navette/testing';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { assertSameEnd, crashEverywhere, runWithCrash } from './testing/crash-run.ts';
import { define } from './testing/engine-world.ts';

failOnUnheardRejections(afterAll);

describe('a crash at every journal write', () => {
  it('of a chain of effects repeats at most the one in flight', async () => {
    const nodes = { start: 'start', a: 'effect', p: 'pass', b: 'effect', c: 'effect' };
    const writes = await crashEverywhere(
      { definition: define(nodes, 'start>a,a>p,p>b,b>c'), items: [{ n: 1 }] },
      1,
    );
    expect(writes).toBeGreaterThanOrEqual(4);
  });

  it('of a step with several items repeats at most the item in flight', async () => {
    const definition = define({ start: 'start', a: 'effect', b: 'effect' }, 'start>a,a>b');
    const writes = await crashEverywhere({ definition, items: [{ n: 1 }, { n: 2 }, { n: 3 }] }, 1);
    expect(writes).toBeGreaterThanOrEqual(7);
  });

  it('of two branches repeats at most one effect of each', async () => {
    const nodes = { start: 'start', a: 'effect', b: 'effect', j: 'join', c: 'effect' };
    const definition = define(nodes, 'start>a,start>b,a>j,b>j:second,j>c');
    await crashEverywhere({ definition, items: [{ n: 1 }] }, 2);
  });

  it('between attempts goes on counting', async () => {
    const retry = { maxAttempts: 3, delayMs: 1_000, jitter: 0 };
    const a = { type: 'effect', parameters: { failTimes: 2 }, settings: { retry } };
    const definition = define({ start: 'start', a, b: 'effect' }, 'start>a,a>b');
    await crashEverywhere({ definition, items: [{ n: 1 }] }, 1);
  });

  it('around short and long waits still waits once', async () => {
    const nap = { type: 'nap', parameters: { ms: 1_000 } };
    const definition = define({ start: 'start', a: 'effect', w: nap, b: 'effect' }, 'start>a,a>w,w>b');
    await crashEverywhere({ definition, items: [{ n: 1 }] }, 1);
  });

  it('with full durability also keeps pure steps', async () => {
    const nodes = { start: 'start', p: 'pass', q: 'pass', b: 'effect' };
    const countWrites = (settings: object) =>
      crashEverywhere(
        { definition: define(nodes, 'start>p,p>q,q>b', { ...settings }), items: [{ n: 1 }] },
        1,
      );
    const full = await countWrites({ durability: 'full' });
    const effects = await countWrites({});
    expect(full).toBeGreaterThan(effects);
  });

  it('fails an interrupted effect instead when the node says so', async () => {
    const a = { type: 'effect', settings: { afterCrash: 'fail' }, parameters: { tookMs: 100 } };
    const definition = define({ start: 'start', a }, 'start>a');
    const calm = await runWithCrash({ definition, items: [{}] });
    expect(calm.status).toBe('succeeded');
    const outcomes = new Set<string>();
    for (let write = 1; write <= calm.writes; write++) {
      const stormy = await runWithCrash({ definition, items: [{}] }, { write, when: 'after' });
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
        const program = { definition, items: Array.from({ length: items }, (_, n) => ({ n })) };
        const calm = await runWithCrash(program);
        const stormy = await runWithCrash(program, { write, when });
        if (stormy.crashed) assertSameEnd(calm, stormy, `${when} write ${write}`);
      }),
      { numRuns: 60 },
    );
  });
});

/** Edges go from lower to higher numbers, so that there is no circle; every node has a way in. */
function randomDefinition(kinds: string[], links: [number, number, boolean][]): WorkflowDefinition {
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
