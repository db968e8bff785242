/** Claims whose worker loses its lease before their executions run. */
import { createUuid } from '@navette/kit';
import { createFakeClock } from '@navette/testing';
import { expect, it } from 'vitest';
import type { ExecutionStore } from '../ports.ts';
import { CrashingStore, define, EngineWorld } from '../testing/engine-world.ts';

const chain = define({ start: 'start', a: 'effect', b: 'effect' }, 'start>a,a>b');

/** A store whose answers to one kind of question wait for `open`, but for those of the claims made later. */
function holdBack(world: EngineWorld, question: 'claim' | 'readJournal') {
  const store = new CrashingStore(world.store);
  const gate = Promise.withResolvers<void>();
  let asked = 0;
  const original = store[question] as (...args: unknown[]) => Promise<unknown>;
  const held = async (...args: unknown[]) => {
    asked += 1;
    const isFirst = asked === 1;
    const answer = await original.apply(store, args);
    if (isFirst) await gate.promise;
    return answer;
  };
  Object.assign(store, { [question]: held });
  return { store: store as ExecutionStore, open: () => gate.resolve() };
}

it.each(['claim', 'readJournal'] as const)(
  'are worth nothing when the answer to %s comes late',
  async (question) => {
    const clock = createFakeClock();
    const world = new EngineWorld(clock);
    const { executionId } = await world.createEngine(world.store, 0).start({
      projectId: world.projectId,
      version: world.addVersion(chain),
      triggerNodeId: 'start',
      items: [],
      mode: 'api',
    });
    const { store, open } = holdBack(world, question);
    const engine = world.createEngine(store);
    const late = engine.claim();
    await clock.advance(10);
    // The lease is over, and the same process has the execution again under its new name.
    world.store.buryWorker(engine.workerId);
    const workerId = createUuid();
    world.store.registerWorker(workerId);
    engine.abandon(workerId);
    await engine.claim();
    await clock.advance(100);
    const row = () => world.store.list().find(({ id }) => id === executionId)!;
    expect(row().status).toBe('succeeded');
    open();
    await late;
    await clock.advance(1_000);
    expect(world.effects.map(({ node }) => node)).toEqual(['a', 'b']);
    expect(engine.active).toBe(0);
    expect(row().status).toBe('succeeded');
  },
);
