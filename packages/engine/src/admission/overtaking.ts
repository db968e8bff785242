/**
 * Who may start here at once while others wait in the queue. What comes in by itself would otherwise take every place that
 * becomes free before the queue hears of it, and the others would starve.
 *
 * Asked only while the queue is known to hold more than fits: without a queue a start costs nothing more.
 */
export class Overtaking {
  readonly #maxActive: number;
  #crowded = false;

  constructor(maxActive: number) {
    this.#maxActive = maxActive;
  }

  /** The last look into the queue took as much as there was room for: more is probably there. */
  note(limit: number, claimed: number): void {
    this.#crowded = claimed >= limit;
  }

  /** Whether a start of the project has to queue, given the projects of what runs here, one entry each. */
  mustQueue(projectId: string, listActive: () => readonly string[]): boolean {
    if (!this.#crowded) return false;
    const active = listActive();
    const own = active.filter((id) => id === projectId).length;
    const projects = new Set(active).add(projectId).size;
    // One share for those who wait.
    return own >= this.#maxActive / (projects + 1);
  }
}
