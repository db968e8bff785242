/**
 * The runners of one engine: some kept ready, each used for one task at a time.
 *
 * Invariants
 * 1. A runner that has worked for one key never works for another: it is killed, and a fresh one takes its place.
 * 2. There are never more than `size` runners, those that start included.
 * 3. After `close` no process is left and none is started.
 */
import type { NavetteError } from '@navette/kit';
import { sandboxErrors } from '../errors.ts';
import { detectJail, findJailTools, type JailState } from './jail.ts';
import { type PreparedFile, prepareRunners } from './prepare-runners.ts';
import { RunnerProcess } from './runner-process.ts';
import type { RunnerProgram } from './runner-program.ts';

export interface PoolOptions {
  program: RunnerProgram;
  /** Runners at the same time. */
  size: number;
  /** Fresh runners that wait for a first task, once `warmUp` was called. */
  ready: number;
  /** A runner ends after so many tasks. */
  maxTasks: number;
  /** Tasks that may wait for a runner. */
  maxQueued: number;
  /** A used runner ends when nobody needed it for so long. */
  maxIdleMs: number;
  /** `never`: without the jail even where there is one (tests, and measurements). */
  jail: 'where-available' | 'never';
}

interface Place {
  runner: RunnerProcess;
  /** Whom it has worked for; undefined: nobody yet. */
  key: string | undefined;
  tasks: number;
  idleTimer?: NodeJS.Timeout | undefined;
}

export interface Checkout {
  runner: RunnerProcess;
  /** Gives it back; `reusable: false` ends it. */
  release(reusable: boolean): void;
}

interface Waiter {
  key: string;
  resolve(checkout: Promise<Checkout>): void;
}

