/**
 * The ExecutionStore in memory: for tests and simulation. Keeps the very rules of the Postgres one (fences, leases,
 * idempotency keys, wake-ups); the conformance suite runs over both.
 */
import type { JournalChunk, JournalRecord } from '@navette/contracts';
import { isTerminal, moveExecution } from '@navette/contracts';
import type { ErrorRecord } from '@navette/kit';
import { createCompensation } from './compensation/queue-compensation.ts';
import { engineErrors } from './errors.ts';
import { findKeyed } from './find-keyed.ts';
import { compareTurns, type LimitedRow, passLimits } from './memory-limits.ts';
import { MemoryMail } from './memory-mail.ts';
import type { MessageWait, NewMessage, Wake } from './message-store.ts';
import { pickExecution } from './pick-execution.ts';
import type {
  ClaimedExecution,
  ClaimOptions,
  CommitListener,
  ExecutionOutcome,
  ExecutionStore,
  JournalWrite,
  NewExecution,
  WriteResult,
} from './ports.ts';

interface Row extends LimitedRow {
  owner: string | null;
  error: ErrorRecord | null;
  wakeAt: number | null;
  wakeRequested: boolean;
  recoveredFrom: string | null;
  recoveries: number;
  chunks: StoredChunk[];
}

export class MemoryExecutionStore implements ExecutionStore {
  readonly #rows = new Map<string, Row>();
  readonly #workers = new Map<string, 'alive' | 'dead'>();
  #hasLimits = false;
  readonly #listener: CommitListener;
  /** By which claims take waits that are due; they take none when it is left out. */
  readonly #now: () => number;
  readonly #mail = new MemoryMail(
    (id) => this.#rows.get(id),
    (id) => this.#wakeRow(id),
  );
  fencedWrites = 0;
  /** Told of executions that a limit has let pass. */
  onReady: (executionIds: readonly string[]) => void = () => {};
  /** Whether a version has steps that undo others: the database looks into the definition. */
  hasCompensation: (versionId: string) => boolean = () => false;

  constructor(listener: CommitListener = { committed() {} }, now = () => Number.NEGATIVE_INFINITY) {
    this.#listener = listener;
    this.#now = now;
  }

  registerWorker(workerId: string): void {
    this.#workers.set(workerId, 'alive');
  }

  /** Declares a worker dead and queues what it had at work. */
  buryWorker(workerId: string): string[] {
    this.#workers.set(workerId, 'dead');
    const orphans = [...this.#rows.values()].filter(
      (row) => row.status === 'running' && row.owner === workerId,
    );
    for (const row of orphans) release(row);
    return orphans.map((row) => row.id);
  }

  /** Queues waits that are due. */
  queueDueWaits(now: number): string[] {
    const due = [...this.#rows.values()].filter(
      (row) => row.status === 'waiting' && row.wakeAt !== null && row.wakeAt <= now,
    );
    for (const row of due) wake(row);
    return due.map((row) => row.id);
  }

  isAlive(workerId: string): boolean {
    return this.#workers.get(workerId) === 'alive';
  }

  /** Ids of the executions that a worker has at work. */
  listOwned(workerId: string): string[] {
    return [...this.#rows.values()]
      .filter((row) => row.status === 'running' && row.owner === workerId)
      .map((row) => row.id);
  }

  /** Queues executions that a worker owns and has no run for. */
  requeueAbandoned(workerId: string, executionIds: readonly string[]): void {
    for (const id of executionIds) {
      const row = this.#rows.get(id);
      if (row?.status === 'running' && row.owner === workerId) release(row);
    }
  }

  find(executionId: string): Readonly<Row> | undefined {
    return this.#rows.get(executionId);
  }

  list(): readonly Readonly<Row>[] {
    return [...this.#rows.values()];
  }

  async create(execution: NewExecution, records: readonly JournalRecord[]): Promise<WriteResult> {
    const twin = this.#findTwin(execution);
    if (twin) return { outcome: 'duplicate', executionId: twin.id };
    const { rate, trigger } = execution.limits ?? {};
    if (rate || trigger) throw new Error('The memory store knows no limits that have to do with time');
    this.#insert(execution, 'queued', null, 0, records);
    this.#passLimits();
    const { hasPlace, status } = this.#rows.get(execution.id)!;
    if (status === 'cancelled') return { outcome: 'written', state: 'skipped' };
    return hasPlace ? { outcome: 'written' } : { outcome: 'written', state: 'held' };
  }

  async write(write: JournalWrite): Promise<WriteResult> {
    if (this.#workers.get(write.workerId) !== 'alive') return this.#fenced();
    if (write.create) {
      const twin = this.#findTwin(write.create);
      if (twin) return { outcome: 'duplicate', executionId: twin.id };
      this.#insert(write.create, 'running', write.workerId, write.fence, []);
    }
    const row = this.#rows.get(write.executionId);
    if (row?.status !== 'running' || row.fence !== write.fence) return this.#fenced();
    if (write.records.length > 0) {
      row.chunks.push(new StoredChunk(write.seq, write.fence, write.records));
    }
    if (write.mail) this.#mail.apply(row.id, row.workflowId, write.mail);
    const requeued = this.#handOver(row, write);
    this.#askToCancel(write.cancelChildren ?? []);
    for (const child of write.children ?? []) {
      if (!this.#findTwin(child.execution)) this.#insert(child.execution, 'queued', null, 0, child.records);
    }
    const parent = write.wakeParent === undefined ? undefined : this.#rows.get(write.wakeParent);
    if (parent) wake(parent);
    this.#passLimits();
    this.#listener.committed({ ...write, status: row.status });
    return requeued ? { outcome: 'written', requeued } : { outcome: 'written' };
  }

  async claim(options: ClaimOptions): Promise<ClaimedExecution[]> {
    if (this.#workers.get(options.workerId) !== 'alive') return [];
    this.#passLimits();
    const open = [...this.#rows.values()]
      .filter((row) => !options.ids || options.ids.includes(row.id))
      .filter((row) => !options.exceptVersionIds?.includes(row.versionId));
    const queued = open.filter((row) => row.status === 'queued' && row.hasPlace);
    const now = this.#now();
    const due = open
      .filter((row) => row.status === 'waiting' && row.limits?.concurrency === undefined)
      .filter((row) => row.wakeAt !== null && row.wakeAt <= now)
      .sort((a, b) => a.wakeAt! - b.wakeAt!);
    const inLine = [...this.#orderFairly(queued), ...due];
    return takeWithin(inLine, options).map((row) => {
      const { recoveredFrom } = row;
      if (row.status === 'waiting') wake(row);
      row.status = moveExecution(row.status, 'claim');
      row.owner = options.workerId;
      row.fence += 1;
      row.wakeAt = null;
      row.wakeRequested = false;
      row.recoveredFrom = null;
      return { ...pickExecution(row), fence: row.fence, recoveredFrom, cancelRequested: row.cancelRequested };
    });
  }

  /** First those of projects that have the fewest at work; within a project as in `compareTurns`. */
  #orderFairly(queued: readonly Row[]): Row[] {
    const lists = Map.groupBy(queued, (row) => row.projectId);
    if (lists.size < 2) return [...queued].sort(compareTurns);
    const held = new Map<string, number>([...lists.keys()].map((projectId) => [projectId, 0]));
    for (const { projectId, status } of this.#rows.values()) {
      const count = held.get(projectId);
      if (status === 'running' && count !== undefined) held.set(projectId, count + 1);
    }
    return [...lists]
      .flatMap(([projectId, rows]) =>
        [...rows].sort(compareTurns).map((row, index) => ({ row, turn: held.get(projectId)! + index })),
      )
      .sort((a, b) => a.turn - b.turn || compareTurns(a.row, b.row))
      .map(({ row }) => row);
  }

  async readJournal(executionId: string, afterSeq = 0): Promise<JournalChunk[]> {
    const chunks = this.#rows.get(executionId)?.chunks ?? [];
    return chunks
      .filter((chunk) => chunk.seq > afterSeq)
      .map((chunk) => ({ seq: chunk.seq, records: chunk.copyRecords() }));
  }

  async readJournals(executionIds: readonly string[]): Promise<Map<string, JournalChunk[]>> {
    const journals = new Map<string, JournalChunk[]>();
    for (const id of executionIds) journals.set(id, await this.readJournal(id));
    return journals;
  }

  async readOutcome(executionId: string): Promise<ExecutionOutcome | undefined> {
    const row = this.#rows.get(executionId);
    if (!row) return undefined;
    const { id, projectId, versionId, triggerNodeId, status, error } = row;
    return { id, projectId, versionId, triggerNodeId, status, error };
  }

  async readKeyed(executionId: string) {
    const [first] = await this.readJournal(executionId);
    return findKeyed(first);
  }

  async readExecution(projectId: string, executionId: string) {
    const row = this.#rows.get(executionId);
    return row && row.projectId === projectId ? { ...pickExecution(row), status: row.status } : undefined;
  }

  async listDerived(projectId: string, executionId: string) {
    const rows = [...this.#rows.values()].filter((row) => row.projectId === projectId);
    return rows
      .filter((row) => row.retryOf === executionId)
      .map(({ id, mode, status }) => ({ id, mode, status }));
  }

  async requestCancel(projectId: string, executionId: string) {
    const row = this.#rows.get(executionId);
    if (!row || row.projectId !== projectId) return { outcome: 'unknown' as const, children: [] };
    const children = [...this.#rows.values()]
      .filter((child) => child.parentId === executionId && !isTerminal(child.status))
      .map((child) => child.id);
    if (isTerminal(row.status)) return { outcome: 'finished' as const, children };
    row.cancelRequested = true;
    if (row.status === 'running') return { outcome: 'requested' as const, children };
    this.#end(row, 'EXECUTION_CANCELLED', children);
    this.#passLimits();
    return { outcome: 'cancelled' as const, children };
  }

  /** Ends what nobody has at work. */
  #end(
    row: Row,
    code: 'EXECUTION_CANCELLED' | 'EXECUTION_SKIPPED' | 'EXECUTION_REPLACED',
    children: readonly string[],
  ): void {
    const error = engineErrors.create(code).toRecord();
    this.#mail.withdraw(row.id);
    this.#askToCancel(children);
    row.status = moveExecution(row.status, 'cancel');
    row.error = error;
    const at = row.chunks.flatMap((chunk) => chunk.records).at(-1)?.at ?? row.createdAt;
    const seq = (row.chunks.at(-1)?.seq ?? 0) + 1;
    const records: JournalRecord[] = [{ type: 'execution-finished', at, status: 'cancelled', error }];
    row.chunks.push(new StoredChunk(seq, row.fence, records));
    if (row.mode !== 'compensation' && row.fence > 0 && this.hasCompensation(row.versionId)) {
      const compensation = createCompensation(row, at);
      if (!this.#rows.has(compensation.id)) this.#insert(compensation, 'queued', null, 0, []);
    }
    const parent = row.parentId === null ? undefined : this.#rows.get(row.parentId);
    if (parent) wake(parent);
  }

  #passLimits(): void {
    if (!this.#hasLimits) return;
    const { overflow, ready } = passLimits(this.#rows.values());
    for (const { code, row } of overflow) {
      row.cancelRequested = true;
      if (row.status === 'queued') this.#end(row, code, []);
    }
    if (ready.length > 0) this.onReady(ready.map((row) => row.id));
    // Who was ended may have held a place.
    if (overflow.some(({ row }) => row.status === 'cancelled' && row.hasPlace)) this.#passLimits();
  }

  deliver(message: NewMessage) {
    return this.#mail.deliver(message);
  }
  readMessage(wait: MessageWait) {
    return this.#mail.readMessage(wait);
  }
  closeWait(wait: MessageWait) {
    return this.#mail.closeWait(wait);
  }
  listApprovals() {
    return this.#mail.listApprovals();
  }

  #wakeRow(executionId: string): Wake {
    const row = this.#rows.get(executionId);
    if (row) wake(row);
    return row?.status === 'running' ? 'running' : 'queued';
  }

  /** What is parked is queued, so that whoever takes it ends it. */
  #askToCancel(executionIds: readonly string[]): void {
    for (const id of executionIds) {
      const row = this.#rows.get(id);
      if (!row || isTerminal(row.status)) continue;
      row.cancelRequested = true;
      if (row.status === 'waiting') wake(row);
    }
  }

  #handOver(row: Row, write: JournalWrite): boolean {
    const { handover } = write;
    if (!handover) return false;
    row.owner = null;
    if (handover.kind === 'release') {
      row.status = moveExecution(row.status, 'release');
      return false;
    }
    if (handover.kind === 'finish') {
      const event =
        handover.status === 'succeeded' ? 'succeed' : handover.status === 'failed' ? 'fail' : 'cancel';
      row.status = moveExecution(row.status, event);
      row.error = handover.error;
      return false;
    }
    row.status = moveExecution(row.status, 'wait');
    row.wakeAt = handover.wakeAt;
    const requeue = row.wakeRequested || row.cancelRequested;
    row.wakeRequested = false;
    if (requeue) wake(row);
    else row.hasPlace = row.limits?.concurrency === undefined;
    return requeue;
  }

  #insert(
    execution: NewExecution,
    status: 'queued' | 'running',
    owner: string | null,
    fence: number,
    records: readonly JournalRecord[],
  ): void {
    this.#hasLimits ||= execution.limits !== undefined;
    this.#rows.set(execution.id, {
      ...execution,
      status,
      fence,
      owner,
      error: null,
      wakeAt: null,
      wakeRequested: false,
      cancelRequested: false,
      recoveredFrom: null,
      recoveries: 0,
      hasPlace: status === 'running' || execution.limits?.concurrency === undefined,
      chunks: records.length > 0 ? [new StoredChunk(1, fence, records)] : [],
    });
  }

  #findTwin(execution: NewExecution): Row | undefined {
    const same = this.#rows.get(execution.id);
    if (same || execution.idempotencyKey === null) return same;
    return [...this.#rows.values()].find(
      (row) =>
        row.projectId === execution.projectId &&
        row.workflowId === execution.workflowId &&
        row.idempotencyKey === execution.idempotencyKey,
    );
  }

  #fenced(): WriteResult {
    this.fencedWrites += 1;
    return { outcome: 'fenced' };
  }
}

