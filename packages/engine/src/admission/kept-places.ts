/**
 * Keeps one place in eight from a project that holds all the others, as long as other projects are seen here: executions
 * of about one length that hold every place end at about one time, and whoever comes in between would wait for it.
 *
 * Owns: which two projects were seen last, and when.
 *
 * K1. While another project was seen within `sharedMs`, no project is given a place beyond `most`. What is under way at
 *     this moment (a claim without its answer) is not counted.
 * K2. A project that is alone has all places.
 * K3. Who holds what is counted only when no more places are free than are kept: before that nobody can be at `most`.
 */
import type { Clock } from '@navette/kit';
import type { ProjectBound } from './project-bound.ts';

const sharedMs = 10_000;
/** With fewer places a kept one would cost too much. */
const fewestPlaces = 4;

interface KeptPlacesOptions {
  clock: Clock;
  maxActive: number;
  /** Projects of what runs here, one entry each. */
  listActive: () => readonly string[];
}

export class KeptPlaces {
  readonly count: number;
  readonly #most: number;
  readonly #clock: Clock;
  readonly #listActive: () => readonly string[];
  #last: string | undefined;
  #lastAt = Number.NEGATIVE_INFINITY;
  /** Of the last one that was another. */
  #beforeAt = Number.NEGATIVE_INFINITY;

  constructor({ clock, listActive, maxActive }: KeptPlacesOptions) {
    this.#clock = clock;
    this.#listActive = listActive;
    this.count = maxActive < fewestPlaces ? 0 : Math.max(1, Math.floor(maxActive / 8));
    this.#most = maxActive - this.count;
  }

  /** A project starts something here, or was given something out of the queue. */
  note(projectId: string): void {
    const now = this.#clock.now();
    if (projectId !== this.#last) {
      this.#beforeAt = this.#lastAt;
      this.#last = projectId;
    }
    this.#lastAt = now;
  }

  /** Whether one of so many free places is not for that project. */
  keepsFrom(projectId: string, free: number): boolean {
    if (free > this.count || !this.#isShared(projectId)) return false;
    let own = 0;
    for (const id of this.#listActive()) if (id === projectId) own += 1;
    return own >= this.#most;
  }

  /** What a claim may give to a project; nothing where none can come to the bound. */
  readBound(): ProjectBound | undefined {
    if (this.count === 0) return undefined;
    const { held, others, top } = this.#readHolders();
    return others < this.count && this.#isShared(top) ? { most: this.#most, held } : undefined;
  }

  /** Of so many free places, those that a project may have whichever it is. */
  countOpen(free: number): number {
    if (this.count === 0) return free;
    const { others, top } = this.#readHolders();
    const kept = this.count - others;
    return kept > 0 && this.#isShared(top) ? Math.max(0, free - kept) : free;
  }

  #isShared(projectId: string | undefined): boolean {
    // The one before was seen earlier than the last: without a project both must have been.
    const isLast = projectId === undefined || projectId === this.#last;
    return this.#clock.now() - (isLast ? this.#beforeAt : this.#lastAt) < sharedMs;
  }

  /** The project that holds most places, and how many all the others hold. */
  #readHolders(): { held: Map<string, number>; top: string | undefined; others: number } {
    const held = new Map<string, number>();
    let all = 0;
    let top: string | undefined;
    let most = 0;
    for (const id of this.#listActive()) {
      const own = (held.get(id) ?? 0) + 1;
      held.set(id, own);
      all += 1;
      if (own > most) [top, most] = [id, own];
    }
    return { held, top, others: all - most };
  }
}
