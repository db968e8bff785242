/** Crash points of programs, enumerated and by chance (see testing/crash-run.ts): no call that has ended is made again. */
import { createUuid, type Json, type JsonObject } from '@navette/kit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assertSameEnd, type CrashProgram, crashEverywhere, runWithCrash } from '../testing/crash-run.ts';
import { define, type EngineWorld } from '../testing/engine-world.ts';
import type { TestContext, TestProgram } from '../testing/trusted-programs.ts';

const nodes = { start: 'start', p: { type: 'program', parameters: { source: 'it' } }, z: 'effect' };

function programOf(run: TestProgram, more: Partial<CrashProgram> = {}): CrashProgram {
  return {
    definition: define(nodes, 'start>p, p>z'),
    items: [{ n: 1 }],
    programs: new Map([['it', run]]),
    ...more,
  };
}

describe('a crash at every journal write', () => {
  it('of a program that makes one call after the other repeats at most the one in flight', async () => {
    const program = programOf(async (ctx) => {
      const made: Json[] = [];
      for (let n = 0; n < 4; n++) made.push(...(await ctx.run('effect', { value: n }, { name: 'charge' })));
      return { made };
    });
    expect(await crashEverywhere(program, 1)).toBeGreaterThan(4);
  });

  it('of a program with calls side by side gives the same end', async () => {
    const program = programOf(async (ctx) => {
      const all = await Promise.all(
        [300, 100, 200].map((tookMs) => ctx.run('effect', { tookMs }, { name: `took-${tookMs}` })),
      );
      return all.flat();
    });
    await crashEverywhere(program, 3);
  });

  it('of a program with calls side by side where one step runs at a time', async () => {
    const run: TestProgram = async (ctx) => {
      const retry = { maxAttempts: 3, delayMs: 5_000, jitter: 0 };
      const all = await Promise.all([
        ctx.run('effect', { failTimes: 2 }, { name: 'fails', settings: { retry } }),
        ctx.run('effect', { tookMs: 100 }, { name: 'waits' }),
      ]);
      return all.flat();
    };
    const definition = define(nodes, 'start>p, p>z', { executionOrder: 'sequential' });
    await crashEverywhere(programOf(run, { definition }), 3);
  });

  it('of a program that waits, fails and catches', async () => {
    const program = programOf(async (ctx) => {
      await ctx.run('effect', {}, { name: 'before' });
      await ctx.run('nap', { ms: 5_000 });
      const failed = await ctx.run('effect', { failTimes: 1_000, fatal: true }).catch(() => 'caught');
      await ctx.run('nap', { ms: 100 });
      const settings = { retry: { maxAttempts: 3, delayMs: 200, jitter: 0 } };
      await ctx.run('effect', { failTimes: 1 }, { name: 'again', settings });
      return { failed: failed as string };
    });
    // What fails for good has no record of its effect, and what is retried runs twice in calm too.
    await crashEverywhere(program, 2);
  });

  it('of a program that hands a file from one call to the next', async () => {
    const program = programOf(async (ctx) => {
      const [made] = await ctx.run('effect', { file: true }, { name: 'make' });
      await ctx.run('nap', { ms: 5_000 });
      const items = [{ json: { n: 1 }, binary: ctx.files(made!) as never }];
      const [took] = await ctx.run('effect', {}, { name: 'take', items });
      return { json: took!, binary: ctx.files(made!) as never };
    });
    expect(await crashEverywhere(program, 1)).toBeGreaterThan(4);
  });

  it('of a program that starts children and waits for them', async () => {
    const workflowId = createUuid();
    const called = [{ workflowId, definition: define({ called: 'called', c: 'effect' }, 'called>c') }];
    const program = programOf(
      async (ctx) => {
        const items = [{ from: 'parent' }];
        const [first, second] = await Promise.all([
          ctx.run('call', { workflowId }, { name: 'one', items }),
          ctx.run('call', { workflowId }, { name: 'two', items }),
        ]);
        return { first: first!, second: second! };
      },
      { called },
    );
    await crashEverywhere(program, 2);
  });

  it('of a program that races a signal against a time', async () => {
    const outside = async (world: EngineWorld) => {
      const row = world.store.list().find(({ parentId }) => parentId === null);
      if (row?.status !== 'waiting') return;
      const result = await world.store.deliver({
        id: createUuid(),
        projectId: world.projectId,
        to: { executionId: row.id },
        channel: 'signal:go',
        once: false,
        body: { kind: 'items', items: [{ json: { word: 'go' } }] },
        idempotencyKey: 'once',
      });
      if (result.outcome === 'delivered') world.engineClaim([row.id]);
    };
    const program = programOf(
      async (ctx) => {
        const winner = await Promise.race([
          ctx.run('hear', { name: 'go' }),
          ctx.run('nap', { ms: 600_000 }).then(() => 'too late'),
        ]);
        await ctx.run('effect', {}, { name: 'after' });
        return { winner };
      },
      { outside },
    );
    await crashEverywhere(program, 1);
  });
});

