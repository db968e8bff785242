/** An EngineWorld whose engine can be cut off at a chosen write, with whatever it left behind taken up by the next one. */
import type { AnyNodeDefinition } from '@navette/contracts';
import { createFakeClock, type FakeClock } from '@navette/testing';
import { z } from 'zod';
import type { Engine, StartRequest } from '../engine.ts';
import type { VersionRecord } from '../ports.ts';
import { CrashingStore, EngineWorld } from './engine-world.ts';

export interface CrashAt {
  write: number;
  when: 'before' | 'after';
}

export interface FollowUpWorld {
  clock: FakeClock;
  world: EngineWorld;
  engine: Engine;
  store: CrashingStore;
  /** Starts an execution and lets everything come to its end, over the crash if there is one. */
  run(version: VersionRecord, request?: Partial<StartRequest>): Promise<void>;
  /** Time goes by until nothing is left to do; a crash that happened is taken over. */
  settle(): Promise<void>;
}

const text = { en: 'x', fr: 'x' };

/** The trigger of an error workflow. */
export const errorTrigger: AnyNodeDefinition = {
  ...{ version: 1, group: 'trigger', icon: 'x', name: text, description: text, docs: text, examples: [] },
  kind: 'trigger',
  type: 'on-error',
  source: 'error',
  parameters: z.strictObject({}),
};

export function openFollowUpWorld(crashAt?: CrashAt): FollowUpWorld {
  const clock = createFakeClock();
  const world = new EngineWorld(clock);
  world.nodes.push(errorTrigger);
  const store = new CrashingStore(world.store, crashAt);
  let engine = world.createEngine(store);
  let takenOver = false;
  const settle = async () => {
    for (let i = 0; i < 40; i++) {
      await clock.advance(500);
      if (crashAt && !takenOver && store.writes >= crashAt.write) {
        takenOver = true;
        store.crash();
        world.store.buryWorker(engine.workerId);
        engine = world.createEngine();
      }
      // A dead engine never answers.
      await Promise.race([engine.claim(), store.crashed.promise]);
      const due = world.store.queueDueWaits(clock.now());
      await Promise.race([engine.claim(due), store.crashed.promise]);
    }
  };
  return {
    clock,
    world,
    store,
    get engine() {
      return engine;
    },
    settle,
    async run(version, request = {}) {
      void engine.start({
        projectId: world.projectId,
        version,
        triggerNodeId: 'start',
        items: [],
        mode: 'api',
        ...request,
      });
      await settle();
    },
  };
}
