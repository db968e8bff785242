/**
 * What a journal write goes through before it is queued: its records become JSON, once; what is too large for the journal
 * is stored apart first; files that it names are kept.
 *
 * On the hot path: a small write that names no file costs the JSON that it needs anyway and a look for one letter.
 *
 * E1. What a write refers to is durable before the write is queued.
 * E2. The order of the writes of one execution is kept: its owner has one open at a time.
 */
import type { JournalRecord } from '@navette/contracts';
import type { JournalWrite, NewExecution } from '@navette/engine';
import type { Logger } from '@navette/kit';
import type pg from 'pg';
import { findArtifactIds, holdArtifacts } from '../artifact-storage/hold-artifacts.ts';
import { holdsLongList, isOverLimit, offloadRecords } from './offload-records.ts';
import { type PayloadOwner, writePayloads } from './payload-store.ts';
import { untilStored } from './until-stored.ts';

/** Records with their JSON as the journal keeps it; without it they are encoded as they are. */
export interface EncodedRecords {
  readonly records: readonly unknown[];
  readonly recordsText?: string;
  /** They name payloads or files, which are held for their execution. */
  readonly hasHolds?: true;
}

export type EncodedCreate = EncodedRecords & {
  execution: NewExecution;
  records: readonly JournalRecord[];
};
export type EncodedWrite = EncodedRecords & JournalWrite;

interface OwnedRecords extends PayloadOwner {
  records: readonly JournalRecord[];
  /** Nobody has been told of the execution. */
  isCreate: boolean;
}

/** References that were made lately: an execution names the same file in one record after the other. */
const heldLimit = 10_000;

export function textOf({ recordsText, records }: EncodedRecords): string {
  return recordsText ?? JSON.stringify(records);
}

/** Undefined for records whose lists are too long for one text. */
function encodeShort(records: readonly JournalRecord[]): string | undefined {
  return holdsLongList(records) ? undefined : JSON.stringify(records);
}

export class WriteEncoder {
  readonly #pool: pg.Pool;
  readonly #logger: Logger;
  readonly #closed = new AbortController();
  #held = new Set<string>();

  constructor(pool: pg.Pool, logger: Logger) {
    this.#pool = pool;
    this.#logger = logger;
  }

  /** Nothing waits for the database any more. */
  close(): void {
    this.#closed.abort();
  }

  encodeWrite(write: JournalWrite): EncodedWrite | Promise<EncodedWrite> {
    const text = encodeShort(write.records);
    const isPlain =
      text !== undefined &&
      write.children === undefined &&
      !isOverLimit(text) &&
      findArtifactIds(text).length === 0;
    return isPlain ? { ...write, recordsText: text } : this.#encodeFully(write, text);
  }

  async encodeCreate(execution: NewExecution, records: readonly JournalRecord[]): Promise<EncodedCreate> {
    const { id: executionId, projectId } = execution;
    const plain = encodeShort(records);
    const owned = { projectId, executionId, isCreate: true, records };
    const { recordsText, hasHolds } = await this.#encodeApart(owned, plain);
    return { execution, records, recordsText, ...(hasHolds ? { hasHolds } : {}) };
  }

  async #encodeFully(write: JournalWrite, text: string | undefined): Promise<EncodedWrite> {
    const owned = { ...write, isCreate: write.create !== undefined };
    const { recordsText } = await this.#encodeApart(owned, text);
    if (write.children === undefined) return { ...write, recordsText };
    const children: EncodedCreate[] = [];
    for (const { execution, records } of write.children)
      children.push(await this.encodeCreate(execution, records));
    return { ...write, recordsText, children };
  }

  /** `text`: the JSON of the records, where it is there already. `hasHolds`: it names payloads or files. */
  async #encodeApart(owned: OwnedRecords, text: string | undefined) {
    if (text !== undefined && !isOverLimit(text)) {
      const ids = findArtifactIds(text);
      await this.#hold(owned, ids);
      return { recordsText: text, hasHolds: ids.length > 0 };
    }
    const { records, parts } = await offloadRecords(owned.records);
    const recordsText = JSON.stringify(records);
    const ids = new Set(findArtifactIds(recordsText));
    for (const part of parts.values()) for (const id of findArtifactIds(part)) ids.add(id);
    await this.#hold(owned, [...ids]);
    if (parts.size > 0) await this.#untilStored(owned, () => writePayloads(this.#pool, owned, parts));
    return { recordsText, hasHolds: parts.size > 0 || ids.size > 0 };
  }

  async #hold(owned: OwnedRecords, artifactIds: readonly string[]): Promise<void> {
    const { projectId, executionId: id } = owned;
    const fresh = artifactIds.filter((artifactId) => !this.#held.has(`${id} ${artifactId}`));
    if (fresh.length === 0) return;
    const holder = { kind: 'execution', id, projectId } as const;
    await this.#untilStored(owned, () => holdArtifacts(this.#pool, holder, fresh));
    if (this.#held.size >= heldLimit) this.#held = new Set();
    for (const artifactId of fresh) this.#held.add(`${id} ${artifactId}`);
  }

  #untilStored({ isCreate }: OwnedRecords, work: () => Promise<void>): Promise<void> {
    return untilStored(work, { isCreate, signal: this.#closed.signal, logger: this.#logger });
  }
}
