/**
 * Whether the database can take work, as this process knows it: asked by every start of an execution, so that it costs
 * one look at a field, and shown in health.
 *
 * D1. Suspicion comes from whoever meets a failure; what the database is then asked says whether it is away or back
 *     (`database-reach.ts`).
 * D2. A disk that is full is believed from a refusal of Postgres, for a moment, or from the file system where the
 *     database is ours. Both end by themselves.
 */
import { type Logger, type NavetteError, systemClock } from '@navette/kit';
import { isConnectionError, isDiskFullError, probeDatabase } from '@navette/store';
import { apiErrors } from '../http/api-error.ts';
import { DatabaseReach } from './database-reach.ts';

/** After a refusal for want of space, new work is refused for so long; then one may try again. */
const refusalMs = 2_000;
const diskLookMs = 1_000;
const mebibyte = 1024 * 1024;
/** Kept free for what is under way: Postgres itself stops when it cannot write its log. */
const reserveBytes = 32 * mebibyte;
/** Room that opens the door again. */
const reopenBytes = 48 * mebibyte;

export interface DatabaseWatchOptions {
  connectionString: string;
  logger: Logger;
  /** Bytes free on the disk of a database that is ours; undefined when it is somebody else's. */
  readFreeBytes: (() => number) | undefined;
}

export class DatabaseWatch {
  readonly #options: DatabaseWatchOptions;
  readonly #backListeners = new Set<() => void>();
  readonly #reach: DatabaseReach;
  #reason = '';
  #troubleAt = Number.NEGATIVE_INFINITY;
  #refusedUntil = 0;
  #fullSince: Date | undefined;
  /** Why new work is refused now. */
  #refusal: (() => NavetteError) | undefined;
  readonly #timer: NodeJS.Timeout;

  constructor(options: DatabaseWatchOptions) {
    this.#options = options;
    this.#reach = new DatabaseReach({
      clock: systemClock,
      probe: (limitMs) => probeDatabase(options.connectionString, limitMs),
      onTrouble: () => {
        this.#troubleAt = performance.now();
      },
      onAway: (reason) => this.#noteAway(reason),
      onBack: (awayForMs) => this.#noteBack(awayForMs),
    });
    this.#timer = setInterval(() => this.#lookAtDisk(), diskLookMs).unref();
    this.#lookAtDisk();
  }

  get unreachableSince(): Date | undefined {
    const { awaySince } = this.#reach;
    return awaySince === undefined ? undefined : new Date(awaySince);
  }

  get fullSince(): Date | undefined {
    return this.#fullSince;
  }

  /** Milliseconds since the database was last known to be in trouble. */
  get soundForMs(): number {
    return this.unreachableSince ? 0 : performance.now() - this.#troubleAt;
  }

  /** Throws SERVER_DATABASE or SERVER_DISK_FULL while new work would only fail later. */
  readonly assertTakesWork = (): void => {
    if (this.#refusal) throw this.#refusal();
  };

  /** Something failed. Looks into it when it may be the database. */
  readonly suspect = (error: unknown): void => {
    if (isDiskFullError(error)) this.#noteFull();
    else if (isConnectionError(error)) this.#reach.suspect();
  };

  /** A statement was answered: the database is there. */
  readonly noteAnswer = (): void => this.#reach.noteAnswer();

  /** Calls `listener` whenever the database has come back, until the function that comes back is called. */
  onBack(listener: () => void): () => void {
    this.#backListeners.add(listener);
    return () => this.#backListeners.delete(listener);
  }

  stop(): void {
    this.#reach.stop();
    clearInterval(this.#timer);
  }

  #noteAway(reason: string): void {
    this.#reason = reason;
    this.#options.logger.error({ reason }, 'The database does not answer; new work is refused until it does');
    this.#decide();
  }

  #noteBack(elapsedMs: number): void {
    this.#options.logger.info({ elapsedMs }, 'The database answers again');
    this.#decide();
    for (const listener of this.#backListeners) listener();
  }

  #noteFull(): void {
    this.#refusedUntil = performance.now() + refusalMs;
    this.#lookAtDisk();
  }

  #lookAtDisk(): void {
    const isFull = this.#isDiskFull();
    if (isFull === (this.#fullSince !== undefined)) return;
    this.#fullSince = isFull ? new Date() : undefined;
    if (isFull) this.#options.logger.error({}, 'The disk of the database is full; new work is refused');
    else this.#options.logger.info({}, 'The disk of the database has room again');
    this.#decide();
  }

  #isDiskFull(): boolean {
    if (performance.now() < this.#refusedUntil) return true;
    const freeBytes = this.#options.readFreeBytes?.() ?? Number.POSITIVE_INFINITY;
    return freeBytes < (this.#fullSince ? reopenBytes : reserveBytes);
  }

  #decide(): void {
    if (this.#fullSince) this.#refusal = () => apiErrors.create('SERVER_DISK_FULL');
    else if (this.unreachableSince) {
      const since = this.unreachableSince.toISOString();
      const message = `The database has not answered since ${since}`;
      const cause = new Error(this.#reason);
      this.#refusal = () => apiErrors.create('SERVER_DATABASE', { message, cause });
    } else this.#refusal = undefined;
  }
}
