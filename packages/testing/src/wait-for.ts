import { type EventEmitter, once } from 'node:events';

export interface WaitOptions {
  /** 10 s by default. */
  timeoutMs?: number;
  /** Named in the error: "waited for …". */
  what?: string;
}

/** Asks every 10 ms until `probe` gives something truthy, and returns that. Errors of `probe` end the wait. */
export async function waitFor<T>(
  probe: () => T | Promise<T>,
  { timeoutMs = 10_000, what = 'a condition' }: WaitOptions = {},
): Promise<Exclude<T, false | null | undefined | 0 | ''>> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const value = await probe();
    if (value) return value as Exclude<T, false | null | undefined | 0 | ''>;
    if (performance.now() > deadline) throw new Error(`Waited ${timeoutMs} ms for ${what} in vain`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** The arguments of the next event of that name. Rejects on an "error" event or when it does not come in time. */
export async function waitForEvent(
  emitter: EventEmitter,
  event: string,
  { timeoutMs = 10_000, what = `the event "${event}"` }: WaitOptions = {},
): Promise<unknown[]> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    return await once(emitter, event, { signal });
  } catch (error) {
    if (signal.aborted) throw new Error(`Waited ${timeoutMs} ms for ${what} in vain`, { cause: error });
    throw error;
  }
}
