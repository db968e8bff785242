/** What a queue asks of the store. Ids are bare UUIDs. */

/**
 * A queued execution at one moment of its life: `generation` is its fence, which rises with each claim, so that an
 * execution that is queued again is another ticket.
 */
export interface QueueTicket {
  id: string;
  generation: number;
}

export interface QueuedExecution extends QueueTicket {
  projectId: string;
  /** Within its project: the higher, the earlier. */
  priority: number;
}

export interface QueueSource {
  /** The next in the order of claims, without those excluded, to be put in line: it counts as their turn. */
  nextQueued(limit: number, excluding: readonly QueueTicket[]): Promise<QueuedExecution[]>;
  /** The same for a look, which is nobody's turn. */
  peekQueued(limit: number, excluding: readonly QueueTicket[]): Promise<QueuedExecution[]>;
  /** Those of the executions that are queued now. */
  listQueued(executionIds: readonly string[]): Promise<QueuedExecution[]>;
  countStates(): Promise<StateCounts>;
  readPaused(): Promise<boolean>;
  readState(): Promise<QueueState>;
  writePaused(paused: boolean): Promise<void>;
}

export interface QueueState {
  isPaused: boolean;
  /** Whether a claim might find something: false is certain at the moment of the reading. */
  hasWork: boolean;
}

export interface StateCounts {
  queued: number;
  running: number;
  /** Waiting for a time to come. */
  delayed: number;
  /** Of the last 24 hours. */
  completed: number;
  failed: number;
}

/** "<execution id>.<generation>", the name of a ticket. */
export function encodeTicket({ id, generation }: QueueTicket): string {
  return `${id}.${generation}`;
}
