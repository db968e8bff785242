/**
 * The bus over LISTEN and NOTIFY, on a connection of its own.
 *
 * B1. Nothing waits for the bus: `publish` puts a message aside, and what has gathered is sent at most once in
 *     `gatherMs`, in a transaction of its own that holds no lock of the hot path and waits for no disk.
 * B2. Memory is bounded: of an execution only the latest status is kept; what does not fit a few notifications is sent
 *     as "missed".
 * B3. Whatever may have been lost is told as "missed": to this process after each connection that replaces another, to
 *     the others when something could not be sent.
 * B4. Texts come after messages in each send, a few at a time, and are forgotten with the connection.
 */
import type { Logger, TextCarrier } from '@navette/kit';
import pg from 'pg';
import { keepAliveAfterMs } from '../keep-alive.ts';
import { chooseAwayDelay } from '../retry-database.ts';
import {
  type BusBatch,
  decodeBusPayload,
  encodeBusBatch,
  maxPayloadBytes,
  missedPayload,
} from './bus-payload.ts';
import type { BusMessage, ProcessBus } from './process-bus.ts';
import { type AddressedText, TextQueue } from './text-queue.ts';

const channel = 'navette';
/** Before the address of a text. */
const textChannel = 'navette_';
/** In one send: 64 KB. */
const maxTexts = 8;
/** Between two sends: the first message after a quiet moment goes at once. */
const gatherMs = 10;
const maxPayloads = 4;
const maxGathered = 5_000;
/** A connection that died without a word is noticed after this. */
const pingMs = 10_000;
const queryTimeoutMs = 5_000;

export interface PostgresBusOptions {
  connectionString: string;
  logger: Logger;
  /** Told when the connection breaks or cannot be had. */
  onTrouble?: (error: unknown) => void;
}

/** Opens the bus; it goes on connecting in the background for as long as it takes. */
export function openPostgresBus(options: PostgresBusOptions): ProcessBus & { connected(): Promise<void> } {
  return new PostgresBus(options);
}

class PostgresBus implements ProcessBus {
  readonly #options: PostgresBusOptions;
  readonly #listeners = new Set<(message: BusMessage) => void>();
  readonly #textListeners = new Map<string, (text: string) => void>();
  readonly #textQueue = new TextQueue();
  readonly texts: TextCarrier;
  #gathered = createGathered();
  #client: pg.Client | undefined;
  #connecting: Promise<void>;
  #firstConnection = Promise.withResolvers<void>();
  #wasConnected = false;
  #sending: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #sentAt = 0;
  readonly #ping: NodeJS.Timeout;
  #closed = false;
  #wakeReconnect: () => void = () => {};

  constructor(options: PostgresBusOptions) {
    this.#options = options;
    this.texts = this.#createTexts();
    this.#connecting = this.#connect();
    this.#ping = setInterval(() => void this.#checkConnection(), pingMs).unref();
  }

  /** Resolves with the first connection. */
  connected(): Promise<void> {
    return this.#firstConnection.promise;
  }

