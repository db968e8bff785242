/**
 * Another project of a simulated world, which starts more than its workers have places for; and whether places stand free
 * for long while something waits that could have them.
 */
import { workflowDefinitionSchema } from '@navette/contracts';
import type { MemoryExecutionStore } from '../memory-store.ts';
import type { VersionRecord } from '../ports.ts';
import type { Random } from './random.ts';

/** Looks in a row; one is taken each second. Messages that a storm has sent arrive within ten. */
const longestIdle = 30;

export interface Crowd {
  version: VersionRecord;
  /** When each of its executions starts, in milliseconds. */
  starts: number[];
}

export function generateCrowd(random: Random, createId: () => string): Crowd {
  const definition = workflowDefinitionSchema.parse({
    nodes: [
      { id: 'start', name: 'start', type: 'start' },
      { id: 'hold', name: 'hold', type: 'hold', parameters: { ms: random.pick([50, 300, 1_000]) } },
    ],
    edges: [{ from: 'start', to: 'hold' }],
  });
  const count = random.between(5, 40);
  return {
    version: {
      ...{ workflowId: createId(), versionId: createId(), projectId: createId(), workflowName: 'crowd' },
      definition,
    },
    starts: Array.from({ length: count }, () => random.below(4_000)),
  };
}

export class IdlePlaces {
  /** How often in a row a queued execution was seen while a worker had a free place. */
  readonly #seen = new Map<string, number>();
  readonly complaints: string[] = [];

  /** `freePlaces` of each worker that takes work. */
  look(store: MemoryExecutionStore, freePlaces: readonly number[]): void {
    const before = new Map(this.#seen);
    this.#seen.clear();
    if (!freePlaces.some((free) => free > 0)) return;
    for (const row of store.list()) {
      if (row.status !== 'queued' || !row.hasPlace) continue;
      const times = (before.get(row.id) ?? 0) + 1;
      this.#seen.set(row.id, times);
      if (times === longestIdle) this.complaints.push(`${row.id} waits although places are free`);
    }
  }
}
