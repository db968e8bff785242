/**
 * The line of starts for which there is no place at this moment. Nothing of them is durable yet and nobody was told
 * otherwise: a start that gets its place within moments costs one commit, while one that goes through the queue costs
 * five (measured: 64 callers on 32 places were answered a third as fast as 16 callers).
 *
 * Owns: who waits in this process, by project.
 *
 * L1. Projects take turns; within a project the first is served first. A project that has had its share while others wait
 *     in the queue (`mayTake`) is passed over.
 * L2. The line takes a place while more than `reserve` are free, so that what is queued goes on as well; of the last ones it
 *     takes so many as it has turns, which it gets each time that the queue was given something: neither waits for the
 *     other to run dry.
 * L3. Nobody waits where nothing moves: when no place has become free for `stalledMs`, all of the line is sent away to
 *     the queue, and nobody joins until one becomes free.
 * L4. Nobody is kept out by others: in a full line the project with most starts gives up its last one to the queue.
 */
import type { Clock } from '@navette/kit';

/** Longer than a short execution takes, shorter than a caller minds. */
const stalledMs = 500;
/** However it moves. */
const longestWaitMs = 2_000;
/** Starts in line for each place. */
const lengthPerPlace = 32;

interface Entry<T> {
  since: number;
  open: () => T;
  resolve: (opened: T | undefined) => void;
}

interface StartLineOptions {
  clock: Clock;
  maxActive: number;
  readFree: () => number;
  /** Whether a start of the project may have a place before those who wait in the queue. */
  mayTake: (projectId: string) => boolean;
}

export class StartLine<T> {
  readonly #clock: Clock;
  readonly #reserve: number;
  readonly #longest: number;
  readonly #readFree: () => number;
  readonly #mayTake: (projectId: string) => boolean;
  /** In the order of their turns; no list is empty. */
  readonly #byProject = new Map<string, Entry<T>[]>();
  #length = 0;
  /** When there was a free place for the last time, as far as known. */
  #freeAt = Number.NEGATIVE_INFINITY;
  #watching = false;
  /** How many of the last places it may take before the queue is given something. */
  #turns = 0;

  constructor({ clock, maxActive, readFree, mayTake }: StartLineOptions) {
    this.#clock = clock;
    this.#reserve = Math.floor(maxActive / 8);
    this.#longest = maxActive * lengthPerPlace;
    this.#readFree = readFree;
    this.#mayTake = mayTake;
  }

  get length(): number {
    return this.#length;
  }

  /** Whether places become free so fast that waiting for one is worth it, and there is room. */
  isOpenTo(projectId: string): boolean {
    if (this.#clock.now() - this.#freeAt >= stalledMs) return false;
    if (this.#length < this.#longest) return true;
    const own = this.#byProject.get(projectId)?.length ?? 0;
    return own + 1 < this.#findLongest().length;
  }

  /** Whether somebody in it may have a place that is free. */
  get hasCandidate(): boolean {
    if (this.#length === 0) return false;
    for (const projectId of this.#byProject.keys()) if (this.#mayTake(projectId)) return true;
    return false;
  }

  /** What `open` gave, which is called as soon as there is a place; nothing when the start has to queue. */
  join(projectId: string, open: () => T): Promise<T | undefined> {
    if (this.#length >= this.#longest) this.#makeRoom();
    const { promise, resolve } = Promise.withResolvers<T | undefined>();
    const entry = { since: this.#clock.now(), open, resolve };
    const others = this.#byProject.get(projectId);
    if (others) others.push(entry);
    else this.#byProject.set(projectId, [entry]);
    this.#length += 1;
    if (!this.#watching) void this.#watch();
    return promise;
  }

  /** A place became free, or is about to be taken by one who did not have to wait. */
  noteFree(): void {
    this.#freeAt = this.#clock.now();
    this.serve();
  }

  /** The queue was given places: so many of the next ones are the line's. */
  noteClaimed(turns: number): void {
    this.#turns = turns;
  }

  /** Gives away the places that the line may have. */
  serve(): void {
    while (this.#length > 0 && this.#readFree() > (this.#turns > 0 ? 0 : this.#reserve)) {
      const entry = this.#takeNext();
      if (!entry) return;
      this.#turns -= 1;
      entry.resolve(entry.open());
    }
  }

  /** Sends all away to the queue. */
  clear(): void {
    this.#sendAway(Number.POSITIVE_INFINITY);
  }

  #takeNext(): Entry<T> | undefined {
    for (const [projectId, entries] of this.#byProject) {
      if (!this.#mayTake(projectId)) continue;
      const entry = entries.shift();
      this.#byProject.delete(projectId);
      if (entries.length > 0) this.#byProject.set(projectId, entries);
      this.#length -= 1;
      return entry;
    }
    return undefined;
  }

  #findLongest(): Entry<T>[] {
    let longest: Entry<T>[] = [];
    for (const entries of this.#byProject.values()) if (entries.length > longest.length) longest = entries;
    return longest;
  }

  /** Not down to an empty list: see `isOpenTo`. */
  #makeRoom(): void {
    const last = this.#findLongest().pop();
    this.#length -= 1;
    last?.resolve(undefined);
  }

  /** Looks for a stall as long as somebody waits. */
  async #watch(): Promise<void> {
    this.#watching = true;
    while (this.#length > 0) {
      await this.#clock.sleep(stalledMs);
      const now = this.#clock.now();
      if (now - this.#freeAt >= stalledMs) this.clear();
      else this.#sendAway(now - longestWaitMs);
    }
    this.#watching = false;
  }

  #sendAway(joinedBefore: number): void {
    for (const [projectId, entries] of this.#byProject) {
      const staying = entries.findIndex((entry) => entry.since >= joinedBefore);
      const leaving = entries.splice(0, staying === -1 ? entries.length : staying);
      if (entries.length === 0) this.#byProject.delete(projectId);
      this.#length -= leaving.length;
      for (const entry of leaving) entry.resolve(undefined);
    }
  }
}
