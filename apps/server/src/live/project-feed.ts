import { type ExecutionStatus, isTerminal } from '@navette/contracts';

export interface ExecutionChanged {
  /** Ids as people see them. */
  executionId: string;
  workflowId: string;
  status: ExecutionStatus;
}

export type ProjectEvent =
  | { type: 'execution-changed'; data: ExecutionChanged }
  | { type: 'workflow-changed'; data: { workflowId: string; change: string } };

interface NumberedEvent {
  number: number;
  event: ProjectEvent;
}

const ringSize = 1_000;

/** The latest events of one project, numbered, with the listeners that wait for more. */
export class ProjectFeed {
  readonly #bootId: string;
  readonly #ring: NumberedEvent[] = [];
  readonly #listeners = new Set<() => void>();
  /** The latest of each execution that was heard of lately, so that the commits of one status are one event. */
  readonly #statuses = new Map<string, ExecutionStatus>();
  #last = 0;

  constructor(bootId: string) {
    this.#bootId = bootId;
  }

  pushExecution(data: ExecutionChanged): void {
    const known = this.#statuses.get(data.executionId);
    // What comes late from another process does not undo an end.
    if (known === data.status || (known !== undefined && isTerminal(known))) return;
    this.#statuses.delete(data.executionId);
    this.#statuses.set(data.executionId, data.status);
    if (this.#statuses.size > ringSize) this.#statuses.delete(this.#statuses.keys().next().value!);
    this.push({ type: 'execution-changed', data });
  }

  push(event: ProjectEvent): void {
    this.#last += 1;
    this.#ring.push({ number: this.#last, event });
    // Cut in large pieces, so that a busy project does not move the whole ring with each event.
    if (this.#ring.length > 2 * ringSize) this.#ring.splice(0, this.#ring.length - ringSize);
    for (const listener of this.#listeners) listener();
  }

  /** Something is missing that nobody knows: whoever follows is told to read the lists again. */
  forget(): void {
    this.#last += 1;
    this.#ring.length = 0;
    this.#statuses.clear();
    for (const listener of this.#listeners) listener();
  }

  get isFollowed(): boolean {
    return this.#listeners.size > 0;
  }

  /** Ids, as people see them, of the executions that had not ended when last heard of. */
  listOpen(): string[] {
    return [...this.#statuses].filter(([, status]) => !isTerminal(status)).map(([id]) => id);
  }

  /** The id to go on from. */
  get lastId(): string {
    return `${this.#bootId}-${this.#last}`;
  }

  /** What came after an id, and the id to go on from; `gap` when that is not known any more. */
  listAfter(id: string): { events: ProjectEvent[]; lastId: string } | 'gap' {
    const match = /^([0-9a-f]{8})-(\d{1,15})$/.exec(id);
    const number = Number(match?.[2]);
    const oldest = this.#ring[0]?.number ?? this.#last + 1;
    if (match?.[1] !== this.#bootId || number > this.#last || number < oldest - 1) return 'gap';
    const start = this.#ring.length - (this.#last - number);
    return { events: this.#ring.slice(start).map((each) => each.event), lastId: this.lastId };
  }

  /** Calls `listener` with each event, until the function that comes back is called. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

/** The latest event of each execution and workflow, in order: what a list needs to know after a busy moment. */
export function coalesce(events: readonly ProjectEvent[]): ProjectEvent[] {
  const latest = new Map<string, ProjectEvent>();
  for (const event of events) {
    const key = event.type === 'execution-changed' ? event.data.executionId : event.data.workflowId;
    latest.delete(key);
    latest.set(key, event);
  }
  return [...latest.values()];
}
