/**
 * What effects do to the world outside, and who may do it: every call is counted under its key, and a call whose result
 * the journal holds already is a violation, unless a process makes it that was declared dead and does not know yet. So is
 * one more call of an effect that asks what became of the last one, before that is known or somebody has asked for it.
 */
import type { JournalRecord, PortItems } from '@navette/contracts';
import { deriveUuid, type JsonObject } from '@navette/kit';

export interface EffectLedgerEntry {
  node: string;
  item: string;
  asks: boolean;
  calls: number;
  completed: number;
  /** What it gives when it succeeds. */
  gives: JsonObject;
}

export class OutsideWorld {
  readonly ledger = new Map<string, EffectLedgerEntry>();
  readonly violations: string[] = [];
  readonly #committed = new Set<string>();
  /** Of effects that ask: calls by owners, and those that may be made after the first one. */
  readonly #owned = new Map<string, number>();
  readonly #granted = new Map<string, number>();
  /** Calls of a process that had lost the execution and did not know it yet: under the same key, as they must be. */
  lateCalls = 0;
  /** `owned`: the caller owns the execution, by the store's count. */
  begin(
    owned: boolean,
    key: string,
    what: Pick<EffectLedgerEntry, 'node' | 'item' | 'asks' | 'gives'>,
  ): { number: number } {
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
    if (owned && entry.asks) {
      addOne(this.#owned, key);
      if (this.#owned.get(key)! > 1 + (this.#granted.get(key) ?? 0))
        this.violations.push(`${what.node} ran again although nobody had asked for it`);
    }
    entry.calls += 1;
    return { number: entry.calls };
  }

  complete(key: string): void {
    this.ledger.get(key)!.completed += 1;
  }

  /** Somebody said that the effect is to be run again. */
  grant(key: string): void {
    addOne(this.#granted, key);
  }

  /** To be told of every commit. */
  committed(rootId: string, records: readonly JournalRecord[]): void {
    for (const record of records) {
      if (record.type === 'attempt-failed')
        this.grant(deriveUuid(rootId, record.path, String(record.item ?? 0)));
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

function addOne(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** An effect of the simulated world gives an item for each that it gets. */
function countItems(outputs: PortItems): number {
  return Object.values(outputs).reduce((count, items) => count + items.length, 0);
}
