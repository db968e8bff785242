/** The engine's ExecutionStore on Postgres. */
import type { ExecutionStatus, JournalChunk, JournalRecord, KeyedRequest } from '@navette/contracts';
import {
  type ClaimedExecution,
  type ClaimOptions,
  type CommitListener,
  type DeliverResult,
  type DerivedExecution,
  type ExecutionOutcome,
  type ExecutionStore,
  engineErrors,
  type JournalWrite,
  type Message,
  type MessageWait,
  type NewExecution,
  type NewMessage,
  type WriteResult,
} from '@navette/engine';
import type { ErrorRecord, Logger } from '@navette/kit';
import type { Database } from '../database.ts';
import { FairTurns } from '../fairness/fair-turns.ts';
import { LimitGate } from '../limits/limit-gate.ts';
import { WriteEncoder } from '../payload/write-encoder.ts';
import { retryWhileAway } from '../retry-database.ts';
import { claimQueued } from '../sql/claim.ts';
import { closeWait } from '../sql/close-wait.ts';
import { deliverMessage } from '../sql/deliver-message.ts';
import { decodeExecution, type ExecutionRow, executionColumns } from '../sql/execution-row.ts';
import { readKeyed } from '../sql/read-keyed.ts';
import { readMessage } from '../sql/read-message.ts';
import { requestCancel } from '../sql/request-cancel.ts';
import { wakeParents } from '../sql/wake-parents.ts';
import { BatchWriter } from './batch-writer.ts';
import { readSmallJournals } from './read-small-journals.ts';
import { readWholeJournal } from './read-whole-journal.ts';

export class PostgresExecutionStore implements ExecutionStore {
  readonly #database: Database;
  readonly #writer: BatchWriter;
  readonly #encoder: WriteEncoder;
  readonly #listener: CommitListener;
  readonly #turns = new FairTurns();
  /** Lets executions pass their limits. */
  readonly limits: LimitGate;

  constructor(options: {
    database: Database;
    logger: Logger;
    listener: CommitListener;
    /** Told of every failure that the writer tries to get over. */
    onTrouble?: (error: unknown) => void;
    /** Told of executions that a limit has let pass: a worker may take them now. */
    onReady?: (executionIds: readonly string[]) => void;
  }) {
    this.#database = options.database;
    this.#listener = options.listener;
    this.#encoder = new WriteEncoder(options.database.pool, options.logger);
    this.limits = new LimitGate({ ...options, onReady: options.onReady ?? (() => {}) });
    this.#writer = new BatchWriter({
      connectionString: options.database.connectionString,
      logger: options.logger,
      listener: options.listener,
      onTrouble: options.onTrouble ?? (() => {}),
      limits: this.limits,
    });
  }

  /** Writes of stale owners so far: they changed nothing. */
  get fencedWrites(): number {
    return this.#writer.fenced;
  }

  async create(execution: NewExecution, records: readonly JournalRecord[]): Promise<WriteResult> {
    return this.#writer.create(await this.#encoder.encodeCreate(execution, records));
  }

  write(write: JournalWrite): Promise<WriteResult> {
    const encoded = this.#encoder.encodeWrite(write);
    return encoded instanceof Promise
      ? encoded.then((apart) => this.#writer.write(apart))
      : this.#writer.write(encoded);
  }

  async claim(options: ClaimOptions): Promise<ClaimedExecution[]> {
    const rows = await claimQueued(this.#database.pool, { ...options, turns: this.#turns });
    const { ids } = options;
    if (ids && rows.length < Math.min(ids.length, options.limit)) void this.limits.askFor(ids);
    return rows.map((row) => ({
      ...decodeExecution(row),
      fence: row.fence,
      recoveredFrom: row.taken_from,
      cancelRequested: row.cancel_requested,
    }));
  }

  readJournal(executionId: string, afterSeq = 0): Promise<JournalChunk[]> {
    return retryWhileAway(() => readWholeJournal(this.#database.pool, executionId, afterSeq));
  }

  readJournals(executionIds: readonly string[]): Promise<Map<string, JournalChunk[]>> {
    return retryWhileAway(() => readSmallJournals(this.#database.pool, executionIds));
  }

  readOutcome(executionId: string): Promise<ExecutionOutcome | undefined> {
    return retryWhileAway(() => this.#readOutcome(executionId));
  }

  readKeyed(executionId: string): Promise<KeyedRequest | undefined> {
    return retryWhileAway(() => readKeyed(this.#database.pool, executionId));
  }

  async #readOutcome(executionId: string): Promise<ExecutionOutcome | undefined> {
    const result = await this.#database.pool.query<{
      project_id: string;
      version_id: string;
      trigger_node_id: string;
      status: ExecutionStatus;
      error: ErrorRecord | null;
    }>('SELECT project_id, version_id, trigger_node_id, status, error FROM executions WHERE id = $1', [
      executionId,
    ]);
    const row = result.rows[0];
    return (
      row && {
        id: executionId,
        projectId: row.project_id,
        versionId: row.version_id,
        triggerNodeId: row.trigger_node_id,
        status: row.status,
        error: row.error,
      }
    );
  }

  async readExecution(
    projectId: string,
    executionId: string,
  ): Promise<(NewExecution & { status: ExecutionStatus }) | undefined> {
    const result = await this.#database.pool.query<ExecutionRow & { status: ExecutionStatus }>(
      `SELECT ${executionColumns('e')}, e.status FROM executions e WHERE e.id = $1 AND e.project_id = $2`,
      [executionId, projectId],
    );
    const row = result.rows[0];
    return row && { ...decodeExecution(row), status: row.status };
  }

  async listDerived(projectId: string, executionId: string): Promise<DerivedExecution[]> {
    const result = await this.#database.pool.query<DerivedExecution>(
      'SELECT id, mode, status FROM executions WHERE retry_of = $1 AND project_id = $2 ORDER BY created_at, id',
      [executionId, projectId],
    );
    return result.rows;
  }

  async requestCancel(projectId: string, executionId: string) {
    const error = engineErrors.create('EXECUTION_CANCELLED').toRecord();
    const finished = (at: number): JournalRecord => ({
      type: 'execution-finished',
      at,
      status: 'cancelled',
      error,
    });
    const result = await this.#database.withTransaction(async (client) => {
      const cancelled = await requestCancel(client, { projectId, executionId, finished, error });
      if (cancelled.outcome === 'cancelled' && cancelled.parentId)
        await wakeParents(client, [cancelled.parentId]);
      return cancelled;
    });
    if (result.outcome === 'cancelled' && result.workflowId) {
      this.#listener.committed({
        projectId,
        workflowId: result.workflowId,
        executionId,
        seq: result.seq ?? 0,
        records: [finished(Date.now())],
        status: 'cancelled',
      });
    }
    if (result.freed) this.limits.freed([result.freed]);
    return { outcome: result.outcome, children: result.children };
  }

  deliver(message: NewMessage): Promise<DeliverResult> {
    return this.#database.withTransaction((client) => deliverMessage(client, message));
  }

  readMessage(wait: MessageWait): Promise<Message | undefined> {
    return readMessage(this.#database.pool, wait);
  }

  async closeWait(wait: MessageWait): Promise<void> {
    await this.#database.withTransaction((client) => closeWait(client, wait));
  }

  /** Waits for the writes that are queued. */
  async close(): Promise<void> {
    this.#encoder.close();
    await this.#writer.close();
    await this.limits.close();
  }
}
