import { type Clock, type Logger, reconnectDelayMs } from '@navette/kit';
import { isConnectionError } from '@navette/store';
import { type Beat, beatMs } from './beat.ts';

/** After turns that failed one after the other. */
const pace = { delayMs: 100, maxDelayMs: 2_000 };

/** Something that is done again and again. */
export interface LoopTask {
  /** For the log: "The sweep". */
  name: string;
  /**
   * One turn; resolves with the milliseconds until the next, `beatMs` for the next beat. A turn that fails is tried again,
   * later and later.
   */
  turn(signal: AbortSignal): Promise<number>;
}

export interface LoopOptions {
  clock: Clock;
  beat: Beat;
  logger: Logger;
  signal: AbortSignal;
  /** Told of every failure, before the next try. */
  onTrouble(error: unknown): void;
}

/** Takes turns until the signal. Never rejects; what can't be done now is done later. */
export async function runLoop(task: LoopTask, options: LoopOptions): Promise<void> {
  const { beat, clock, logger, signal } = options;
  let failures = 0;
  while (!signal.aborted) {
    let pauseMs: number;
    try {
      pauseMs = await task.turn(signal);
      failures = 0;
    } catch (error) {
      if (signal.aborted) return;
      failures += 1;
      options.onTrouble(error);
      // Whether the database answers is said once for all loops, by whoever watches it.
      if (!isConnectionError(error)) logger.warn({ err: error }, `${task.name} failed; trying again`);
      pauseMs = reconnectDelayMs(pace, failures, Math.random());
    }
    if (pauseMs === beatMs) await beat.next(signal);
    else await clock.sleep(pauseMs, signal).catch(() => {});
  }
}
