/**
 * What other processes commit, passed on to whoever waits for it here: live streams, callers of `startAndAwait`, runs that
 * wait for a child, the dispatcher.
 *
 * R1. News from the bus only makes things faster. Whatever is waited for is also looked at in the store, at once after
 *     the bus has missed something and now and then anyway.
 * R2. A look costs nothing while nobody waits.
 */
import type { Engine } from '@navette/engine';
import { decodeId } from '@navette/kit';
import { type BusMessage, type Database, listCreatedSince, listHeads, type ProcessBus } from '@navette/store';
import type { EventHub } from '../live/event-hub.ts';
import type { ProjectFeed } from '../live/project-feed.ts';
import { beatMs } from './beat.ts';
import type { LoopTask } from './run-loop.ts';
import type { WorkDispatcher } from './work-dispatcher.ts';

const feedsMs = 2_000;
/** Clocks of processes differ, and a commit takes its time. */
const clockSlackMs = 15_000;
/** More new executions than that between two looks, and clients read their lists again. */
const mostCreated = 200;

export interface RemoteEventsOptions {
  bus: ProcessBus;
  database: Database;
  engine: Engine;
  hub: EventHub;
  dispatcher: Pick<WorkDispatcher, 'poll'>;
  onTrouble(error: unknown): void;
}

export class RemoteEvents {
  readonly #options: RemoteEventsOptions;
  #unsubscribe: () => void = () => {};
  /** Awaited execution → what was known of it at the last look. */
  #awaited = new Map<string, string>();
  /** Project → Unix milliseconds of the last look at its feed. */
  readonly #lookedAt = new Map<string, number>();
  /** Awaited executions that are being read now → whether they have changed since. */
  readonly #reading = new Map<string, boolean>();

  constructor(options: RemoteEventsOptions) {
    this.#options = options;
  }

  start(): void {
    this.#unsubscribe = this.#options.bus.subscribe((message) => this.#hear(message));
  }

  stop(): void {
    this.#unsubscribe();
  }

  listTasks(): LoopTask[] {
    return [
      { name: 'Looking at awaited executions', turn: () => this.#lookAtAwaited() },
      { name: 'Looking at followed projects', turn: () => this.#lookAtFeeds() },
    ];
  }

  #hear(message: BusMessage): void {
    const { dispatcher, engine, hub } = this.#options;
    hub.hear(message);
    if (message.kind === 'committed') void this.#lookOnce(message.executionId);
    if (message.kind === 'queued') for (const id of message.executionIds) engine.notify(id);
    if (message.kind === 'missed') for (const id of engine.awaitedElsewhere()) void this.#lookOnce(id);
    if (message.kind === 'queued' || message.kind === 'missed') dispatcher.poll();
  }

  /** One look at a time for each: a look reads the whole journal. Never rejects. */
  async #lookOnce(executionId: string): Promise<void> {
    const { engine, onTrouble } = this.#options;
    if (this.#reading.has(executionId)) {
      this.#reading.set(executionId, true);
      return;
    }
    do {
      this.#reading.set(executionId, false);
      await engine.lookAgain([executionId]).catch(onTrouble);
    } while (this.#reading.get(executionId));
    this.#reading.delete(executionId);
  }

  async #lookAtAwaited(): Promise<number> {
    const { database, engine } = this.#options;
    const ids = engine.awaitedElsewhere();
    const heads = ids.length === 0 ? [] : await listHeads(database.pool, ids);
    const changed = heads.filter(({ id, seq, status }) => this.#awaited.get(id) !== `${status} ${seq}`);
    if (changed.length > 0) await engine.lookAgain(changed.map(({ id }) => id));
    this.#awaited = new Map(heads.map(({ id, seq, status }) => [id, `${status} ${seq}`]));
    return beatMs;
  }

  async #lookAtFeeds(): Promise<number> {
    const followed = this.#options.hub.followedFeeds();
    for (const [projectId, feed] of followed) await this.#lookAtFeed(projectId, feed);
    return feedsMs;
  }

  async #lookAtFeed(projectId: string, feed: ProjectFeed): Promise<void> {
    const { hub } = this.#options;
    const { pool } = this.#options.database;
    const now = Date.now();
    const lastLook = this.#lookedAt.get(projectId) ?? now;
    const since = new Date(lastLook - clockSlackMs);
    const created = await listCreatedSince(pool, { projectId, since, limit: mostCreated });
    const open = feed.listOpen().map((id) => decodeId('execution', id)!);
    const heads = open.length === 0 ? [] : await listHeads(pool, open);
    this.#lookedAt.set(projectId, now);
    // The feed knows which of these are news.
    if (created.length === mostCreated) feed.forget();
    for (const { id, status, workflowId } of [...created.reverse(), ...heads])
      hub.executionFound({ projectId, workflowId, executionId: id, status });
  }
}
