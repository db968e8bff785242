import { httpErrors } from './errors.ts';

/** The one clock of a request: name resolution, every hop, headers and body together. */
export interface Deadline extends Disposable {
  /** Aborted with HTTP_TIMEOUT when the time is up, or with HTTP_ABORTED when the caller's signal is. */
  readonly signal: AbortSignal;
  /** Settles as `work` does, or rejects as soon as `signal` is aborted, whatever `work` is still waiting for. */
  race<T>(work: Promise<T>): Promise<T>;
}

/** @param url redacted */
export function createDeadline(options: {
  timeoutMs: number;
  signal: AbortSignal | undefined;
  url: string;
}): Deadline {
  const { timeoutMs, signal: outer, url } = options;
  const controller = new AbortController();
  const aborted = Promise.withResolvers<never>();
  // Nobody may be racing when the time is up; that is no unhandled rejection.
  aborted.promise.catch(() => {});
  const stop = (reason: Error) => {
    controller.abort(reason);
    aborted.reject(reason);
  };
  const timer = setTimeout(
    () => stop(httpErrors.create('HTTP_TIMEOUT', { params: { url, timeoutMs } })),
    timeoutMs,
  );
  const onAbort = () => stop(httpErrors.create('HTTP_ABORTED', { params: { url }, cause: outer!.reason }));
  if (outer?.aborted) onAbort();
  else outer?.addEventListener('abort', onAbort, { once: true });
  return {
    signal: controller.signal,
    race: (work) => Promise.race([aborted.promise, work]),
    [Symbol.dispose]() {
      clearTimeout(timer);
      outer?.removeEventListener('abort', onAbort);
    },
  };
}
