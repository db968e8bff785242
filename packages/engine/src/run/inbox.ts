import type { Message, MessageStore, MessageWait } from '../message-store.ts';

/**
 * What a run knows of the messages for its waiting steps: it asks the store once for each wait, and again when it was told
 * that something came. Whoever delivers while nobody tells this run marks the execution, so that it looks before it parks.
 */
export class Inbox {
  readonly #store: MessageStore;
  readonly #asked = new Set<string>();

  constructor(store: MessageStore) {
    this.#store = store;
  }

  /** Something may have come. */
  forget(): void {
    this.#asked.clear();
  }

  /** Undefined when there is none, or none was there when it looked last. */
  async look(wait: MessageWait): Promise<Message | undefined> {
    if (this.#asked.has(wait.path)) return undefined;
    this.#asked.add(wait.path);
    const message = await this.#store.readMessage(wait);
    // The next one of the channel is for the next wait of the same step, or of another one.
    if (message) this.#asked.clear();
    return message;
  }

  /** No message comes any more for this wait; the last one that did, if any. */
  async close(wait: MessageWait): Promise<Message | undefined> {
    await this.#store.closeWait(wait);
    return this.#store.readMessage(wait);
  }
}
