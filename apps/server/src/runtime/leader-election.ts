/**
 * Stands for election until it is stopped, and has the leader's loops run for as long as this process leads.
 *
 * E1. `lead` runs at most once at a time here; its signal is aborted the moment that the leadership is lost.
 * E2. Another process may lead before a turn that is under way here has noticed: see L4 of leader-session.ts.
 */
import { type Clock, type Logger, reconnectDelayMs } from '@navette/kit';
import { type LeaderHolder, LeaderSession } from '@navette/store';

/** Between two looks of a candidate and two beats of a leader. */
const beatMs = 1_000;
/** How long a turn that is under way may hold up the next candidacy. */
const lastTurnMs = 5_000;
const pace = { delayMs: 100, maxDelayMs: 2_000 };

export interface LeaderElectionOptions {
  connectionString: string;
  holder: LeaderHolder;
  /** Silence after which a leader is unseated. */
  staleMs: number;
  clock: Clock;
  logger: Logger;
  /** Does what a leader does until the signal; never rejects. */
  lead(term: AbortSignal): Promise<void>;
  onTrouble(error: unknown): void;
}

export class LeaderElection {
  readonly #options: LeaderElectionOptions;
  readonly #over = new AbortController();
  #session: LeaderSession | undefined;
  #term: { controller: AbortController; ended: Promise<void> } | undefined;
  #standing: Promise<void> | undefined;

  constructor(options: LeaderElectionOptions) {
    this.#options = options;
  }

  get leads(): boolean {
    return this.#term !== undefined && !this.#term.controller.signal.aborted;
  }

  start(): void {
    this.#standing ??= this.#stand();
  }

  /** Steps down: the next candidate takes over at once. */
  async stop(): Promise<void> {
    this.#over.abort();
    this.#term?.controller.abort();
    await this.#standing;
    await this.#term?.ended;
    await this.#session
      ?.close()
      .catch((error) =>
        this.#options.logger.debug({ err: error }, 'The leadership ended with its connection'),
      );
  }

  async #stand(): Promise<void> {
    const { clock, onTrouble } = this.#options;
    const { signal } = this.#over;
    let failures = 0;
    while (!signal.aborted) {
      let pauseMs = beatMs;
      try {
        await this.#takeTurn();
        failures = 0;
      } catch (error) {
        if (signal.aborted) return;
        failures += 1;
        onTrouble(error);
        pauseMs = reconnectDelayMs(pace, failures, Math.random());
      }
      await clock.sleep(pauseMs, signal).catch(() => {});
    }
  }

  async #takeTurn(): Promise<void> {
    if (this.#term) {
      if (this.leads && (await this.#session!.beat())) return;
      await this.#endTerm();
    }
    const { connectionString, holder, staleMs } = this.#options;
    if (!this.#session?.isOpen) {
      this.#session = undefined;
      const onEnded = (reason: string) => this.#onEnded(reason);
      this.#session = await LeaderSession.open({ connectionString, holder, staleMs, onEnded });
    }
    if ((await this.#session.tryLead()) && !this.#over.signal.aborted) this.#beginTerm();
  }

  #beginTerm(): void {
    const controller = new AbortController();
    this.#options.logger.info({ holder: this.#options.holder.id }, 'This process leads the scheduler now');
    this.#term = { controller, ended: this.#options.lead(controller.signal) };
  }

  #onEnded(reason: string): void {
    if (this.leads) this.#options.logger.warn({ reason }, 'The leadership of the scheduler is lost');
    this.#term?.controller.abort();
  }

  async #endTerm(): Promise<void> {
    const term = this.#term!;
    term.controller.abort();
    await Promise.race([term.ended, this.#options.clock.sleep(lastTurnMs)]);
    this.#term = undefined;
  }
}
