/** Answers other processes that watch executions at work here. */
import type { StepLog } from '@navette/contracts';
import { createUuid, type TextCarrier } from '@navette/kit';
import type { LiveConsoles } from '../live-consoles.ts';
import { ByteBudget } from './byte-budget.ts';
import { askingAddress, decodeRequest } from './line-messages.ts';
import { LineReader } from './line-reader.ts';

/** How long somebody has asked. Who still watches asks again in a third of it. */
const leaseMs = 6_000;
const sweepMs = 2_000;
/** One process that asks for one execution is one of them. */
const maxReaders = 2_000;
const budgetOfProcess = { perSecond: 256 * 1024, atOnce: 512 * 1024 };

export interface LineSenderOptions {
  /** Of this process as one that asks: its own questions come back to it on some carriers. */
  ownAddress: string;
  consoles: LiveConsoles;
  /** Those to be used first come first. */
  carriers: readonly TextCarrier[];
}

export class LineSender {
  readonly #options: LineSenderOptions;
  readonly #bootId = createUuid();
  readonly #budget = new ByteBudget(budgetOfProcess);
  /** Execution → who asked → reader. */
  readonly #readers = new Map<string, Map<string, LineReader>>();
  readonly #unlisten: (() => void)[];
  readonly #names = new WeakMap<readonly StepLog[], string>();
  #count = 0;
  #lists = 0;
  #sweep: NodeJS.Timeout | undefined;

  constructor(options: LineSenderOptions) {
    this.#options = options;
    this.#unlisten = options.carriers.map((carrier) =>
      carrier.listen(askingAddress, (text) => this.#hear(carrier, text)),
    );
  }

  /** How many ask for how much: an execution counts once for each process that watches it. */
  get readers(): number {
    return this.#count;
  }

  close(): void {
    for (const unlisten of this.#unlisten) unlisten();
    for (const [executionId, readers] of this.#readers)
      for (const asker of readers.keys()) this.#close(executionId, asker);
  }

  #hear(carrier: TextCarrier, text: string): void {
    const request = decodeRequest(text);
    if (!request || request.asker === this.#options.ownAddress) return;
    for (const executionId of request.watched)
      this.#open(executionId, request.asker)?.asked(carrier, leaseMs);
    for (const executionId of request.unwatched) this.#close(executionId, request.asker);
  }

  #open(executionId: string, asker: string): LineReader | undefined {
    const readers = this.#readers.get(executionId) ?? new Map<string, LineReader>();
    const known = readers.get(asker);
    if (known || this.#count >= maxReaders) return known;
    const reader = new LineReader({
      executionId,
      asker,
      consoles: this.#options.consoles,
      carriers: this.#options.carriers,
      processBudget: this.#budget,
      countReaders: () => readers.size,
      nameList: (lines) => this.#nameList(lines),
    });
    this.#readers.set(executionId, readers.set(asker, reader));
    this.#count += 1;
    this.#sweep ??= setInterval(() => this.#closeUnasked(), sweepMs).unref();
    return reader;
  }

  #close(executionId: string, asker: string): void {
    const readers = this.#readers.get(executionId);
    const reader = readers?.get(asker);
    if (!readers || !reader) return;
    reader.close();
    readers.delete(asker);
    this.#count -= 1;
    if (readers.size === 0) this.#readers.delete(executionId);
    if (this.#count > 0) return;
    clearInterval(this.#sweep);
    this.#sweep = undefined;
  }

  #closeUnasked(): void {
    for (const [executionId, readers] of this.#readers)
      for (const [asker, reader] of readers) if (!reader.isAsked) this.#close(executionId, asker);
  }

  #nameList(lines: readonly StepLog[]): string {
    const name = this.#names.get(lines) ?? `${this.#bootId} ${++this.#lists}`;
    this.#names.set(lines, name);
    return name;
  }
}
