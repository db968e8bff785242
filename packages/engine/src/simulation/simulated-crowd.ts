/**
 * Another project of a simulated world, which starts more than its workers have places for; and whether places stand free
 * for long while something waits that could have them.
 */
import { workflowDefinitionSchema } from '@navette/contracts';
import type { MemoryExecutionStore } from '../memory-store.ts';
import type { VersionRecord } from '../ports.ts';
import type { Random } from './random.ts';

/**
 * Looks in a row; one is taken each second. Messages that a storm has sent arrive within ten. A worker claims once in
 * between, so that each look finds at least one less of those who came before.
 */
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
  /** In how many looks in a row a queued execution was seen while a worker had a free place, and the most it may be. */
  readonly #seen = new Map<string, { times: number; most: number }>();
  readonly complaints: string[] = [];

  /** `freePlaces` of each worker that takes work. */
  look(store: MemoryExecutionStore, freePlaces: readonly number[]): void {
    const before = new Map(this.#seen);
    this.#seen.clear();
    if (!freePlaces.some((free) => free > 0)) return;
    const queued = store.list().filter((row) => row.status === 'queued' && row.hasPlace);
    for (const { id } of queued) {
      const { times, most } = before.get(id) ?? { times: 0, most: longestIdle + queued.length };
      this.#seen.set(id, { times: times + 1, most });
      if (times + 1 === most) this.complaints.push(`${id} waits although places are free`);
    }
  }
}