  publish(message: BusMessage): void {
    if (this.#closed) return;
    gather(this.#gathered, message);
    this.#plan();
  }

  #plan(): void {
    if (this.#sending || this.#timer || !this.#client) return;
    const waitMs = this.#sentAt + gatherMs - performance.now();
    if (waitMs <= 0) this.#sendGathered();
    else this.#timer = setTimeout(() => this.#sendGathered(), waitMs);
  }

  subscribe(listener: (message: BusMessage) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Sends what has gathered, as far as there is a connection. */
  async close(): Promise<void> {
    clearInterval(this.#ping);
    await this.#sending;
    clearTimeout(this.#timer);
    await this.#send();
    this.#closed = true;
    this.#wakeReconnect();
    await this.#connecting;
    const client = this.#client;
    this.#client = undefined;
    this.#firstConnection.resolve();
    await client?.end().catch((error) => this.#note(error));
  }

  #sendGathered(): void {
    this.#timer = undefined;
    if (this.#sending || this.#closed) return;
    this.#sending = this.#send().finally(() => {
      this.#sending = undefined;
      if (!this.#hasMore || !this.#client || this.#closed) return;
      this.#timer ??= setTimeout(() => this.#sendGathered(), gatherMs);
    });
  }

  async #send(): Promise<void> {
    const client = this.#client;
    if (!client || !this.#hasMore) return;
    this.#sentAt = performance.now();
    const payloads = isEmpty(this.#gathered) ? [] : encodeGathered(this.#gathered);
    this.#gathered = createGathered();
    const texts = this.#textQueue.take(maxTexts);
    try {
      await client.query(toNotify(payloads, texts));
    } catch (error) {
      this.#gathered.missed = true;
      this.#drop(client, error);
    }
  }

  async #connect(): Promise<void> {
    for (let failures = 1; !this.#closed; failures++) {
      const client = new pg.Client({
        connectionString: this.#options.connectionString,
        application_name: 'navette bus',
        connectionTimeoutMillis: queryTimeoutMs,
        query_timeout: queryTimeoutMs,
        keepAlive: true,
        keepAliveInitialDelayMillis: keepAliveAfterMs,
      });
      client.on('error', (error) => this.#drop(client, error));
      client.on('end', () => this.#drop(client, new Error('The connection ended')));
      client.on('notification', (notification) => this.#receive(client, notification));
      try {
        await client.connect();
        // A notification is news, not truth: it need not be on disk.
        await client.query(`SET synchronous_commit = off; LISTEN ${channel}`);
        this.#setConnected(client);
        return;
      } catch (error) {
        this.#note(error);
        client.end().catch((again) => this.#note(again));
      }
      await this.#pause(chooseAwayDelay(failures));
    }
  }

  #setConnected(client: pg.Client): void {
    this.#client = client;
    this.#listenFor(client, [...this.#textListeners.keys()]);
    if (this.#wasConnected) this.#emit({ kind: 'missed' });
    this.#wasConnected = true;
    this.#firstConnection.resolve();
    if (this.#hasMore) this.#sendGathered();
  }

  /** Once per connection: a new one is sought. */
  #drop(client: pg.Client, error: unknown): void {
    if (this.#client !== client) return;
    this.#client = undefined;
    this.#textQueue.clear();
    this.#note(error);
    client.end().catch((again) => this.#note(again));
    if (!this.#closed) this.#connecting = this.#connect();
  }

  get #hasMore(): boolean {
    return !isEmpty(this.#gathered) || !this.#textQueue.isEmpty;
  }

  #receive(client: pg.Client, notification: pg.Notification): void {
    const { payload, processId } = notification;
    // Its own are told as well.
    if (processId === (client as pg.Client & { processID: number }).processID) return;
    if (notification.channel !== channel) {
      this.#textListeners.get(notification.channel.slice(textChannel.length))?.(payload ?? '');
      return;
    }
    for (const message of decodeBusPayload(payload ?? '')) this.#emit(message);
  }

  #createTexts(): TextCarrier {
    const isUp = () => this.#client !== undefined && !this.#closed;
    return {
      get isUp() {
        return isUp();
      },
      maxTextBytes: maxPayloadBytes,
      send: (address, text) => {
        if (!isUp() || !isSendable(address, text) || !this.#textQueue.add(address, text)) return false;
        this.#plan();
        return true;
      },
      listen: (address, listener) => {
        this.#textListeners.set(address, listener);
        if (this.#client) this.#listenFor(this.#client, [address]);
        return () => this.#textListeners.delete(address);
      },
    };
  }

  #listenFor(client: pg.Client, addresses: readonly string[]): void {
    if (addresses.length === 0) return;
    const text = addresses.map((address) => `LISTEN ${toChannel(address)}`).join('; ');
    client.query(text).catch((error: unknown) => this.#drop(client, error));
  }

  #emit(message: BusMessage): void {
    for (const listener of this.#listeners) listener(message);
  }

  async #checkConnection(): Promise<void> {
    const client = this.#client;
    if (!client || this.#sending) return;
    try {
      await client.query('SELECT 1');
    } catch (error) {
      this.#drop(client, error);
    }
  }

  #note(error: unknown): void {
    if (this.#closed) return;
    this.#options.logger.debug({ err: error }, 'The connection between the processes is down');
    this.#options.onTrouble?.(error);
  }

  async #pause(ms: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#wakeReconnect = resolve;
      timer = setTimeout(resolve, ms).unref();
    });
    clearTimeout(timer);
  }
}

const addressPattern = /^[a-z0-9]{1,40}$/;

/** Throws on what has no place in SQL. */
function toChannel(address: string): string {
  if (!addressPattern.test(address)) throw new RangeError(`There is no address ${address}`);
  return textChannel + address;
}

function isSendable(address: string, text: string): boolean {
  return addressPattern.test(address) && Buffer.byteLength(text) <= maxPayloadBytes;
}

function toNotify(payloads: readonly string[], texts: readonly AddressedText[]): pg.QueryConfig {
  return {
    name: 'notify',
    text: 'SELECT pg_notify(channel, payload) FROM unnest($1::text[], $2::text[]) AS sent (channel, payload)',
    values: [
      [...payloads.map(() => channel), ...texts.map(({ address }) => toChannel(address))],
      [...payloads, ...texts.map(({ text }) => text)],
    ],
  };
}

interface Gathered {
  commits: Map<string, BusBatch['commits'][number]>;
  queued: Set<string>;
  workflows: Map<string, BusBatch['workflows'][number]>;
  missed: boolean;
}

function createGathered(): Gathered {
  return { commits: new Map(), queued: new Set(), workflows: new Map(), missed: false };
}

function isEmpty({ commits, queued, workflows, missed }: Gathered): boolean {
  return commits.size === 0 && queued.size === 0 && workflows.size === 0 && !missed;
}

function gather(gathered: Gathered, message: BusMessage): void {
  const { commits, queued, workflows } = gathered;
  if (message.kind === 'missed' || commits.size + queued.size + workflows.size > maxGathered) {
    commits.clear();
    queued.clear();
    workflows.clear();
    gathered.missed = true;
  }
  // Whoever hears that something was missed looks at everything.
  if (gathered.missed) return;
  if (message.kind === 'committed') commits.set(message.executionId, message);
  else if (message.kind === 'queued') for (const id of message.executionIds) queued.add(id);
  else if (message.kind === 'workflow-changed') workflows.set(message.workflowId, message);
}

function encodeGathered({ commits, queued, workflows, missed }: Gathered): string[] {
  if (missed) return [missedPayload];
  const batch = { commits: [...commits.values()], queued: [...queued], workflows: [...workflows.values()] };
  return encodeBusBatch(batch, maxPayloads);
}
