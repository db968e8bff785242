/** A worker that stops lets go at once of whatever only waits; what that is goes on elsewhere as if nothing had been. */
import { createFakeClock, failOnUnheardRejections } from '@navette/testing';
import { afterAll, describe, expect, it } from 'vitest';
import type { Engine } from './engine.ts';
import { define, EngineWorld } from './testing/engine-world.ts';

failOnUnheardRejections(afterAll);

const retry = { maxAttempts: 2, delayMs: 60_000, maxDelayMs: 60_000, jitter: 0 };
const failsOnce = { type: 'effect', parameters: { failTimes: 1 }, settings: { retry } };

/** What it waits for, and when it has ended, in milliseconds from its start. */
const waits: Record<string, { nodes: Parameters<typeof define>[0]; edges: string; endsAt: number }> = {
  'the next try of a step': { nodes: { start: 'start', e: failsOnce }, edges: 'start>e', endsAt: 60_000 },
  'the next try of the call of a program': {
    nodes: { start: 'start', p: { type: 'program', parameters: { source: 'it' } } },
    edges: 'start>p',
    endsAt: 60_000,
  },
  'a time so near that it is held in memory': {
    nodes: { start: 'start', n: { type: 'nap', parameters: { ms: 1_500 } } },
    edges: 'start>n',
    endsAt: 1_500,
  },
  'a far time beside a near one': {
    nodes: {
      start: 'start',
      n: { type: 'nap', parameters: { ms: 1_500 } },
      m: { type: 'nap', parameters: { ms: 60_000 } },
    },
    edges: 'start>n,start>m',
    endsAt: 60_000,
  },
};

function open() {
  const clock = createFakeClock();
  const world = new EngineWorld(clock);
  world.programs.set('it', async (ctx) => {
    await ctx.run('effect', { failTimes: 1 }, { name: 'fails', settings: { retry } });
    return {};
  });
  const start = (engine: Engine, definition: ReturnType<typeof define>) =>
    engine.start({
      projectId: world.projectId,
      version: world.addVersion(definition),
      triggerNodeId: 'start',
      items: [{ json: {} }],
      mode: 'api',
    });
  /** Whether it was at rest before any time went by. */
  const drainAtOnce = async (engine: Engine) => {
    let isAtRest = false;
    void engine.drain(600_000).then(() => {
      isAtRest = true;
    });
    await clock.advance(0);
    return isAtRest;
  };
  return { clock, drainAtOnce, start, world };
}

describe.each(Object.entries(waits))('an execution that waits for %s', (_name, { nodes, edges, endsAt }) => {
  it('is given back at once, and ends when it would have', async () => {
    const { clock, drainAtOnce, start, world } = open();
    const first = world.createEngine();
    const startedAt = clock.now();
    const { executionId } = await start(first, define(nodes, edges));
    await clock.advance(500);
    expect(await drainAtOnce(first)).toBe(true);
    expect(await world.store.readOutcome(executionId)).toMatchObject({ status: 'queued' });
    const second = world.createEngine();
    for (let at = 500; at < 70_000; at += 500) {
      await second.claim(world.store.queueDueWaits(clock.now()));
      await second.claim();
      await clock.advance(500);
    }
    const records = await world.records(executionId);
    expect(records.at(-1)).toMatchObject({ type: 'execution-finished', status: 'succeeded' });
    expect(records.at(-1)!.at - startedAt).toBe(endsAt);
  });
});

describe('a start that waits in line for a place', () => {
  it('is refused at once, and was never there', async () => {
    const { clock, drainAtOnce, start, world } = open();
    const engine = world.createEngine(world.store, 1);
    const slow = { type: 'effect', parameters: { tookMs: 400 } };
    await start(engine, define({ start: 'start', slow }, 'start>slow'));
    const refused: unknown[] = [];
    void start(engine, define({ start: 'start', e: 'effect' }, 'start>e')).catch((error) =>
      refused.push(error),
    );
    await clock.advance(100);
    expect([refused, engine.active]).toEqual([[], 1]);
    expect(await drainAtOnce(engine)).toBe(false);
    expect(refused).toMatchObject([{ code: 'ENGINE_STOPPING' }]);
    await clock.advance(1_000);
    expect(world.store.list()).toHaveLength(1);
  });
});
