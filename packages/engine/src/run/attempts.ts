/** One piece of work (a step, or one item of it) under its node's retry policy and time limit. */
import type { NodeSettings } from '@navette/contracts';
import { type NavetteError, noRetry, retryDelayMs, toNavetteError } from '@navette/kit';
import { engineErrors } from '../errors.ts';
import type { CompiledNode } from '../graph/compile.ts';
import { toLogFields } from '../log-fields.ts';
import type { StepState } from '../state/step-state.ts';
import { afterCrashOf } from './doubt.ts';
import { RunStopped, type StepHost } from './step-host.ts';

/** The last error of a piece of work, with the attempts it took. */
export class AttemptsExhausted extends Error {
  override readonly name = 'AttemptsExhausted';
  readonly error: NavetteError;
  readonly attempts: number;

  constructor(error: NavetteError, attempts: number) {
    super(error.message);
    this.error = error;
    this.attempts = attempts;
  }
}

export interface Attempt {
  number: number;
  /** When it is not the execution's own. */
  signal: AbortSignal | undefined;
  /** Of an attempt of an effect: the time that its parameters see, also when it is begun again after a crash. */
  begunAt: number | undefined;
}

export interface Attempted<T> {
  value: T;
  attempts: number;
}

/**
 * Tries until it works, the policy says no more, or the execution stops.
 * @param failedBefore attempts that failed already, in this process or one before it.
 * @param resumeAt when the next try is due, if it was waiting for one when its worker died.
 * @throws AttemptsExhausted, RunStopped
 */
export async function runAttempts<T>(options: {
  host: StepHost;
  step: StepState;
  item: number | undefined;
  failedBefore: number;
  resumeAt: number | undefined;
  work: (attempt: Attempt) => T | Promise<T>;
}): Promise<Attempted<T>> {
  const { host, step, item, work } = options;
  const { node } = step;
  const settings = node.node.settings;
  const { clock } = host.deps;
  let attempt = options.failedBefore + 1;
  if (options.resumeAt !== undefined && options.failedBefore > 0) {
    await host.sleep(Math.max(0, options.resumeAt - clock.now()));
  }
  for (;;) {
    const begunAt = await announce(host, step, item, attempt);
    try {
      const value = await runLimited(host, node, (signal) => work({ number: attempt, signal, begunAt }));
      return { value, attempts: attempt };
    } catch (thrown) {
      if (thrown instanceof RunStopped || host.stopped)
        throw new RunStopped('The execution stopped', { cause: thrown });
      const error = toNavetteError(thrown);
      if (error.kind === 'bug')
        host.deps.logger.error(
          { stepError: thrown, nodeType: node.node.type, ...toLogFields(host.execution, node.node.id) },
          'A node failed unexpectedly',
        );
      if (!isWorthRetrying(settings, error, attempt)) throw new AttemptsExhausted(error, attempt);
      const delayMs = chooseDelay(settings, error, attempt, host.deps.random());
      const at = clock.now();
      host.append({
        type: 'attempt-failed',
        at,
        path: step.path,
        attempt,
        error: { ...error.toRecord(), ...(item === undefined ? {} : { itemIndex: item }) },
        retryAt: at + delayMs,
        ...(item === undefined ? {} : { item }),
      });
      await host.flush();
      await host.sleep(delayMs);
      attempt += 1;
    }
  }
}

/**
 * Says that an attempt begins, where that matters to anyone: effects, repeated tries and work with a time limit. One key
 * must not carry two requests: where parameters read the clock, the time is durable before the effect.
 */
async function announce(
  host: StepHost,
  step: StepState,
  item: number | undefined,
  attempt: number,
): Promise<number | undefined> {
  const { node } = step;
  const effectful = node.effect !== 'pure';
  if (!effectful && attempt === 1 && node.node.settings.timeoutMs === undefined) return undefined;
  host.append({
    type: 'step-started',
    at: host.deps.clock.now(),
    path: step.path,
    attempt,
    ...(item === undefined ? {} : { item }),
  });
  if (!effectful) return undefined;
  const begunAt = item === undefined ? step.begunAt : step.items?.inFlight.get(item);
  if (afterCrashOf(node) !== 'retry' || node.readsClock || host.deps.isLeaseFresh?.() === false)
    await host.flush();
  else await host.flushBeforeEffect();
  return begunAt;
}

/** Ends early when the time limit or the execution's signal says so, even if the work does not listen. */
async function runLimited<T>(
  host: StepHost,
  node: CompiledNode,
  work: (signal: AbortSignal | undefined) => T | Promise<T>,
): Promise<T> {
  const { timeoutMs } = node.node.settings;
  if (timeoutMs === undefined && node.effect === 'pure') return work(undefined);
  const limit = new AbortController();
  const stop = () => limit.abort(new RunStopped('The execution stopped'));
  if (host.signal.aborted) stop();
  host.signal.addEventListener('abort', stop, { once: true });
  const ended = new AbortController();
  if (timeoutMs !== undefined) {
    host.deps.clock.sleep(timeoutMs, ended.signal).then(
      () => limit.abort(engineErrors.create('NODE_TIMEOUT', { params: { node: node.node.name, timeoutMs } })),
      () => {},
    );
  }
  try {
    return await new Promise<T>((resolve, reject) => {
      const fail = () => reject(limit.signal.reason);
      if (limit.signal.aborted) return fail();
      limit.signal.addEventListener('abort', fail, { once: true });
      Promise.resolve()
        .then(() => work(limit.signal))
        .then(resolve, (error) => reject(limit.signal.aborted ? limit.signal.reason : error));
    });
  } finally {
    ended.abort(new RunStopped('The attempt ended'));
    host.signal.removeEventListener('abort', stop);
  }
}

function isWorthRetrying(settings: NodeSettings, error: NavetteError, attempt: number): boolean {
  const policy = settings.retry;
  if (!policy || attempt >= policy.maxAttempts) return false;
  return policy.retryOn ? policy.retryOn.includes(error.code) : error.retry !== 'never';
}

/** The policy's delay, or a longer one that the other side asked for (up to a day). */
function chooseDelay(settings: NodeSettings, error: NavetteError, attempt: number, random: number): number {
  const delayMs = retryDelayMs(settings.retry ?? noRetry, attempt, random);
  const asked = typeof error.retry === 'object' ? Math.min(error.retry.afterMs, 86_400_000) : 0;
  return Math.max(delayMs, asked);
}
