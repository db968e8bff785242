/** Crash points of steps that ask what became of them, enumerated (see testing/crash-run.ts). */
import type { DoubtOutcome } from '@navette/contracts';
import { isTerminal } from '@navette/contracts';
import { describe, expect, it } from 'vitest';
import { listDoubts } from './simulation/list-doubts.ts';
import { type CrashProgram, crashEverywhere, runWithCrash } from './testing/crash-run.ts';
import { define, type EngineWorld } from './testing/engine-world.ts';

const person = { kind: 'user', id: 'usr_1', name: 'Ada' } as const;

/** Somebody who answers every question, each in the same way. */
function answering(choose: (world: EngineWorld, key: string) => DoubtOutcome) {
  return async (world: EngineWorld) => {
    for (const row of world.store.list()) {
      if (isTerminal(row.status)) continue;
      for (const { path, question, effects } of listDoubts(await world.records(row.id))) {
        const outcomes = effects.map(({ key, ...of }) => {
          const outcome = choose(world, key);
          const effect = world.effects.find((one) => one.key === key);
          const items = effect && [{ json: { ...(effect.item as object), [effect.node]: 'done' } }];
          return { ...of, outcome, ...(outcome === 'done' && items ? { items } : {}) };
        });
        const result = await world.store.deliver({
          id: `${row.id} ${path} ${question}`,
          projectId: row.projectId,
          to: { executionId: row.id },
          channel: `doubt:${question}:${path}`,
          once: true,
          body: { kind: 'resolution', resolution: { by: person, comment: '', outcomes } },
          idempotencyKey: null,
        });
        if (result.outcome === 'delivered') world.engineClaim([row.id]);
      }
    }
  };
}

/** They look whether it took place. */
const knowing = answering((world, key) => (world.effects.some((one) => one.key === key) ? 'done' : 'retry'));

const ask = (settings: object = {}) => ({ type: 'effect', settings: { afterCrash: 'ask', ...settings } });
const numbers = (count: number) => Array.from({ length: count }, (_, n) => ({ n }));
const programs: Record<string, Omit<CrashProgram, 'outside'>> = {
  'a chain': {
    definition: define({ start: 'start', a: ask(), p: 'pass', b: ask() }, 'start>a,a>p,p>b'),
    items: numbers(1),
  },
  'items one after the other': {
    definition: define({ start: 'start', a: ask(), b: ask() }, 'start>a,a>b'),
    items: numbers(3),
  },
  'items side by side': {
    definition: define({ start: 'start', a: ask({ concurrency: 3 }) }, 'start>a'),
    items: numbers(5),
  },
  'two branches': {
    definition: define(
      { start: 'start', a: ask(), b: ask(), j: 'join', c: ask() },
      'start>a,start>b,a>j,b>j:second,j>c',
    ),
    items: numbers(1),
  },
  'passes side by side': {
    definition: define(
      { start: 'start', each: 'each', a: ask(), b: ask() },
      'start>each,each.item>a,a>b,b>each',
    ),
    items: numbers(4),
  },
};

describe('a crash at every journal write', () => {
  it.each(Object.entries(programs))('of %s repeats nothing when somebody looks', async (_name, program) => {
    expect(await crashEverywhere({ ...program, outside: knowing }, 0)).toBeGreaterThan(2);
  });

  it.each(Object.entries(programs))(
    'of %s repeats nothing that nobody has asked for',
    async (_name, program) => {
      let calls = 0;
      const calm = await runWithCrash(program);
      for (let write = 1; write <= calm.writes; write++) {
        for (const when of ['before', 'after'] as const) {
          let asked = 0;
          const outside = answering(() => {
            asked += 1;
            return 'retry';
          });
          const stormy = await runWithCrash({ ...program, outside }, { write, when });
          if (stormy.status === 'never accepted') continue;
          const repeated = stormy.effects.length - calm.effects.length;
          expect({ write, when, status: stormy.status, doubled: stormy.doubled }).toEqual({
            ...{ write, when },
            ...{ status: 'succeeded', doubled: [] },
          });
          expect(repeated).toBeLessThanOrEqual(asked);
          calls += repeated;
        }
      }
      expect(calls).toBeGreaterThan(0);
    },
  );

  it('leaves whatever is in doubt alone as long as nobody answers', async () => {
    const { definition, items } = programs['a chain']!;
    const calm = await runWithCrash({ definition, items });
    let parked = 0;
    for (let write = 1; write <= calm.writes; write++) {
      for (const when of ['before', 'after'] as const) {
        const outside = async (world: EngineWorld) => {
          const [row] = world.store.list();
          if (row?.status !== 'waiting') return;
          const keys = world.effects.map(({ key }) => key);
          expect(new Set(keys).size).toBe(keys.length);
          parked += 1;
          // What is left is cut short: they give up waiting.
          await world.store.requestCancel(row.projectId, row.id);
        };
        const stormy = await runWithCrash({ definition, items, outside }, { write, when });
        expect(['succeeded', 'cancelled', 'never accepted']).toContain(stormy.status);
      }
    }
    expect(parked).toBeGreaterThan(1);
  });
});
