/**
 * Virtual time for a whole simulated world. Everything that would take time in the real one (a sleep, a message to the
 * store and its answer) is an event here; between two events all promise chains run to their end, so that a world's
 * course depends on nothing but its seed.
 *
 * T1. Events happen in the order of their times; those of one time in an order that chance decides.
 * T2. What belongs to a process that is frozen happens when it thaws; what belongs to a dead one never does.
 */
import type { Clock } from '@navette/kit';
import type { Random } from './random.ts';

/** A process as the timeline knows it. */
export class SimulatedProcess {
  state: 'alive' | 'frozen' | 'dead' = 'alive';
  thawsAt = 0;
}

interface TimelineEvent {
  at: number;
  tie: number;
  process: SimulatedProcess | undefined;
  act: (() => void) | undefined;
}

export class Timeline {
  readonly #random: Random;
  readonly #heap: TimelineEvent[] = [];
  #now: number;
  /** Ways to leave the signals that sleepers listen to: those of dead processes would keep their world for ever. */
  readonly #listening = new Set<() => void>();
  happened = 0;

  constructor(random: Random, startAt: number) {
    this.#random = random;
    this.#now = startAt;
  }

  get now(): number {
    return this.#now;
  }

  /** Plans an event; the result calls it off. */
  after(ms: number, process: SimulatedProcess | undefined, act: () => void): () => void {
    const event: TimelineEvent = {
      at: this.#now + Math.max(0, ms),
      tie: this.#random.next(),
      process,
      act,
    };
    this.#push(event);
    return () => {
      event.act = undefined;
    };
  }

  /** The clock of one process. */
  clockFor(process: SimulatedProcess): Clock {
    return {
      now: () => this.#now,
      sleep: (ms, signal) =>
        new Promise((resolve, reject) => {
          if (signal?.aborted) return reject(signal.reason);
          const onAbort = () => {
            cancel();
            leave();
            reject(signal!.reason);
          };
          const leave = () => {
            signal?.removeEventListener('abort', onAbort);
            this.#listening.delete(leave);
          };
          const cancel = this.after(ms, process, () => {
            leave();
            resolve();
          });
          if (!signal) return;
          signal.addEventListener('abort', onAbort);
          this.#listening.add(leave);
        }),
    };
  }

  /** Nothing happens any more, and nobody outside knows of it. */
  close(): void {
    for (const leave of [...this.#listening]) leave();
  }

  /** Lets events happen until `isOver` says so, none is left, or time or events are used up. Gives whether it was over. */
  async run(isOver: () => boolean, until: number, mostEvents = Number.POSITIVE_INFINITY): Promise<boolean> {
    await runPromises();
    while (!isOver()) {
      if (this.happened >= mostEvents) return false;
      const event = this.#pop();
      if (!event || event.at > until) return false;
      if (event.act === undefined || event.process?.state === 'dead') continue;
      if (event.process?.state === 'frozen') {
        event.at = Math.max(event.at, event.process.thawsAt);
        event.tie = 1 + this.#random.next();
        this.#push(event);
        continue;
      }
      this.#now = Math.max(this.#now, event.at);
      this.happened += 1;
      event.act();
      await runPromises();
    }
    return true;
  }

  #push(event: TimelineEvent): void {
    const heap = this.#heap;
    let at = heap.push(event) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(event, heap[parent]!)) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = event;
  }

  #pop(): TimelineEvent | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (!first || !last || heap.length === 0) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child += 1;
      if (!isBefore(heap[child]!, last)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
    return first;
  }
}

function isBefore(a: TimelineEvent, b: TimelineEvent): boolean {
  return a.at < b.at || (a.at === b.at && a.tie < b.tie);
}

/** Lets every promise chain run to its end, however long it is: a tick comes when no promise is left. */
export function runPromises(): Promise<void> {
  return new Promise((resolve) => process.nextTick(resolve));
}
