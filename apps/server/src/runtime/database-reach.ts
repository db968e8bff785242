/**
 * Whether the database can be reached, as this process finds out. Owns the state and the one round of probes at a time.
 *
 * R1. Suspicion only begins the asking; what is asked says what is.
 * R2. A probe without an answer is doubt: a busy machine is late as well. A second one in a row, or a refusal, is away.
 * R3. Any statement that is answered while a probe is out is as good as the answer of the probe.
 * R4. The first answer ends doubt and absence.
 */
import { applyTransition, type Clock, reconnectDelayMs, type TransitionTable } from '@navette/kit';
import { isCrowdedError, isSilence } from '@navette/store';

export type ReachState = 'sound' | 'doubtful' | 'away';
export type ReachEvent = 'answered' | 'silent' | 'refused';

export const reachTransitions: TransitionTable<ReachState, ReachEvent> = {
  sound: { answered: 'sound', silent: 'doubtful', refused: 'away' },
  doubtful: { answered: 'sound', silent: 'away', refused: 'away' },
  away: { answered: 'sound', silent: 'away', refused: 'away' },
};

const probeLimitMs = 2_000;
/** Between probes. */
const pace = { delayMs: 100, maxDelayMs: 1_000 };

export interface DatabaseReachOptions {
  clock: Clock;
  /** Resolves when the database answers on a new connection within the limit, rejects with why it did not. */
  probe(limitMs: number): Promise<void>;
  /** A probe was not answered, or the first one was again. */
  onTrouble(): void;
  onAway(reason: string): void;
  onBack(awayForMs: number): void;
}

export class DatabaseReach {
  readonly #options: DatabaseReachOptions;
  readonly #over = new AbortController();
  #state: ReachState = 'sound';
  #awaySince = 0;
  #asking = false;
  #answers = 0;

  constructor(options: DatabaseReachOptions) {
    this.#options = options;
  }

  /** When it was found away (Unix ms); undefined when it is not. */
  get awaySince(): number | undefined {
    return this.#state === 'away' ? this.#awaySince : undefined;
  }

  /** A statement was answered. */
  noteAnswer(): void {
    this.#answers++;
  }

  /** Something failed that may be the database: it is asked until it answers. */
  suspect(): void {
    if (this.#asking || this.#over.signal.aborted) return;
    this.#asking = true;
    void this.#ask();
  }

  stop(): void {
    this.#over.abort();
  }

  async #ask(): Promise<void> {
    const { clock, probe } = this.#options;
    const { signal } = this.#over;
    for (let failures = 1; ; failures++) {
      const before = this.#answers;
      let event: ReachEvent = 'answered';
      let reason = '';
      try {
        await probe(probeLimitMs);
      } catch (error) {
        event = readFailure(error, this.#answers > before);
        reason = (error as Error).message;
      }
      if (signal.aborted) return;
      this.#move(event, reason);
      if (this.#state === 'sound') break;
      await clock.sleep(reconnectDelayMs(pace, failures, Math.random()), signal).catch(() => {});
      if (signal.aborted) return;
    }
    this.#asking = false;
  }

  #move(event: ReachEvent, reason: string): void {
    const { clock, onAway, onBack, onTrouble } = this.#options;
    const from = this.#state;
    this.#state = applyTransition(reachTransitions, from, event);
    if (from !== 'sound' || this.#state !== 'sound') onTrouble();
    if (from !== 'away' && this.#state === 'away') {
      this.#awaySince = clock.now();
      onAway(reason);
    } else if (from === 'away' && this.#state === 'sound') onBack(clock.now() - this.#awaySince);
  }
}

function readFailure(error: unknown, heardMeanwhile: boolean): ReachEvent {
  if (isCrowdedError(error)) return 'answered';
  if (!isSilence(error)) return 'refused';
  return heardMeanwhile ? 'answered' : 'silent';
}
