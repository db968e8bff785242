/** Sends messages into executions and wakes those who wait for them, wherever they are. */
import { channelOf, type DoubtResolution, type MessageBody } from '@navette/contracts';
import { engineErrors } from './errors.ts';
import type { DeliverResult, NewMessage, Wake } from './message-store.ts';
import type { Dispatcher, ExecutionStore } from './ports.ts';

export interface SignalToSend {
  projectId: string;
  /** Bare ids. */
  to: NewMessage['to'];
  name: string;
  items: Extract<MessageBody, { kind: 'items' }>['items'];
  idempotencyKey: string | null;
}

export interface DoubtAnswer {
  projectId: string;
  /** A bare id. */
  executionId: string;
  path: string;
  question: number;
  resolution: DoubtResolution;
}

export class Post {
  readonly #deps: { store: ExecutionStore; dispatcher: Dispatcher; uuid(): string };
  readonly #tellHere: (executionId: string) => boolean;

  /** @param tellHere tells the run in this process to look; false when there is none. */
  constructor(
    deps: { store: ExecutionStore; dispatcher: Dispatcher; uuid(): string },
    tellHere: (executionId: string) => boolean,
  ) {
    this.#deps = deps;
    this.#tellHere = tellHere;
  }

  /** @throws EXECUTION_NOT_FOUND, SIGNAL_EXECUTION_ENDED, SIGNAL_TOO_MANY */
  async sendSignal(signal: SignalToSend): Promise<{ messageId: string; executionId: string | null }> {
    const { projectId, to, name, items, idempotencyKey } = signal;
    const result = await this.deliver({
      id: this.#deps.uuid(),
      projectId,
      to,
      channel: `signal:${name}`,
      once: false,
      body: { kind: 'items', items },
      idempotencyKey,
    });
    switch (result.outcome) {
      case 'delivered':
      case 'duplicate':
        return { messageId: result.messageId, executionId: result.executionId };
      case 'kept':
        return { messageId: result.messageId, executionId: null };
      case 'ended':
        throw engineErrors.create('SIGNAL_EXECUTION_ENDED', { params: { name, status: result.status } });
      case 'full':
        throw engineErrors.create('SIGNAL_TOO_MANY', { params: { name } });
      case 'unknown':
        throw engineErrors.create('executionId' in to ? 'EXECUTION_NOT_FOUND' : 'SIGNAL_WORKFLOW_NOT_FOUND');
      case 'used':
        throw new Error(`The channel of a signal was taken for one of a single message: ${name}`);
    }
  }

  /**
   * Answers what was asked about a step in doubt: the first answer counts. That it asks just that is for the caller to see.
   * @throws EXECUTION_NOT_FOUND, STEP_ALREADY_RESOLVED, STEP_NOT_IN_DOUBT
   */
  async resolve({ projectId, executionId, path, question, resolution }: DoubtAnswer): Promise<void> {
    const result = await this.deliver({
      id: this.#deps.uuid(),
      projectId,
      to: { executionId },
      channel: channelOf({ kind: 'doubt', question }, path),
      once: true,
      body: { kind: 'resolution', resolution },
      idempotencyKey: null,
    });
    switch (result.outcome) {
      case 'delivered':
        return;
      case 'used':
        throw engineErrors.create('STEP_ALREADY_RESOLVED', { params: { path } });
      case 'ended':
        throw engineErrors.create('STEP_NOT_IN_DOUBT', { params: { path } });
      case 'unknown':
        throw engineErrors.create('EXECUTION_NOT_FOUND');
      default:
        throw new Error(`The answer about ${path} came to ${result.outcome}`);
    }
  }

  async deliver(message: NewMessage): Promise<DeliverResult> {
    const result = await this.#deps.store.deliver(message);
    if (result.outcome === 'delivered') this.announce(result.executionId, result.wake);
    return result;
  }

  /** A message was committed for that execution. */
  announce(executionId: string, wake: Wake): void {
    if (wake === 'running' && this.#tellHere(executionId)) return;
    // Other processes hear of it this way too, and one of them may be at work on it.
    this.#deps.dispatcher.enqueue([executionId]);
  }
}
