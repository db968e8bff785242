/**
 * The live webhooks in memory. Postgres has the truth; a revision that rises with every change tells when to read it
 * again: at once after a change made here, every two seconds for those of other processes, and before a path is called
 * unknown.
 */

import type { NodeTypes, VersionSource } from '@navette/engine';
import type { Logger } from '@navette/kit';
import type { LiveWebhook, PublicationRepository } from '@navette/store';
import { createLiveTarget, type LiveTarget } from './live-target.ts';
import { type WebhookLookup, WebhookRouter } from './webhook-router.ts';

const pollMs = 2_000;
/** A flood of unknown paths asks the database at most so often. */
const recheckMs = 250;

export interface WebhookTableOptions {
  publications: Pick<PublicationRepository, 'listAllWebhooks' | 'readRevision'>;
  versions: VersionSource;
  nodeTypes: NodeTypes;
  logger: Logger;
}

export class WebhookTable {
  readonly #options: WebhookTableOptions;
  #router = new WebhookRouter([]);
  #targets = new Map<LiveWebhook, Promise<LiveTarget | undefined>>();
  #revision = 0;
  #size = 0;
  #checkedAt = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: WebhookTableOptions) {
    this.#options = options;
  }

  /** Addresses that are live here. */
  get size(): number {
    return this.#size;
  }

  /** Reads the webhooks and follows their changes until `stop`. */
  async start(): Promise<void> {
    await this.reload();
    this.#timer = setInterval(() => {
      this.#reloadIfChanged().catch((error) =>
        this.#options.logger.warn({ reason: String(error) }, 'The live webhooks could not be checked'),
      );
    }, pollMs);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async reload(): Promise<void> {
    const { revision, webhooks } = await this.#options.publications.listAllWebhooks();
    // An older answer may come later than a newer one.
    if (revision < this.#revision) return;
    this.#router = new WebhookRouter(webhooks);
    this.#targets = new Map();
    this.#size = webhooks.length;
    this.#revision = revision;
    this.#checkedAt = Date.now();
  }

  /** Synchronous for what is known, which is the hot path. */
  find(method: string, path: string): WebhookLookup {
    return this.#router.find(method, path);
  }

  /** Looks whether another process has published what is unknown here. */
  async findAgain(method: string, path: string): Promise<WebhookLookup> {
    if (Date.now() - this.#checkedAt >= recheckMs) {
      this.#checkedAt = Date.now();
      await this.#reloadIfChanged();
    }
    return this.#router.find(method, path);
  }

  /** The version and node behind a webhook, read once. Undefined when the version is gone. */
  targetOf(webhook: LiveWebhook): Promise<LiveTarget | undefined> {
    let target = this.#targets.get(webhook);
    if (!target) {
      const targets = this.#targets;
      const { versions, nodeTypes } = this.#options;
      target = versions
        .read(webhook.projectId, webhook.versionId)
        .then((version) => version && createLiveTarget(version, webhook.nodeId, nodeTypes));
      // A failed read is tried again with the next request.
      target.catch(() => targets.delete(webhook));
      targets.set(webhook, target);
    }
    return target;
  }

  async #reloadIfChanged(): Promise<void> {
    const revision = await this.#options.publications.readRevision();
    if (revision !== this.#revision) await this.reload();
  }
}
