/**
 * What effects do to the world outside, and who may do it: every call is counted under its key, and a call whose result
 * the journal holds already is a violation, unless a process makes it that was declared dead and does not know yet.
 */
import type { JournalRecord, PortItems } from '@navette/contracts';
import { deriveUuid } from '@navette/kit';

export interface EffectLedgerEntry {
  node: string;
  item: string;
  calls: number;
  completed: number;
}

export class OutsideWorld {
  readonly ledger = new Map<string, EffectLedgerEntry>();
  readonly violations: string[] = [];
  readonly #committed = new Set<string>();
  /** Calls of a process that had lost the execution and did not know it yet: under the same key, as they must be. */
  lateCalls = 0;
  /** `owned`: the caller owns the execution, by the store's count. */
  begin(owned: boolean, key: string, what: { node: string; item: string }): { number: number } {
    let entry = this.ledger.get(key);
    if (!entry) {
      entry = { ...what, calls: 0, completed: 0 };
      this.ledger.set(key, entry);
    }
    if (entry.node !== what.node || entry.item !== what.item) {
      this.violations.push(`key ${key} stands for ${entry.node} ${entry.item} and ${what.node} ${what.item}`);
    }
    if (this.#committed.has(key)) {
      if (owned) this.violations.push(`${what.node} ran again although its result is in the journal`);
      else this.lateCalls += 1;
    }
    entry.calls += 1;
    return { number: entry.calls };
  }

  complete(key: string): void {
    this.ledger.get(key)!.completed += 1;
  }

  /** To be told of every commit. */
  committed(rootId: string, records: readonly JournalRecord[]): void {
    for (const record of records) {
      if (record.type === 'item-completed') this.#add(rootId, record.path, record.item);
      if (record.type === 'step-completed' && !record.error)
        for (let item = 0; item < countItems(record.outputs); item++) this.#add(rootId, record.path, item);
    }
  }

  /** The effects that took place, each once, in an order that does not depend on the course. */
  listCompleted(): string[] {
    return [...this.ledger.values()]
      .filter((entry) => entry.completed > 0)
      .map((entry) => `${entry.node} ${entry.item}`)
      .sort();
  }

  #add(rootId: string, path: string, item: number): void {
    this.#committed.add(deriveUuid(rootId, path, String(item)));
  }
}

/** An effect of the simulated world gives an item for each that it gets. */
function countItems(outputs: PortItems): number {
  return Object.values(outputs).reduce((count, items) => count + items.length, 0);
}
