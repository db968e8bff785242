/**
 * Somebody who answers for steps in doubt, and looks at the world outside before: what has taken place is done, the rest
 * is to be run again. Now and then they answer twice, or have a colleague who does.
 *
 * Owns: how many questions were answered, what went wrong with that.
 */
import { channelOf, type DoubtResolution, isTerminal } from '@navette/contracts';
import { deriveUuid } from '@navette/kit';
import type { MemoryExecutionStore } from '../memory-store.ts';
import { listDoubts, type OpenDoubt } from './list-doubts.ts';
import type { OutsideWorld } from './outside-world.ts';
import type { Random } from './random.ts';

type Row = ReturnType<MemoryExecutionStore['list']>[number];

export class SimulatedPerson {
  answers = 0;
  readonly complaints: string[] = [];
  readonly #store: MemoryExecutionStore;
  readonly #outside: OutsideWorld;
  readonly #random: Random;
  readonly #dispatch: (ids: readonly string[]) => void;
  readonly #answered = new Set<string>();

  constructor(options: {
    store: MemoryExecutionStore;
    outside: OutsideWorld;
    random: Random;
    dispatch(ids: readonly string[]): void;
  }) {
    this.#store = options.store;
    this.#outside = options.outside;
    this.#random = options.random;
    this.#dispatch = options.dispatch;
  }

  /** Answers all that is asked. */
  async look(): Promise<void> {
    for (const row of this.#store.list()) {
      if (isTerminal(row.status)) continue;
      const records = row.chunks.flatMap((chunk) => chunk.records);
      for (const doubt of listDoubts(records)) await this.#answer(row, doubt);
    }
  }

  async #answer(row: Row, doubt: OpenDoubt): Promise<void> {
    const id = deriveUuid(row.id, doubt.path, String(doubt.question));
    const isSecond = this.#answered.has(id);
    if (isSecond && this.#random.chance(0.7)) return;
    const result = await this.#store.deliver({
      id,
      projectId: row.projectId,
      to: { executionId: row.id },
      channel: channelOf({ kind: 'doubt', question: doubt.question }, doubt.path),
      once: true,
      body: {
        kind: 'resolution',
        resolution: {
          by: { kind: 'user', id: 'usr_simulated', name: 'Ada' },
          comment: '',
          outcomes: doubt.effects.map((effect) => this.#judge(effect)),
        },
      },
      idempotencyKey: null,
    });
    const expected = isSecond ? 'used' : 'delivered';
    if (result.outcome !== expected)
      this.complaints.push(
        `an answer for ${row.id} ${doubt.path} came to ${result.outcome}, not ${expected}`,
      );
    if (result.outcome !== 'delivered') return;
    this.#answered.add(id);
    this.answers += 1;
    for (const { key } of doubt.effects) if (!this.#hasHappened(key)) this.#outside.grant(key);
    this.#dispatch([row.id]);
  }

  #judge({ item, key }: OpenDoubt['effects'][number]): DoubtResolution['outcomes'][number] {
    const of = item === undefined ? {} : { item };
    const entry = this.#outside.ledger.get(key);
    if (!entry || !this.#hasHappened(key)) return { ...of, outcome: 'retry' };
    return { ...of, outcome: 'done', items: [{ json: entry.gives }] };
  }

  #hasHappened(key: string): boolean {
    return (this.#outside.ledger.get(key)?.completed ?? 0) > 0;
  }
}
