/**
 * Tells the process that leads that the store or the queue has changed. A lost poke costs nothing but the time to its
 * next poll.
 */
import { Redis } from 'ioredis';
import { connectionOptions } from './connection-options.ts';
import type { QuietLog } from './quiet-log.ts';

/** queued: the store has more. room: jobs were taken from the queue. compare: the queue was paused or resumed. */
export type Poke = 'queued' | 'room' | 'compare';

const gatherMs = 5;

export interface PokeChannelOptions {
  url: string;
  prefix: string;
  quiet: QuietLog;
  /** To publish with. Fails at once while Redis is away. */
  commands: Redis;
  isUp: () => boolean;
  receive: (poke: Poke) => void;
}

export class PokeChannel {
  readonly #options: PokeChannelOptions;
  readonly #gathered = new Set<Poke>();
  #timer: NodeJS.Timeout | undefined;
  #sentAt = 0;
  #subscriber: Redis | undefined;

  constructor(options: PokeChannelOptions) {
    this.#options = options;
  }

  /** The first goes at once, those that come soon after it together. */
  publish(poke: Poke): void {
    this.#gathered.add(poke);
    if (this.#timer) return;
    const waitMs = this.#sentAt + gatherMs - performance.now();
    if (waitMs <= 0) this.#send();
    else this.#timer = setTimeout(() => this.#send(), waitMs);
  }

  /** Hears what the other processes publish, while this one leads. */
  listen(): void {
    if (this.#subscriber) return;
    const { prefix, quiet, receive, url } = this.#options;
    // Left to itself it would subscribe again after each new connection, by a promise whose failure nobody hears.
    const subscriber = new Redis(url, {
      ...connectionOptions,
      maxRetriesPerRequest: null,
      autoResubscribe: false,
    });
    this.#subscriber = subscriber;
    subscriber.on('error', () => {
      // The link says it, in one place.
    });
    subscriber.on('message', (_channel, text: string) => {
      for (const poke of text.split(' ')) receive(poke as Poke);
    });
    subscriber.on('ready', () => {
      subscriber.subscribe(channelOf(prefix)).catch((error: unknown) => {
        if (this.#subscriber === subscriber) quiet.warn('The news of other processes are not heard', error);
      });
    });
  }

  unlisten(): void {
    this.#subscriber?.disconnect();
    this.#subscriber = undefined;
  }

  close(): void {
    clearTimeout(this.#timer);
    this.unlisten();
  }

  #send(): void {
    this.#timer = undefined;
    this.#sentAt = performance.now();
    const text = [...this.#gathered].join(' ');
    this.#gathered.clear();
    const { commands, isUp, prefix, quiet } = this.#options;
    if (!isUp()) return;
    commands
      .publish(channelOf(prefix), text)
      .catch((error: unknown) => quiet.warn('The process that leads could not be told', error));
  }
}

function channelOf(prefix: string): string {
  return `${prefix}:poke`;
}
