/**
 * The store as one simulated process sees it: every call is a message that takes time, and may get lost on either way.
 *
 * N1. A message that is on its way when its sender dies arrives all the same, or is lost: chance decides.
 * N2. A call whose answer is lost rejects, and the sender can't know whether it took effect.
 */
import type { MemoryExecutionStore } from '../memory-store.ts';
import type { ExecutionStore } from '../ports.ts';
import type { Random } from './random.ts';
import type { SimulatedProcess, Timeline } from './timeline.ts';

export interface NetworkFaults {
  /** Chance that a write or its answer is lost, so that the call rejects. */
  loss: number;
  /** Chance that a message takes long, up to ten seconds. */
  delay: number;
}

export function createSimulatedStore(options: {
  store: MemoryExecutionStore;
  timeline: Timeline;
  process: SimulatedProcess;
  random: Random;
  faults: NetworkFaults;
}): ExecutionStore {
  const { store, timeline, process, random, faults } = options;
  const wayMs = () => (random.chance(faults.delay) ? random.below(10_000) : random.below(4));

  function call<T>(act: () => Promise<T>, mayGetLost: boolean): Promise<T> {
    if (process.state === 'dead') return new Promise<never>(() => {});
    return new Promise<T>((resolve, reject) => {
      const lost = mayGetLost && random.chance(faults.loss) ? random.pick(['request', 'answer']) : undefined;
      const arrivesAnyway = random.chance(0.5);
      timeline.after(wayMs(), undefined, () => {
        if (process.state === 'dead' && !arrivesAnyway) return;
        if (lost === 'request') {
          timeline.after(wayMs(), process, () => reject(createBroken()));
          return;
        }
        act().then(
          (result) =>
            timeline.after(wayMs(), process, () =>
              lost === 'answer' ? reject(createBroken()) : resolve(result),
            ),
          (error) => timeline.after(wayMs(), process, () => reject(error)),
        );
      });
    });
  }

  return new Proxy(store, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      const isWrite = name === 'write' || name === 'create';
      return (...args: unknown[]) => call(() => Promise.resolve(Reflect.apply(value, target, args)), isWrite);
    },
  }) as unknown as ExecutionStore;
}

function createBroken(): Error {
  return new Error('The connection broke');
}
