import type { Clock } from '@navette/kit';

/** A clock that stands still until it is told to move. */
export interface FakeClock extends Clock {
  /** Moves on by `ms`, waking sleepers in the order of their times and letting each run before the next wakes. */
  advance(ms: number): Promise<void>;
  /** Sleepers that have not woken yet. */
  readonly sleeping: number;
  /** When the next sleeper wakes (Unix ms), undefined when none sleeps. */
  readonly nextWakeAt: number | undefined;
}

interface Sleeper {
  wakeAt: number;
  wake(): void;
}

/** `startAt` is 2026-01-01T00:00:00Z unless given (Unix ms). */
export function createFakeClock(startAt: number = Date.UTC(2026, 0, 1)): FakeClock {
  let now = startAt;
  const sleepers: Sleeper[] = [];
  return {
    now: () => now,
    sleep(ms, signal) {
      return new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const remove = () => sleepers.splice(sleepers.indexOf(sleeper), 1);
        const onAbort = () => {
          remove();
          reject(signal!.reason);
        };
        const sleeper: Sleeper = {
          wakeAt: now + Math.max(0, ms),
          wake() {
            remove();
            signal?.removeEventListener('abort', onAbort);
            resolve();
          },
        };
        const later = sleepers.findIndex((other) => other.wakeAt > sleeper.wakeAt);
        sleepers.splice(later === -1 ? sleepers.length : later, 0, sleeper);
        signal?.addEventListener('abort', onAbort, { once: true });
      });
    },
    async advance(ms) {
      const target = now + ms;
      await runPendingWork();
      while (sleepers[0] && sleepers[0].wakeAt <= target) {
        now = Math.max(now, sleepers[0].wakeAt);
        sleepers[0].wake();
        await runPendingWork();
      }
      now = target;
    },
    get sleeping() {
      return sleepers.length;
    },
    get nextWakeAt() {
      return sleepers[0]?.wakeAt;
    },
  };
}

/** Lets everything that is ready run, promise chains of any length included. */
function runPendingWork(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
