/** The way back of a worker whose lease was lost: it can take no work before the store knows it under its new id. */
import { type Clock, reconnectDelayMs } from '@navette/kit';

const pace = { delayMs: 1_000, maxDelayMs: 1_000 };

export interface RegisterAgainOptions {
  clock: Clock;
  signal: AbortSignal;
  register(): Promise<void>;
  /** It is tried again. */
  onFailed(error: unknown): void;
}

/** Tries until the store takes it. False: the signal came first. */
export async function registerAgain(options: RegisterAgainOptions): Promise<boolean> {
  const { clock, onFailed, register, signal } = options;
  for (let failures = 1; !signal.aborted; failures++) {
    try {
      await register();
      return true;
    } catch (error) {
      onFailed(error);
      await clock.sleep(reconnectDelayMs(pace, failures, Math.random()), signal).catch(() => {});
    }
  }
  return false;
}
