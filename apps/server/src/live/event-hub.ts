/**
 * What happens in this process and, where there are others, in those: passed on to whoever watches it live here. It holds
 * no truth: streams read the store and use the hub to know when to look again.
 *
 * 1. `committed` is on the hot path: without a watcher it does two map look-ups, and one entry for the bus where other
 *    processes share the database.
 * 2. A commit between two looks is never lost: a watch remembers that something happened.
 * 3. Memory is bounded: a ring per project that somebody has followed, at most `ringSize` events each.
 */
import type { ExecutionStatus } from '@navette/contracts';
import type { CommitListener } from '@navette/engine';
import { createUuid, encodeId } from '@navette/kit';
import type { BusMessage, ProcessBus } from '@navette/store';
import { ProjectFeed } from './project-feed.ts';

export type WorkflowChange = 'created' | 'updated' | 'published' | 'unpublished' | 'deleted';

type Commit = Parameters<CommitListener['committed']>[0];

interface ExecutionChange {
  projectId: string;
  workflowId: string;
  executionId: string;
  status: ExecutionStatus;
}

/** Tells when an execution has committed something since it was last asked. */
export class ExecutionWatch {
  #changed = true;
  #wake: (() => void) | undefined;
  readonly #onClose: (watch: ExecutionWatch) => void;

  constructor(onClose: (watch: ExecutionWatch) => void) {
    this.#onClose = onClose;
  }

  notify(): void {
    this.#changed = true;
    this.#wake?.();
  }

  /** Resolves at once when something happened since the last call, else with the next commit or after `timeoutMs`. */
  async next(timeoutMs: number): Promise<void> {
    if (!this.#changed) {
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        timer = setTimeout(resolve, timeoutMs);
      });
      clearTimeout(timer);
      this.#wake = undefined;
    }
    this.#changed = false;
  }

  close(): void {
    this.#wake?.();
    this.#onClose(this);
  }
}

export class EventHub implements CommitListener {
  /** Tells ids of this process from those of another or of an earlier start. */
  readonly #bootId = createUuid().slice(-8);
  readonly #watches = new Map<string, Set<ExecutionWatch>>();
  readonly #feeds = new Map<string, ProjectFeed>();
  readonly #bus: ProcessBus | undefined;

  /** Undefined: no other process uses the database. */
  constructor(bus: ProcessBus | undefined) {
    this.#bus = bus;
  }

  committed({ executionId, projectId, status, workflowId }: Commit): void {
    this.#executionChanged({ executionId, projectId, status, workflowId });
    this.#bus?.publish({ kind: 'committed', projectId, workflowId, executionId, status });
  }

  /** Bare ids. */
  workflowChanged(projectId: string, workflowId: string, change: WorkflowChange): void {
    this.#pushWorkflow(projectId, workflowId, change);
    this.#bus?.publish({ kind: 'workflow-changed', projectId, workflowId, change });
  }

  /** Something happened in another process. */
  hear(message: BusMessage): void {
    if (message.kind === 'committed') this.#executionChanged(message);
    else if (message.kind === 'workflow-changed')
      this.#pushWorkflow(message.projectId, message.workflowId, message.change);
    else if (message.kind === 'missed') this.#lookAgain();
  }

  /** Found in the store: what was heard already changes nothing. Bare ids. */
  executionFound(found: ExecutionChange): void {
    this.#executionChanged(found);
  }

  /** The feeds that somebody follows now, by bare id of their project. */
  followedFeeds(): [projectId: string, feed: ProjectFeed][] {
    return [...this.#feeds].filter(([, feed]) => feed.isFollowed);
  }

  watchExecution(executionId: string): ExecutionWatch {
    const watches = this.#watches.get(executionId) ?? new Set();
    this.#watches.set(executionId, watches);
    const watch = new ExecutionWatch((closed) => {
      watches.delete(closed);
      if (watches.size === 0) this.#watches.delete(executionId);
    });
    watches.add(watch);
    return watch;
  }

  /** The events of a project, kept from the first time that somebody follows it. */
  feedOf(projectId: string): ProjectFeed {
    let feed = this.#feeds.get(projectId);
    if (!feed) {
      feed = new ProjectFeed(this.#bootId);
      this.#feeds.set(projectId, feed);
    }
    return feed;
  }

  #executionChanged({ executionId, projectId, status, workflowId }: ExecutionChange): void {
    const watches = this.#watches.get(executionId);
    if (watches) for (const watch of watches) watch.notify();
    this.#feeds.get(projectId)?.pushExecution({
      executionId: encodeId('execution', executionId),
      workflowId: encodeId('workflow', workflowId),
      status,
    });
  }

  #pushWorkflow(projectId: string, workflowId: string, change: string): void {
    const data = { workflowId: encodeId('workflow', workflowId), change };
    this.#feeds.get(projectId)?.push({ type: 'workflow-changed', data });
  }

  #lookAgain(): void {
    for (const watches of this.#watches.values()) for (const watch of watches) watch.notify();
    for (const feed of this.#feeds.values()) feed.forget();
  }
}
