import { once } from 'node:events';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { StreamCounts } from '../telemetry/stream-counts.ts';

export interface ServerEvent {
  id?: string;
  /** Without a name it is a "message". */
  name?: string;
  data: unknown;
}

const heartbeatMs = 15_000;
/** A client that takes nothing for so long is gone, whatever its socket says. */
const stalledMs = 30_000;
/** Streams end after this time: the client comes back with its last id, and is authorized anew. */
const lifetimeMs = 30 * 60_000;

/** One response of server-sent events: heartbeats, back-pressure, and an end when the client or the server goes. */
export class EventConnection {
  readonly #reply: FastifyReply;
  readonly #over = new AbortController();
  readonly #heartbeat: NodeJS.Timeout;
  readonly #end: NodeJS.Timeout;
  readonly #counts: StreamCounts;

  /** Takes the reply over. `stopping` ends the stream when the server stops. */
  constructor(
    request: FastifyRequest,
    reply: FastifyReply,
    { counts, stopping }: { counts: StreamCounts; stopping: AbortSignal },
  ) {
    this.#reply = reply;
    this.#counts = counts;
    counts.open += 1;
    reply.hijack();
    const response = reply.raw;
    for (const [name, value] of Object.entries(reply.getHeaders())) {
      if (value !== undefined) response.setHeader(name, value);
    }
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
    });
    response.flushHeaders();
    request.raw.socket.setNoDelay(true);
    this.#heartbeat = setInterval(() => response.write(': \n\n'), heartbeatMs);
    this.#end = setTimeout(() => this.close(), lifetimeMs);
    const stop = () => this.close();
    stopping.addEventListener('abort', stop, { once: true });
    response.once('close', () => {
      stopping.removeEventListener('abort', stop);
      this.close();
    });
    if (stopping.aborted) this.close();
  }

  /** Aborted when nobody listens any more. */
  get signal(): AbortSignal {
    return this.#over.signal;
  }

  get isOpen(): boolean {
    return !this.#over.signal.aborted;
  }

  /** Resolves when there is room for more. A client that stalls is cut off. */
  async send(event: ServerEvent): Promise<void> {
    if (!this.isOpen) return;
    const response = this.#reply.raw;
    this.#counts.sent += 1;
    if (response.write(encodeServerEvent(event))) return;
    const signal = AbortSignal.any([this.signal, AbortSignal.timeout(stalledMs)]);
    await once(response, 'drain', { signal }).catch(() => {
      if (this.isOpen) {
        this.#counts.stalled += 1;
        response.destroy();
      }
      this.close();
    });
  }

  close(): void {
    if (this.#over.signal.aborted) return;
    this.#over.abort();
    this.#counts.open -= 1;
    clearInterval(this.#heartbeat);
    clearTimeout(this.#end);
    this.#reply.raw.end();
  }
}

/** JSON has no raw line breaks, so that data is always one line. */
export function encodeServerEvent({ id, name, data }: ServerEvent): string {
  const lines = [];
  if (id !== undefined) lines.push(`id: ${id}`);
  if (name !== undefined) lines.push(`event: ${name}`);
  lines.push(`data: ${JSON.stringify(data)}`);
  return `${lines.join('\n')}\n\n`;
}
