/**
 * Who may start here at once while others wait in the queue. What comes in by itself would otherwise take every place that
 * becomes free before the queue hears of it, and the others would starve.
 *
 * Asked only while the queue is known to hold more than fits: without a queue a start costs nothing more.
 */
export class Overtaking {
  readonly #maxActive: number;
  #crowded = false;
  #onlyAmple = false;

  constructor(maxActive: number) {
    this.#maxActive = maxActive;
  }

  /** Whether the last look into the queue left something there, and whose executions it took. */
  note(hasMore: boolean, claimed: readonly string[], listActive: () => readonly string[]): void {
    this.#crowded = hasMore;
    if (claimed.length === 0) return;
    const active = [...listActive(), ...claimed];
    const share = this.#maxActive / (new Set(active).size + 1);
    // Whoever holds least for its share goes first: behind one that holds more than that, all do.
    this.#onlyAmple = claimed.some((projectId) => countOf(active, projectId) > share);
  }

  /** How many places in a row starts in line may take before the queue is given one. */
  get turnsOfLine(): number {
    return this.#onlyAmple ? Math.max(1, this.#maxActive - Math.ceil(this.#maxActive / 8)) : 1;
  }

  /** Whether a start of the project has to queue, given the projects of what runs here, one entry each. */
  mustQueue(projectId: string, listActive: () => readonly string[]): boolean {
    if (!this.#crowded) return false;
    const active = listActive();
    const projects = new Set(active).add(projectId).size;
    // One share for those who wait.
    return countOf(active, projectId) >= this.#maxActive / (projects + 1);
  }
}

function countOf(projectIds: readonly string[], projectId: string): number {
  return projectIds.filter((id) => id === projectId).length;
}
