/** Loaded only where a Redis is configured: it brings BullMQ and the client of Redis with it. */
import { BullMqDispatcher } from '@navette/dispatch/bullmq';
import { PostgresQueueSource, type ProcessBus } from '@navette/store';
import type { DispatchContext } from '../work-dispatcher.ts';

export interface RedisDispatcherOptions extends DispatchContext {
  redisUrl: string;
  /** Names the database among those that share the Redis. */
  installation: string;
  /** Executions that this process runs at once, when it runs any. */
  maxActive: number;
}

/** BullMQ as the queue. The other processes are told as well, since runs there may wait for what was queued here. */
export class RedisDispatcher extends BullMqDispatcher {
  readonly #bus: ProcessBus | undefined;

  constructor(options: RedisDispatcherOptions) {
    const { bus, database, duties, installation, logger, look, maxActive, redisUrl } = options;
    super({
      url: redisUrl,
      namespace: installation,
      places: duties.executes ? maxActive : 0,
      source: new PostgresQueueSource(database, look),
      logger,
    });
    this.#bus = bus;
  }

  override enqueue(executionIds: readonly string[], projectId?: string): void {
    super.enqueue(executionIds, projectId);
    this.#bus?.publish({ kind: 'queued', executionIds });
  }
}
