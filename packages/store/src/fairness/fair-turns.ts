/**
 * The turns of projects, for one process that claims (weighted deficit round robin in its virtual-time form).
 *
 * Owns: what each project has been served lately, in units of 1/weight. Not shared and not stored: each claimer is fair by
 * itself, so all together are, and no lock of the database is held for it. A lost one costs nothing but one round.
 *
 * T1. A project that was served less goes first; a place costs it 1/weight.
 * T2. `floor` never falls. Whoever had nothing queued comes back at the floor: waiting earns no credit.
 */
export interface ServedProject {
  projectId: string;
  weight: number;
}

/** Entries at the floor say nothing; they are dropped when there are this many. */
const maxEntries = 1_000;

export class FairTurns {
  readonly #served = new Map<string, number>();
  #floor = 0;

  get floor(): number {
    return this.#floor;
  }

  /** As parallel lists, for a statement. */
  encode(): { projectIds: string[]; served: number[] } {
    return { projectIds: [...this.#served.keys()], served: [...this.#served.values()] };
  }

  /** Charges the places that were given, one entry each. */
  record(given: readonly ServedProject[]): void {
    let floor = this.#floor;
    for (const { projectId, weight } of given) {
      const start = Math.max(this.#served.get(projectId) ?? 0, this.#floor);
      this.#served.set(projectId, start + 1 / weight);
      floor = Math.max(floor, start);
    }
    this.#floor = floor;
    if (this.#served.size > maxEntries) this.#dropSettled();
  }

  #dropSettled(): void {
    for (const [projectId, served] of this.#served) {
      if (served <= this.#floor) this.#served.delete(projectId);
    }
  }
}