/** The first in line, and no more of a project than it may have. */
function takeWithin(inLine: readonly Row[], { limit, perProject }: ClaimOptions): Row[] {
  if (!perProject) return inLine.slice(0, limit);
  const held = new Map(perProject.held);
  const within = inLine.filter(({ projectId }) => {
    const places = (held.get(projectId) ?? 0) + 1;
    if (places <= perProject.most) held.set(projectId, places);
    return places <= perProject.most;
  });
  return within.slice(0, limit);
}

/** Taken from a worker that is gone, or has no run for it. */
function release(row: Row): void {
  row.status = moveExecution(row.status, 'release');
  row.recoveredFrom = row.owner;
  row.recoveries += 1;
  row.owner = null;
}

/** A waiting execution is queued; a running one is marked to look before it parks. */
function wake(row: Row): void {
  if (row.status === 'waiting') {
    row.status = moveExecution(row.status, 'wake');
    row.wakeAt = null;
  } else if (row.status === 'running') {
    row.wakeRequested = true;
  }
}

/** Kept as a database does it: as JSON, so that no object is shared with who wrote or reads it. */
class StoredChunk implements JournalChunk {
  readonly seq: number;
  readonly fence: number;
  readonly #json: string;
  #records: JournalRecord[] | undefined;

  constructor(seq: number, fence: number, records: readonly JournalRecord[]) {
    this.seq = seq;
    this.fence = fence;
    this.#json = JSON.stringify(records);
  }

  /** For those who only look. */
  get records(): JournalRecord[] {
    this.#records ??= this.copyRecords();
    return this.#records;
  }

  copyRecords(): JournalRecord[] {
    return JSON.parse(this.#json) as JournalRecord[];
  }
}