export class RunnerPool {
  readonly #options: PoolOptions;
  readonly #tools = findJailTools();
  readonly #idle = new Set<Place>();
  readonly #all = new Set<RunnerProcess>();
  readonly #queue: Waiter[] = [];
  #jail: Promise<JailState> | undefined;
  #prepared: Promise<PreparedFile | undefined> | undefined;
  /** Runners that start, work or wait: at most `size`. */
  #count = 0;
  #warm = false;
  #closed = false;
  readonly #closing = new AbortController();
  readonly #starting = new Set<Promise<unknown>>();

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  /** Tried once; the outcome is kept. */
  jail(): Promise<JailState> {
    this.#jail ??=
      this.#options.jail === 'never'
        ? Promise.resolve({ kind: 'none', reason: 'the jail is turned off' })
        : detectJail(this.#options.program, this.#tools);
    return this.#jail;
  }

  async warmUp(): Promise<void> {
    this.#warm = true;
    await Promise.all(this.#refill());
  }

  /** Throws SANDBOX_BUSY, SANDBOX_CLOSED, SANDBOX_RUNNER_LOST, or the signal's reason. */
  async checkout(key: string, signal?: AbortSignal): Promise<Checkout> {
    signal?.throwIfAborted();
    this.#assertOpen();
    const own = this.#takeIdle(key) ?? this.#takeIdle(undefined);
    if (own) return this.#lend(own, key);
    if (this.#count >= this.#options.size && this.#idle.size > 0) this.#end([...this.#idle][0]!);
    if (this.#count < this.#options.size) return this.#lend(await this.#start(), key);
    return await this.#wait(key, signal);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#closing.abort();
    for (const { idleTimer } of this.#idle) clearTimeout(idleTimer);
    for (const waiter of this.#queue.splice(0)) waiter.resolve(Promise.reject(this.#closedError()));
    await Promise.allSettled(this.#starting);
    await Promise.all([...this.#all].map((runner) => runner.kill(this.#closedError())));
    (await this.#prepared)?.close();
    this.#prepared = undefined;
  }

  #takeIdle(key: string | undefined): Place | undefined {
    for (const place of this.#idle) {
      if (place.key !== key) continue;
      this.#idle.delete(place);
      clearTimeout(place.idleTimer);
      if (place.runner.alive) return place;
      this.#forget(place.runner);
    }
    return undefined;
  }

  async #start(): Promise<Place> {
    this.#count += 1;
    const starting = this.#startProcess();
    this.#starting.add(starting);
    try {
      const runner = await starting;
      this.#all.add(runner);
      void runner.exited.then(() => this.#all.delete(runner));
      if (this.#closed) {
        void runner.kill();
        throw this.#closedError();
      }
      return { runner, key: undefined, tasks: 0 };
    } catch (error) {
      this.#count -= 1;
      this.#serveQueue();
      throw error;
    } finally {
      this.#starting.delete(starting);
    }
  }

  async #startProcess(): Promise<RunnerProcess> {
    const { program } = this.#options;
    const jail = await this.jail();
    this.#prepared ??= prepareRunners(program, jail, this.#tools, this.#closing.signal);
    const prepared = await this.#prepared;
    this.#assertOpen();
    return await RunnerProcess.start(program, jail, this.#tools, prepared?.descriptor);
  }

  #lend(place: Place, key: string): Checkout {
    place.key = key;
    place.tasks += 1;
    let released = false;
    return {
      runner: place.runner,
      release: (reusable) => {
        if (released) return;
        released = true;
        this.#takeBack(place, reusable);
      },
    };
  }

  #takeBack(place: Place, reusable: boolean): void {
    if (reusable && place.runner.alive && place.tasks < this.#options.maxTasks && !this.#closed) {
      this.#keep(place);
    } else {
      this.#forget(place.runner);
    }
    this.#serveQueue();
    this.#refillLater();
  }

  #keep(place: Place): void {
    this.#idle.add(place);
    if (place.key === undefined) return;
    place.idleTimer = setTimeout(() => this.#end(place), this.#options.maxIdleMs);
    place.idleTimer.unref();
  }

  /** Ends an idle runner. */
  #end(place: Place): void {
    clearTimeout(place.idleTimer);
    this.#idle.delete(place);
    this.#forget(place.runner);
  }

  #forget(runner: RunnerProcess): void {
    void runner.kill();
    this.#count -= 1;
  }

  #wait(key: string, signal: AbortSignal | undefined): Promise<Checkout> {
    const { size, maxQueued, program } = this.#options;
    if (this.#queue.length >= maxQueued) {
      const params = { runners: size, queued: this.#queue.length, engine: program.engine };
      throw sandboxErrors.create('SANDBOX_BUSY', { params });
    }
    return new Promise((resolve) => {
      const onAbort = () => {
        this.#queue.splice(this.#queue.indexOf(waiter), 1);
        resolve(Promise.reject(signal!.reason));
      };
      const waiter: Waiter = {
        key,
        resolve: (checkout) => {
          signal?.removeEventListener('abort', onAbort);
          resolve(checkout);
        },
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#queue.push(waiter);
    });
  }

  /** First come, first served; the first takes whatever there is, even if it costs a process. */
  #serveQueue(): void {
    if (this.#closed) return;
    const { size } = this.#options;
    while (this.#queue.length > 0 && (this.#idle.size > 0 || this.#count < size)) {
      const waiter = this.#queue.shift()!;
      waiter.resolve(this.checkout(waiter.key));
    }
  }

  /** Starts the fresh runners that are missing. */
  #refill(): Promise<void>[] {
    if (!this.#warm || this.#closed) return [];
    const fresh = [...this.#idle].filter(({ key }) => key === undefined).length + this.#starting.size;
    const missing = Math.min(this.#options.ready - fresh, this.#options.size - this.#count);
    return Array.from({ length: Math.max(0, missing) }, async () => {
      this.#keep(await this.#start());
      this.#serveQueue();
    });
  }

  #refillLater(): void {
    for (const start of this.#refill()) {
      // A runner that cannot start now is tried again by the next task, which then gets the error.
      start.catch(() => {});
    }
  }

  #assertOpen(): void {
    if (this.#closed) throw this.#closedError();
  }

  #closedError(): NavetteError {
    return sandboxErrors.create('SANDBOX_CLOSED', { params: { engine: this.#options.program.engine } });
  }
}
