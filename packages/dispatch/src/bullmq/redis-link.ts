/**
 * The connection to Redis and whether it can be relied on.
 *
 * Owns: `state`, the connection for commands, the list of live processes with their places.
 *
 * R1. `up` means that a write was answered within the last beat. A Redis that answers but takes no writes (full, replica,
 *     still loading) is down.
 * R2. A command never waits for a connection: while down it fails at once, and what is under way is given up when a beat
 *     stays without answer.
 * R3. Connecting again is tried for ever, a beat apart at the least.
 * R4. State changes are told in order, each once, and logged once.
 */
import type { Logger } from '@navette/kit';
import { Redis } from 'ioredis';
import { connectionOptions } from './connection-options.ts';
import { QuietLog } from './quiet-log.ts';

export interface RedisLinkOptions {
  url: string;
  /** Of all keys of one database. */
  prefix: string;
  /** Names this process among the live ones; bare UUID. */
  processId: string;
  /** Executions that this process can run at once; 0: none. */
  places: number;
  beatMs: number;
  logger: Logger;
}

/** Says that this process is alive, forgets those that are not, gives those that are. Times are those of Redis. */
const beatScript = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
return redis.call('ZRANGE', KEYS[1], 0, -1)`;

/** Between two lines of the log about coming and going. */
const changeGapMs = 5_000;
/** Beats that a process may miss before its places count no more. */
const missedBeats = 5;

export class RedisLink {
  readonly commands: Redis;
  readonly #options: RedisLinkOptions;
  readonly #quiet: QuietLog;
  readonly #listeners = new Set<(isUp: boolean) => void>();
  #isUp = false;
  #reason = 'not connected yet';
  #placesOfAll: number;
  #timer: NodeJS.Timeout | undefined;
  #beating = false;
  #closed = false;
  #wasUp = false;
  #downSince = performance.now();
  readonly #settled = Promise.withResolvers<void>();

  constructor(options: RedisLinkOptions) {
    this.#options = options;
    this.#quiet = new QuietLog(options.logger);
    this.#placesOfAll = options.places;
    this.commands = new Redis(options.url, {
      ...connectionOptions,
      connectionName: `navette:${options.processId}`,
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      autoResendUnfulfilledCommands: false,
    });
    this.commands.on('error', (error) => this.#setDown(error.message));
    // The error that closed it says more.
    this.commands.on('close', () => this.#setDown(this.#isUp ? 'the connection was closed' : this.#reason));
    this.commands.on('ready', () => void this.#beat());
    this.#timer = setInterval(() => void this.#beat(), options.beatMs);
  }

  get isUp(): boolean {
    return this.#isUp;
  }
  /** Why it is down, for people. */
  get reason(): string {
    return this.#reason;
  }
  /** Places of all live processes. */
  get placesOfAll(): number {
    return this.#placesOfAll;
  }

  /** Resolves when it is known whether Redis is there. */
  get settled(): Promise<void> {
    return this.#settled.promise;
  }

  onChange(listener: (isUp: boolean) => void): void {
    this.#listeners.add(listener);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    if (this.#isUp) {
      await within(2_000, this.commands.zrem(this.#liveKey, this.#member)).catch((error) =>
        this.#options.logger.debug({ err: error }, 'Redis was not told that this process stops'),
      );
    }
    this.commands.disconnect();
  }

  get #liveKey(): string {
    return `${this.#options.prefix}:live`;
  }
  get #member(): string {
    return `${this.#options.processId} ${this.#options.places}`;
  }

  async #beat(): Promise<void> {
    if (this.#closed || this.#beating || this.commands.status !== 'ready') return;
    this.#beating = true;
    const { beatMs } = this.#options;
    try {
      const ttlMs = beatMs * missedBeats;
      const live = await within(
        Math.max(1_000, beatMs * 2),
        this.commands.eval(beatScript, 1, this.#liveKey, this.#member, ttlMs) as Promise<string[]>,
      );
      this.#placesOfAll = live.reduce((sum, member) => sum + Number(member.split(' ')[1]), 0);
      this.#setUp();
    } catch (error) {
      this.#setDown((error as Error).message);
      // Nothing that is under way there will be answered in time; a new connection may be.
      if (error instanceof NoAnswerError && !this.#closed) this.commands.disconnect(true);
    } finally {
      this.#beating = false;
    }
  }

  #setUp(): void {
    if (this.#closed || this.#isUp) return;
    this.#isUp = true;
    this.#settled.resolve();
    const downMs = Math.round(performance.now() - this.#downSince);
    if (this.#wasUp) this.#quiet.info('Redis is back; the queue goes on', { downMs }, changeGapMs);
    this.#wasUp = true;
    this.#tell();
  }

  #setDown(reason: string): void {
    if (this.#closed) return;
    this.#reason = reason;
    this.#settled.resolve();
    this.#quiet.warn('Redis is out of reach', new Error(reason), this.#isUp ? changeGapMs : undefined);
    if (!this.#isUp) return;
    this.#isUp = false;
    this.#downSince = performance.now();
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener(this.#isUp);
  }
}

class NoAnswerError extends Error {}

/** Rejects when the answer does not come in time. A late failure is nobody's any more. */
export function within<T>(limitMs: number, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new NoAnswerError(`no answer within ${limitMs} ms`)), limitMs);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
