/**
 * What the engine needs of the world. The store package implements these on Postgres, `memory-store.ts` in memory; the
 * server adapts the rest. All ids are bare UUIDs, all times Unix milliseconds.
 */
import type {
  AnyNodeDefinition,
  ArtifactPort,
  CodePort,
  CredentialData,
  ExecutionMode,
  ExecutionOrigin,
  ExecutionStatus,
  HttpPort,
  JournalChunk,
  JournalRecord,
  KeyedRequest,
  Priority,
  ProgramOrigin,
  StepLog,
  Why,
  WorkflowCodeSettings,
  WorkflowDefinition,
} from '@navette/contracts';
import type { ErrorRecord, JsonObject } from '@navette/kit';
import type { ExecutionLimits } from './admission/execution-limits.ts';
import type { ProjectBound } from './admission/project-bound.ts';
import type { MailChange, MessageStore } from './message-store.ts';

/** Everything that is fixed when an execution comes into being. */
export interface NewExecution {
  id: string;
  projectId: string;
  workflowId: string;
  versionId: string;
  mode: ExecutionMode;
  triggerNodeId: string;
  createdAt: number;
  /** When it times out; null: never. */
  deadlineAt: number | null;
  /** At most one execution per workflow has it; a second create gives the first one. */
  idempotencyKey: string | null;
  /** The execution that it was made from; see `origin`. */
  retryOf: string | null;
  /** First of a chain of retries; its own id otherwise. */
  rootId: string;
  parentId: string | null;
  parentPath: string | null;
  depth: number;
  /** Left out where a trigger started it. */
  origin?: ExecutionOrigin;
  /** Which goes first of those of a project that are queued; normal when left out. */
  priority?: Priority;
  /** Only when it is created: what it waits behind. Such an execution is queued, never created by its worker. */
  limits?: ExecutionLimits;
}

/** An execution that a worker owns, as it stood when claimed. */
export interface ClaimedExecution extends NewExecution {
  fence: number;
  /** Owner before, when it was taken over from a dead worker. */
  recoveredFrom: string | null;
  cancelRequested: boolean;
}

/** How a write ends the ownership of an execution. */
export type Handover =
  | { kind: 'finish'; status: 'succeeded' | 'failed' | 'cancelled'; at: number; error: ErrorRecord | null }
  | { kind: 'wait'; wakeAt: number | null; reason: string; why?: Why }
  | { kind: 'release'; reason: string };

/** One commit of one execution: all of it or nothing. */
export interface JournalWrite {
  executionId: string;
  projectId: string;
  workflowId: string;
  workerId: string;
  fence: number;
  /** For whoever counts or traces; the store needs only its ids. */
  execution?: NewExecution;
  /** Of this chunk; 1 for the first. */
  seq: number;
  records: readonly JournalRecord[];
  /** The execution does not exist yet: make it, owned by this worker (or finished, with a handover). */
  create?: NewExecution;
  handover?: Handover;
  /** Child executions to queue in the same transaction; those that exist already are left alone. */
  children?: readonly { execution: NewExecution; records: readonly JournalRecord[] }[];
  /** The parent to wake when this write finishes a child. */
  wakeParent?: string;
  /** Children that nobody waits for any more: those that have not ended are asked to cancel. */
  cancelChildren?: readonly string[];
  mail?: MailChange;
}

/**
 * written: durable. fenced: somebody else owns the execution, nothing changed. duplicate: `create` met its idempotency
 * key, nothing changed. A lost compare-and-set is a normal result; only a broken store throws.
 */
export type WriteResult =
  | {
      outcome: 'written' /** Parked although something had asked it to wake: it is queued again. */;
      requeued?: boolean;
      /**
       * Of an execution with limits that was created. held: it waits behind one. delayed: parked, since its trigger is
       * debounced or throttled. skipped: ended at once as cancelled. Absent: a worker may take it.
       */
      state?: 'held' | 'delayed' | 'skipped';
    }
  /** Its input went into another execution, which gathers triggers and has not begun. */
  | { outcome: 'merged'; executionId: string }
  | { outcome: 'fenced' }
  | { outcome: 'duplicate'; executionId: string };

/** An execution that was made from another one. */
export interface DerivedExecution {
  id: string;
  mode: ExecutionMode;
  status: ExecutionStatus;
}

/** The state of an execution that others may read (a parent of its child, a webhook of its twin). */
export interface ExecutionOutcome {
  id: string;
  projectId: string;
  versionId: string;
  triggerNodeId: string;
  status: ExecutionStatus;
  error: ErrorRecord | null;
}

export interface ClaimOptions {
  workerId: string;
  limit: number;
  ids?: readonly string[];
  /** Versions that the worker cannot run. */
  exceptVersionIds?: readonly string[];
  /** What is above it is left where it is. */
  perProject?: ProjectBound;
}

