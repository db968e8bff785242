import { setTimeout as delay } from 'node:timers/promises';
import { applyTransition, type Logger, type TransitionTable, toNavetteError } from '@navette/kit';
import type { PostgresLayout } from './postgres-layout.ts';
import { encodePostmasterOptions } from './postgres-settings.ts';
import { adoptPostmaster, type Postmaster, spawnPostmaster, stopPostmaster } from './postmaster.ts';
import { readPostmasterFile, readPostmasterOptions } from './postmaster-file.ts';
import { isPostgresOf } from './process-identity.ts';

type State = 'idle' | 'starting' | 'running' | 'restarting' | 'stopping' | 'stopped';
type Event = 'start' | 'ready' | 'crash' | 'fail' | 'stop' | 'gone';

const moves: TransitionTable<State, Event> = {
  idle: { start: 'starting' },
  starting: { ready: 'running', fail: 'stopped' },
  running: { crash: 'restarting', stop: 'stopping' },
  restarting: { ready: 'running', stop: 'stopping' },
  stopping: { gone: 'stopped' },
  stopped: {},
};

const maxRestartDelayMs = 5_000;
/** A Postgres that ran this long was fine: the next crash is answered at once again. */
const soundUptimeMs = 60_000;

/** Keeps one Postgres running from `start` to `stop`: takes over or replaces what it finds, restarts what crashes. */
export class PostgresSupervisor {
  adopted = false;
  readonly #layout: PostgresLayout;
  readonly #logger: Logger;
  readonly #stopping = new AbortController();
  #state: State = 'idle';
  #postmaster: Postmaster | undefined;
  #restarting: Promise<void> | undefined;
  #failures = 0;
  #runningSince = 0;

  constructor(layout: PostgresLayout, logger: Logger) {
    this.#layout = layout;
    this.#logger = logger;
  }

  get pid(): number | undefined {
    return this.#postmaster?.pid;
  }

  async start(): Promise<void> {
    this.#move('start');
    try {
      this.#setRunning((await this.#takeOver()) ?? (await spawnPostmaster(this.#command())));
    } catch (error) {
      this.#move('fail');
      throw error;
    }
  }

  /** Waits until Postgres is gone. */
  async stop(): Promise<void> {
    this.#move('stop');
    this.#stopping.abort();
    await this.#restarting;
    if (this.#postmaster) await stopPostmaster(this.#postmaster.pid, this.#layout.pgDir, this.#logger);
    this.#postmaster = undefined;
    this.#move('gone');
  }

  /** For the exit handler, which cannot wait: tells Postgres to stop and leaves it to it. */
  signalStop(): void {
    const pid = this.#postmaster?.pid;
    if (pid !== undefined && isPostgresOf(pid, this.#layout.pgDir)) process.kill(pid, 'SIGINT');
  }

  /** What a killed server left behind: adopted when it is just what we would start, else stopped. */
  async #takeOver(): Promise<Postmaster | undefined> {
    const { pgDir, binary, args } = this.#layout;
    const file = readPostmasterFile(pgDir);
    if (!file) return undefined;
    if (!isPostgresOf(file.pid, pgDir)) return undefined;
    const same = readPostmasterOptions(pgDir) === encodePostmasterOptions(binary, args);
    if (same && file.status !== 'stopping') {
      this.#logger.info({ pid: file.pid }, 'Taking over the Postgres that a killed server left running');
      const adopted = await adoptPostmaster(this.#command(), file.pid);
      this.adopted = true;
      return adopted;
    }
    this.#logger.info({ pid: file.pid }, 'Stopping the Postgres that a killed server left running');
    await stopPostmaster(file.pid, pgDir, this.#logger);
    return undefined;
  }

  #setRunning(postmaster: Postmaster): void {
    this.#postmaster = postmaster;
    this.#runningSince = Date.now();
    this.#move('ready');
    void postmaster.ended.then((ending) => this.#onEnded(postmaster, ending));
  }

  #onEnded(postmaster: Postmaster, ending: string): void {
    if (this.#state !== 'running' || this.#postmaster !== postmaster) return;
    this.#postmaster = undefined;
    if (Date.now() - this.#runningSince > soundUptimeMs) this.#failures = 0;
    this.#logger.error({ pid: postmaster.pid, ending }, 'Postgres ended by itself; starting it again');
    this.#move('crash');
    this.#restarting = this.#restart();
  }

  async #restart(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      if (this.#failures > 0) {
        const delayMs = Math.min(100 * 2 ** this.#failures, maxRestartDelayMs);
        await delay(delayMs, undefined, { signal }).catch(() => {});
      }
      if (signal.aborted) return;
      this.#failures += 1;
      try {
        const postmaster = await spawnPostmaster(this.#command());
        if (signal.aborted) this.#postmaster = postmaster;
        else this.#setRunning(postmaster);
        return;
      } catch (error) {
        const { code, message, help } = toNavetteError(error);
        this.#logger.error({ code, help }, message);
      }
    }
  }

  #command() {
    return { ...this.#layout, logger: this.#logger };
  }

  #move(event: Event): void {
    this.#state = applyTransition(moves, this.#state, event);
  }
}
