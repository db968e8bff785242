/** Texts between processes over pub/sub. Redis keeps nothing of them. */
import type { TextCarrier } from '@navette/kit';
import { Redis } from 'ioredis';
import { connectionOptions } from './connection-options.ts';
import type { QuietLog } from './quiet-log.ts';

const maxTextBytes = 32 * 1024;
/** Sent and not answered: a Redis that stands still gets no more. */
const maxPendingBytes = 256 * 1024;

export interface RedisCarrierOptions {
  url: string;
  prefix: string;
  quiet: QuietLog;
  /** To publish with. Fails at once while Redis is away. */
  commands: Redis;
  isUp: () => boolean;
}

export class RedisCarrier implements TextCarrier {
  readonly maxTextBytes = maxTextBytes;
  readonly #options: RedisCarrierOptions;
  readonly #listeners = new Map<string, (text: string) => void>();
  #subscriber: Redis | undefined;
  /** Whether everything that is listened for has been subscribed to on this connection. */
  #hears = false;
  #pendingBytes = 0;

  constructor(options: RedisCarrierOptions) {
    this.#options = options;
  }

  get isUp(): boolean {
    return this.#options.isUp() && (this.#hears || this.#listeners.size === 0);
  }

  send(address: string, text: string): boolean {
    const bytes = Buffer.byteLength(text);
    const { commands, isUp, quiet } = this.#options;
    if (!isUp() || bytes > maxTextBytes || this.#pendingBytes + bytes > maxPendingBytes) return false;
    this.#pendingBytes += bytes;
    commands
      .publish(this.#channelOf(address), text)
      .catch((error: unknown) => quiet.warn('A text for another process was lost', error))
      .finally(() => {
        this.#pendingBytes -= bytes;
      });
    return true;
  }

  listen(address: string, listener: (text: string) => void): () => void {
    this.#listeners.set(address, listener);
    this.#hears = false;
    if (!this.#subscriber) this.#connect();
    else if (this.#subscriber.status === 'ready') this.#subscribe(this.#subscriber);
    return () => this.#listeners.delete(address);
  }

  close(): void {
    this.#hears = false;
    this.#subscriber?.disconnect();
    this.#subscriber = undefined;
  }

  #connect(): void {
    // Subscribing is done here, where its failure is heard.
    const subscriber = new Redis(this.#options.url, {
      ...connectionOptions,
      maxRetriesPerRequest: null,
      autoResubscribe: false,
    });
    this.#subscriber = subscriber;
    subscriber.on('error', () => {
      // The link says it, in one place.
    });
    subscriber.on('close', () => {
      this.#hears = false;
    });
    subscriber.on('message', (channel: string, text: string) => {
      this.#listeners.get(channel.slice(this.#channelOf('').length))?.(text);
    });
    subscriber.on('ready', () => this.#subscribe(subscriber));
  }

  #subscribe(subscriber: Redis): void {
    const channels = [...this.#listeners.keys()].map((address) => this.#channelOf(address));
    subscriber.subscribe(...channels).then(
      () => {
        if (this.#subscriber === subscriber && channels.length === this.#listeners.size) this.#hears = true;
      },
      (error: unknown) => {
        if (this.#subscriber === subscriber)
          this.#options.quiet.warn('The texts of other processes are not heard', error);
      },
    );
  }

  #channelOf(address: string): string {
    return `${this.#options.prefix}:text:${address}`;
  }
}
