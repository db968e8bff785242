/** What a program writes to its log: on record while it waits, each line once, with the time at which it was written first. */
import type { JournalRecord, StepLog } from '@navette/contracts';
import { createFakeClock } from '@navette/testing';
import { describe, expect, it } from 'vitest';
import { type CrashProgram, crashEverywhere, runWithCrash } from '../testing/crash-run.ts';
import { define, EngineWorld } from '../testing/engine-world.ts';
import type { TestProgram } from '../testing/trusted-programs.ts';

const nodes = { start: 'start', p: { type: 'program', parameters: { source: 'it' } }, z: 'pass' };
const hour = 3_600_000;

function open(program: TestProgram) {
  const clock = createFakeClock();
  const world = new EngineWorld(clock);
  world.programs.set('it', program);
  const version = world.addVersion(define(nodes, 'start>p, p>z'));
  const start = async () => {
    const engine = world.createEngine();
    const { executionId } = await engine.start({
      projectId: world.projectId,
      version,
      triggerNodeId: 'start',
      items: [{ json: {} }],
      mode: 'api',
    });
    await clock.advance(100);
    return { engine, executionId };
  };
  /** Time passes, and whoever is due is queued for `claim`. */
  const pass = async (ms: number) => {
    await clock.advance(ms);
    return world.store.queueDueWaits(clock.now());
  };
  return { clock, world, start, pass };
}

/** As a reader of the journal has them, from its beginning. */
function readLines(records: readonly JournalRecord[]): StepLog[] {
  let lines: StepLog[] = [];
  for (const record of records) {
    if (record.type === 'step-wrote') lines = [...lines.slice(0, record.first), ...record.lines];
    if (record.type === 'step-completed' && record.path === 'p') lines = record.logs ?? [];
  }
  return lines;
}

const textsOf = (lines: readonly StepLog[]) => lines.map(({ message }) => message);

describe('lines of a program', () => {
  const twoNaps: TestProgram = async (ctx) => {
    ctx.log('first');
    await ctx.run('effect', {}, { name: 'before' });
    ctx.log('second');
    await ctx.run('nap', { ms: hour });
    ctx.log('third');
    await ctx.run('nap', { ms: hour });
    ctx.log('fourth');
    return {};
  };

  it('are on record while it waits, and keep their time in another process and at the end', async () => {
    const { pass, start, world } = open(twoNaps);
    const { executionId } = await start();
    const before = readLines(await world.records(executionId));
    expect(textsOf(before)).toEqual(['first', 'second']);

    await pass(hour);
    const second = world.createEngine();
    await second.claim();
    await pass(100);
    const between = readLines(await world.records(executionId));
    expect(textsOf(between)).toEqual(['first', 'second', 'third']);
    expect(between.slice(0, 2)).toEqual(before);
    expect(between[2]!.at - before[1]!.at).toBeGreaterThanOrEqual(hour);

    await pass(hour);
    const third = world.createEngine();
    await third.claim();
    expect((await third.awaitFinished(executionId)).status).toBe('succeeded');
    const lines = readLines(await world.records(executionId));
    expect(textsOf(lines)).toEqual(['first', 'second', 'third', 'fourth']);
    expect(lines.slice(0, 3)).toEqual(between);
  });

  it('cost no write of their own', async () => {
    const countWrites = async (program: TestProgram) => {
      const { pass, start, world } = open(program);
      const { executionId, engine } = await start();
      for (let wait = 0; wait < 2; wait++) {
        world.engineClaim(await pass(hour));
        await pass(100);
      }
      expect((await engine.awaitFinished(executionId)).status).toBe('succeeded');
      return (await world.store.readJournal(executionId)).length;
    };
    const silent: TestProgram = (ctx, input) => twoNaps({ ...ctx, log: () => {} }, input);
    expect(await countWrites(twoNaps)).toBe(await countWrites(silent));
  });

  it('are kept when it is cancelled, with those that came after its last call', async () => {
    const { clock, start, world } = open(async (ctx) => {
      ctx.log('one');
      const never = ctx.run('hang');
      await ctx.run('effect', {}, { name: 'before' });
      ctx.log('two');
      await never;
      return {};
    });
    const { engine, executionId } = await start();
    await engine.cancel(world.projectId, executionId);
    const ending = engine.awaitFinished(executionId);
    await clock.advance(10_000);
    expect((await ending).status).toBe('cancelled');
    expect(textsOf(readLines(await world.records(executionId)))).toEqual(['one', 'two']);
  });

  it('beyond the bounds of a log are not kept, however often it goes on', async () => {
    const { pass, start, world } = open(async (ctx) => {
      for (let n = 0; n < 600; n++) ctx.log(`line ${n}`);
      await ctx.run('nap', { ms: hour });
      for (let n = 0; n < 600; n++) ctx.log(`later ${n}`);
      return {};
    });
    const { executionId, engine } = await start();
    const before = readLines(await world.records(executionId));
    expect(before).toHaveLength(501);
    expect(before[500]).toMatchObject({ level: 'warn', message: expect.stringContaining('500 lines') });
    world.engineClaim(await pass(hour));
    await engine.awaitFinished(executionId);
    expect(readLines(await world.records(executionId))).toEqual(before);
  });

  it('are there once whenever the process dies', async () => {
    const program: CrashProgram = {
      definition: define({ ...nodes, z: 'effect' }, 'start>p, p>z'),
      items: [{}],
      programs: new Map([
        [
          'it',
          async (ctx) => {
            for (let n = 0; n < 3; n++) {
              ctx.log(`before ${n}`);
              await ctx.run('effect', {}, { name: 'charge' });
              await ctx.run('nap', { ms: 5_000 });
            }
            ctx.log('after');
            return {};
          },
        ],
      ]),
    };
    const writes = await crashEverywhere(program, 1);
    for (let write = 1; write <= writes; write++) {
      const { records, status } = await runWithCrash(program, { write, when: 'after' });
      if (status === 'never accepted') continue;
      const all = records as unknown as readonly JournalRecord[];
      expect(textsOf(readLines(all))).toEqual(['before 0', 'before 1', 'before 2', 'after']);
      // What is on record once is there to stay.
      for (const record of all)
        if (record.type === 'step-wrote')
          expect(readLines(all)).toEqual(expect.arrayContaining(record.lines));
    }
  });
});
