import { Redis, type RedisOptions } from 'ioredis';
import { connectionOptions } from './connection-options.ts';

/** A connection for BullMQ with the copies that it makes of it: all of them can be ended, whatever state they are in. */
export class RedisFamily extends Redis {
  readonly #copies: Redis[] = [];

  constructor(url: string) {
    super(url, { ...connectionOptions, maxRetriesPerRequest: null });
    ignoreErrors(this);
  }

  override duplicate(override?: Partial<RedisOptions>): Redis {
    const copy = super.duplicate(override);
    ignoreErrors(copy);
    this.#copies.push(copy);
    return copy;
  }

  disconnectAll(): void {
    for (const redis of [this, ...this.#copies]) {
      const isBetweenTries = redis.status === 'reconnecting';
      redis.disconnect();
      // It ends without a word then, and whoever waits for it would wait for ever.
      if (isBetweenTries) redis.emit('end');
    }
  }
}

/** BullMQ passes them on while it listens, and the link says that Redis is away. */
function ignoreErrors(redis: Redis): void {
  redis.on('error', () => {});
}
