/**
 * The other side of the crash tests: a local HTTP server that counts. It outlives the killed server and remembers every
 * call with its idempotency key, so that a test can say what was done, how often and in which order.
 */
import { type FixtureRequest, startFixtureServer, waitFor } from '@navette/testing';

export interface Call {
  /** The body's `run`: which execution it came from. */
  run: string;
  /** The body's `step`: 1, 2, 3 … */
  step: number;
  /** The body's `token`: what the previous call was answered with. */
  token: string | undefined;
  key: string | undefined;
  path: string;
  /** How many times the server had been killed and started again when the call came. */
  epoch: number;
  /** When it came, on the clock of `performance.now`. */
  at: number;
  answered: boolean;
}

export interface Answer {
  status?: number;
  headers?: Record<string, string>;
  /** Holds the answer back until this is settled. */
  after?: Promise<unknown>;
}

export interface CountingServer extends AsyncDisposable {
  url: string;
  port: number;
  /** Every call so far, in order of arrival. */
  calls: Call[];
  /** Of the server that calls; raise it after a kill, before the next start. */
  epoch: number;
  callsOf(run: string): Call[];
  /** Resolves once `count` calls of that run and step have arrived. */
  waitForCall(run: string, step: number, count?: number): Promise<void>;
  waitForAnswer(run: string, step: number): Promise<void>;
  close(): Promise<void>;
}

/** @param answer decides about an answer; without it every call is answered 200 at once. */
export async function startCountingServer(
  answer: (call: Call, calls: readonly Call[]) => Answer | undefined = () => undefined,
): Promise<CountingServer> {
  const calls: Call[] = [];
  let epoch = 0;
  const fixture = await startFixtureServer(async (request, response) => {
    const call = { ...parseCall(request), epoch, at: performance.now(), answered: false };
    calls.push(call);
    const { status = 200, headers = {}, after } = answer(call, calls) ?? {};
    await after;
    response.once('finish', () => {
      call.answered = true;
    });
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify({ run: call.run, step: call.step, token: tokenOf(call.run, call.step) }));
  });
  const close = () => fixture.close();
  const find = (run: string, step: number) => calls.filter((call) => call.run === run && call.step === step);
  return {
    url: fixture.url,
    port: fixture.port,
    calls,
    get epoch() {
      return epoch;
    },
    set epoch(value) {
      epoch = value;
    },
    callsOf: (run) => calls.filter((call) => call.run === run),
    async waitForCall(run, step, count = 1) {
      await waitFor(() => find(run, step).length >= count, {
        timeoutMs: 30_000,
        what: `call ${step} of ${run}`,
      });
    },
    async waitForAnswer(run, step) {
      const what = `the answer to call ${step} of ${run}`;
      await waitFor(() => find(run, step).some((call) => call.answered), { timeoutMs: 30_000, what });
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** What the call of that step is answered with: a repeat gets the same, as from any API that honours the key. */
export function tokenOf(run: string, step: number): string {
  return `${run}/${step}`;
}

function parseCall(request: FixtureRequest): Omit<Call, 'epoch' | 'answered' | 'at'> {
  const body = JSON.parse(request.body.toString('utf8')) as {
    run?: unknown;
    step?: unknown;
    token?: unknown;
  };
  if (typeof body.run !== 'string' || typeof body.step !== 'number')
    throw new Error(`A call without run and step: ${request.body}`);
  const key = request.headers['idempotency-key'];
  return {
    run: body.run,
    step: body.step,
    token: typeof body.token === 'string' ? body.token : undefined,
    key: typeof key === 'string' ? key : undefined,
    path: request.path,
  };
}
