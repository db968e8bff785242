/**
 * The BullMQ queue as tickets of executions. A job's id is its ticket ("<execution id>.<generation>", with a suffix when it
 * is added once more), its data nothing but the id for people who look into Redis.
 */
import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { encodeTicket, type QueueTicket } from '../queue-source.ts';

export const queueName = 'executions';

export interface QueuedJob extends QueueTicket {
  jobId: string;
}

/** What is in the queue, by what it waits for. */
export interface QueueContent {
  /** For a worker; the last in line first. */
  waiting: QueuedJob[];
  /** For a later try. */
  delayed: QueuedJob[];
  /** In the hands of a worker. */
  active: QueuedJob[];
  /** Ids of jobs that are no tickets. */
  foreign: string[];
}

export class TicketQueue {
  readonly #queue: Queue;

  constructor(options: { connection: Redis; prefix: string; onError: (error: Error) => void }) {
    this.#queue = new Queue(queueName, {
      connection: options.connection,
      prefix: options.prefix,
      skipVersionCheck: true,
      // A lost job is found by comparing with the store, so that nothing else is worth keeping.
      streams: { events: { maxLen: 100 } },
      defaultJobOptions: { removeOnComplete: true, removeOnFail: true, attempts: 1 },
    });
    this.#queue.on('error', options.onError);
  }

  /** At the end of the line, or in front of all that are not urgent. */
  async add(
    tickets: readonly QueueTicket[],
    { urgent = false, suffix = '' }: { urgent?: boolean; suffix?: string } = {},
  ): Promise<void> {
    if (tickets.length === 0) return;
    // BullMQ serves the lowest number first, but jobs without any before all: every job gets one.
    const priority = urgent ? 1 : 2;
    await this.#queue.addBulk(
      tickets.map((ticket) => ({
        name: 'run',
        data: { executionId: ticket.id },
        opts: { jobId: `${encodeTicket(ticket)}${suffix}`, priority },
      })),
    );
  }

  async list(): Promise<QueueContent> {
    const backend = this.#queue.getBackend();
    const ranges = (await backend.getRanges(['prioritized', 'wait', 'delayed', 'active'], 0, -1)) as unknown;
    const foreign: string[] = [];
    const decode = (jobIds: readonly string[]) =>
      jobIds.flatMap((jobId) => {
        const ticket = decodeTicket(jobId);
        if (ticket) return [{ jobId, ...ticket }];
        foreign.push(jobId);
        return [];
      });
    const [prioritized, wait, delayed, active] = (ranges as string[][]).map(decode);
    return { waiting: [...prioritized!, ...wait!], delayed: delayed!, active: active!, foreign };
  }

  /** False when a worker holds it, or there is none. */
  async remove(jobId: string): Promise<boolean> {
    return (await this.#queue.remove(jobId)) === 1;
  }

  /** A delayed one is due now. */
  async promote(jobId: string): Promise<void> {
    await (await this.#queue.getJob(jobId))?.promote();
  }

  async setPaused(paused: boolean): Promise<void> {
    if ((await this.#queue.isPaused()) === paused) return;
    if (paused) await this.#queue.pause();
    else await this.#queue.resume();
  }

  async close(): Promise<void> {
    await this.#queue.close();
  }
}

const form = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.(\d{1,15})(?:\.\w+)?$/;

export function decodeTicket(jobId: string): QueueTicket | undefined {
  const match = form.exec(jobId);
  return match ? { id: match[1]!, generation: Number(match[2]) } : undefined;
}