/** A program as data, so that chance can write it. */
type Statement =
  | { do: 'effect'; name: string; tookMs: number }
  | { do: 'pass'; add: number }
  | { do: 'nap'; ms: number }
  | { do: 'fail' }
  | { do: 'all'; branches: Statement[][] }
  | { do: 'race'; branches: Statement[][] }
  | { do: 'repeat'; times: number; body: Statement[] };

const { statements } = fc.letrec<{ statement: Statement; statements: Statement[] }>((tie) => ({
  statements: fc.array(tie('statement'), { minLength: 1, maxLength: 3 }),
  statement: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.record({
      do: fc.constant('effect' as const),
      name: fc.constantFrom('a', 'b', 'c'),
      tookMs: fc.constantFrom(0, 0, 50, 700),
    }),
    fc.record({ do: fc.constant('pass' as const), add: fc.nat(9) }),
    fc.record({ do: fc.constant('nap' as const), ms: fc.constantFrom(10, 900, 5_000) }),
    fc.record({ do: fc.constant('fail' as const) }),
    fc.record({
      do: fc.constantFrom('all' as const, 'race' as const),
      branches: fc.array(tie('statements'), { minLength: 1, maxLength: 3 }),
    }),
    fc.record({
      do: fc.constant('repeat' as const),
      times: fc.integer({ min: 1, max: 3 }),
      body: tie('statements'),
    }),
  ) as fc.Arbitrary<Statement>,
}));

/** What the statements gave, branch by branch, so that it does not depend on which one was quicker. */
async function interpret(ctx: TestContext, list: readonly Statement[]): Promise<Json[]> {
  const gave: Json[] = [];
  for (const statement of list) {
    switch (statement.do) {
      case 'effect':
        gave.push(...(await ctx.run('effect', { tookMs: statement.tookMs }, { name: statement.name })));
        break;
      case 'pass':
        gave.push(...(await ctx.run('pass', { add: { sum: statement.add + gave.length } as JsonObject })));
        break;
      case 'nap':
        await ctx.run('nap', { ms: statement.ms });
        break;
      case 'fail':
        await ctx
          .run('effect', { failTimes: 1_000, fatal: true }, { name: 'fails' })
          .catch(() => gave.push('failed'));
        break;
      case 'all':
        gave.push(...(await Promise.all(statement.branches.map((branch) => interpret(ctx, branch)))));
        break;
      case 'race':
        gave.push(await Promise.race(statement.branches.map((branch) => interpret(ctx, branch))));
        break;
      case 'repeat':
        for (let n = 0; n < statement.times; n++) gave.push(...(await interpret(ctx, statement.body)));
    }
  }
  return gave;
}

it('whatever the program and wherever the crash: nothing that has ended is done again', async () => {
  const runs = Number(process.env['NAVETTE_PROGRAM_RUNS'] ?? 60);
  await fc.assert(
    fc.asyncProperty(statements, fc.nat(), fc.boolean(), async (list, at, before) => {
      const program = programOf(async (ctx) => ({ gave: await interpret(ctx, list) }));
      const calm = await runWithCrash(program);
      expect(calm.status).toBe('succeeded');
      const write = 1 + (at % calm.writes);
      const when = before ? 'before' : 'after';
      const stormy = await runWithCrash(program, { write, when });
      // A crash may change who wins a race, and with it what is called after it.
      const hasRace = JSON.stringify(list).includes('"do":"race"');
      // Calls side by side share names: which of them has which key depends on who was quicker.
      const isInOrder = !hasRace && !JSON.stringify(list).includes('"do":"all"');
      if (stormy.status === 'never accepted') return;
      if (isInOrder) assertSameEnd(calm, stormy, `${when} write ${write}`);
      else expect(stormy).toMatchObject({ status: 'succeeded', doubled: [] });
      if (!hasRace) expect(withoutNames(stormy.items)).toEqual(withoutNames(calm.items));
    }),
    { numRuns: runs },
  );
}, 600_000);

/** "@a:2" → "@a". */
function withoutNames(items: unknown): unknown {
  return JSON.parse(JSON.stringify(items ?? null).replaceAll(/"@(\w+):\d+"/g, '"@$1"'));
}