export interface ExecutionStore extends MessageStore {
  /** Queues an execution together with its first records (seq 1). Durable when it returns. */
  create(execution: NewExecution, records: readonly JournalRecord[]): Promise<WriteResult>;
  /** Appends to the journal through the group-commit writer. */
  write(write: JournalWrite): Promise<WriteResult>;
  /**
   * Takes executions: those named, or the first that are queued and then waits that are due, in the order of their time,
   * without those that wait behind a limit. Each is given to one worker only. Those of `exceptVersionIds` and those above
   * the bound of `perProject` are left where they are.
   */
  claim(options: ClaimOptions): Promise<ClaimedExecution[]>;
  readJournal(executionId: string, afterSeq?: number): Promise<JournalChunk[]>;
  /** The journals of many, by execution. What is too large to be read beside others is left out: it is read alone. */
  readJournals(executionIds: readonly string[]): Promise<Map<string, JournalChunk[]>>;
  readOutcome(executionId: string): Promise<ExecutionOutcome | undefined>;
  /** What the trigger's record tells of an Idempotency-Key; nothing when no digest came along or the journal is deleted. */
  readKeyed(executionId: string): Promise<KeyedRequest | undefined>;
  readExecution(
    projectId: string,
    executionId: string,
  ): Promise<(NewExecution & { status: ExecutionStatus }) | undefined>;
  /** Executions that were made from this one, and how. */
  listDerived(projectId: string, executionId: string): Promise<DerivedExecution[]>;
  /**
   * Ends a queued or waiting execution as cancelled (with its journal record); marks a running one for its owner.
   * `children` are those that have not finished.
   */
  requestCancel(
    projectId: string,
    executionId: string,
  ): Promise<{ outcome: 'requested' | 'cancelled' | 'finished' | 'unknown'; children: string[] }>;
}

/** A version with what the engine must know of its workflow. */
export interface VersionRecord {
  versionId: string;
  workflowId: string;
  projectId: string;
  workflowName: string;
  definition: WorkflowDefinition;
}

export interface VersionSource {
  /** Undefined when there is none in that project. */
  read(projectId: string, versionId: string): Promise<VersionRecord | undefined>;
  /** The published version of a workflow, for sub-workflows. */
  readPublished(projectId: string, workflowId: string): Promise<VersionRecord | undefined>;
}

export interface NodeTypes {
  find(type: string, version: number): AnyNodeDefinition | undefined;
  /** For "did you mean". */
  list(): AnyNodeDefinition[];
}

export interface OpenCredential {
  type: string;
  data: CredentialData;
  allowedHosts: string[];
  /** What must not come back: what is secret in it, and what it puts onto requests. All of `data` when left out. */
  secrets?: readonly string[];
}

export interface CredentialSource {
  /** Decrypted for this moment; undefined when there is none in that project. */
  read(projectId: string, credentialId: string): Promise<OpenCredential | undefined>;
}

/** What policies of code are found by. */
export interface StepCodeOrigin {
  /** What the workflow says of its code. */
  workflowCode?: WorkflowCodeSettings | undefined;
  /** That the step is a call of; undefined for steps of a graph. */
  program?: ProgramOrigin | undefined;
}

/**
 * Shows what steps write while they are at work. It keeps no copy: `lines` is the list itself, which only grows until `ended`
 * is called with it. Both are on the hot path, and must not throw.
 */
export interface StepConsoles {
  wrote(step: { executionId: string; path: string }, lines: readonly StepLog[]): void;
  /** The lines are in the record of the step's end, which is not committed yet. */
  ended(step: { executionId: string; path: string }, lines: readonly StepLog[]): void;
}

/** Ports that are bound to the step that uses them. */
export interface StepPorts {
  http(
    step: StepCodeOrigin & {
      projectId: string;
      executionId: string;
      path: string;
      /** Of the node as the workflow has them, with their expressions: no data. */
      parameters: JsonObject;
      signal: AbortSignal;
    },
  ): HttpPort;
  artifacts(step: {
    projectId: string;
    executionId: string;
    path: string;
    signal: AbortSignal;
  }): ArtifactPort;
  /** Where there is none, no step can run code. */
  code?(
    step: StepCodeOrigin & {
      projectId: string;
      versionId: string;
      executionId: string;
      path: string;
      /** As for `http`. */
      parameters: JsonObject;
      signal: AbortSignal;
      /** That of the step: for requests of the code. */
      http: HttpPort;
    },
  ): CodePort;
}

/** Told after each commit; must not throw. Feeds live events. */
export interface CommitListener {
  committed(commit: {
    projectId: string;
    workflowId: string;
    executionId: string;
    seq: number;
    records: readonly JournalRecord[];
    status: ExecutionStatus;
  }): void;
  /** Told how many writes shared a commit, and how long it took. */
  batchCommitted?(writes: number, durationMs: number): void;
}

/** Hands queued executions to workers. Jobs carry ids only and may be delivered twice. */
export interface Dispatcher {
  /** Whether a start has to queue even where there is a place: the queue is paused. Asked by every start. */
  readonly holdsStarts?: boolean;
  /** After the commit that queued them. `projectId` where it is known and the same for all. */
  enqueue(executionIds: readonly string[], projectId?: string): void;
}
