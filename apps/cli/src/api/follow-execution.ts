/**
 * The records of one execution as they happen, over any number of connections: the server may stop and start again in
 * between.
 *
 * F1. Each record is given once, in order: a reconnect resumes after the last id, and what comes twice is dropped.
 * F2. It ends after `execution-finished`, or when the execution turns out to be over.
 * F3. A refusal (not found, not allowed) ends it with that error; silence does not, until `giveUpAfterMs`.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { isTerminal, routes } from '@navette/contracts';
import { NavetteError } from '@navette/kit';
import { Interrupted } from '../interrupted.ts';
import type { ConsolePart } from '../progress/console-lines.ts';
import { type ApiClient, createUnreachable } from './api-client.ts';
import { ApiProblem } from './api-problem.ts';
import { EventStreamParser, type ServerSentEvent } from './event-stream-parser.ts';
import { compareEventIds, type LiveEvent, parseConsolePart, parseLiveEvent } from './live-record.ts';

export type FollowEvent =
  | ({ kind: 'record' } & LiveEvent)
  /** Lines of a step at work; after a reconnect they come again. */
  | { kind: 'console'; part: ConsolePart }
  /** The connection is gone; said once, however many tries follow. */
  | { kind: 'connection-lost'; error: Error }
  | { kind: 'connected-again' };

export interface FollowOptions {
  api: ApiClient;
  executionId: string;
  /** Only what comes after this event id. */
  after?: string | undefined;
  /** Ends the following with Interrupted. */
  signal?: AbortSignal | undefined;
  /** 250 ms at first, twice as long each time, up to 2 s. */
  firstRetryMs?: number;
  /** A server that stays away this long is given up; 10 minutes. */
  giveUpAfterMs?: number;
  /** A connection without a byte for this long is replaced; 60 s. */
  silenceMs?: number;
}

const longestRetryMs = 2_000;

export async function* followExecution(options: FollowOptions): AsyncGenerator<FollowEvent, void, void> {
  const { api, executionId, signal, firstRetryMs = 250, giveUpAfterMs = 600_000 } = options;
  let last = options.after;
  let lostSince: number | undefined;
  let retryMs = firstRetryMs;
  for (;;) {
    let refusal: Error | undefined;
    try {
      for await (const event of connect(options, last)) {
        if (event === 'open') {
          if (lostSince !== undefined) yield { kind: 'connected-again' };
          lostSince = undefined;
          retryMs = firstRetryMs;
          continue;
        }
        if (event.type === 'console') {
          const part = parseConsolePart(event.data);
          if (part) yield { kind: 'console', part };
          continue;
        }
        const live = parseLiveEvent(event.data);
        if (!live || (last !== undefined && compareEventIds(live.id, last) <= 0)) continue;
        last = live.id;
        yield { kind: 'record', ...live };
        if (live.record.type === 'execution-finished') return;
      }
      if (await isOver(api, executionId, signal)) return;
    } catch (thrown) {
      refusal = assertPassing(thrown);
    }
    if (refusal && lostSince === undefined) {
      lostSince = performance.now();
      yield { kind: 'connection-lost', error: refusal };
    }
    if (refusal && lostSince !== undefined && performance.now() - lostSince > giveUpAfterMs) throw refusal;
    const asked = refusal instanceof ApiProblem ? (refusal.retryAfterMs ?? 0) : 0;
    await pause(Math.max(retryMs, asked), signal);
    retryMs = Math.min(retryMs * 2, longestRetryMs);
  }
}

/** The events of one connection, after an "open" when the server has accepted it. */
async function* connect(
  { api, executionId, signal, silenceMs = 60_000 }: FollowOptions,
  after: string | undefined,
): AsyncGenerator<'open' | ServerSentEvent, void, void> {
  const silence = new AbortController();
  const watchdog = setTimeout(() => silence.abort(), silenceMs);
  const stop = AbortSignal.any([silence.signal, ...(signal ? [signal] : [])]);
  try {
    const response = await api.open(
      routes.streamExecution,
      { params: { executionId } },
      {
        signal: stop,
        headers: {
          accept: 'text/event-stream',
          ...(after === undefined ? {} : { 'last-event-id': after }),
        },
      },
    );
    yield 'open';
    if (!response.body) return;
    const parser = new EventStreamParser();
    const decoder = new TextDecoder();
    for await (const bytes of response.body) {
      watchdog.refresh();
      yield* parser.push(decoder.decode(bytes, { stream: true }));
    }
  } catch (thrown) {
    if (signal?.aborted) throw new Interrupted();
    if (silence.signal.aborted) return;
    throw thrown instanceof ApiProblem || NavetteError.is(thrown)
      ? thrown
      : createUnreachable(api.url, thrown);
  } finally {
    clearTimeout(watchdog);
    silence.abort();
  }
}

/** A stream that closed without a last word: the execution may have ended before it was opened. */
async function isOver(
  api: ApiClient,
  executionId: string,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const execution = await api.call(routes.getExecution, { params: { executionId } }, { signal });
  return isTerminal(execution.status);
}

/** Gives back what may pass by itself (no answer, stopping, busy); throws everything else. */
function assertPassing(thrown: unknown): Error {
  if (thrown instanceof ApiProblem && (thrown.status === 429 || thrown.status >= 500)) return thrown;
  if (NavetteError.is(thrown) && thrown.code === 'CLI_UNREACHABLE') return thrown;
  throw thrown;
}

async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(ms, undefined, signal ? { signal } : {});
  } catch {
    throw new Interrupted();
  }
}
