import type { Logger } from '@navette/kit';
import pg from 'pg';
import { guardConnection } from '../guard-connection.ts';
import { idleTransactionLimitMs } from '../idle-transaction.ts';
import { keepAliveAfterMs } from '../keep-alive.ts';

/** A batch that takes longer is on a connection that is dead. */
const statementLimitMs = 60_000;
const connectLimitMs = 5_000;

/** One connection of the journal writer: opened when it is needed, and anew after it was dropped or closed. */
export class JournalConnection {
  readonly #connectionString: string;
  readonly #logger: Logger;
  #client: pg.Client | undefined;

  constructor(connectionString: string, logger: Logger) {
    this.#connectionString = connectionString;
    this.#logger = logger;
  }

  async connect(): Promise<pg.Client> {
    if (this.#client) return this.#client;
    const client = new pg.Client({
      connectionString: this.#connectionString,
      application_name: 'navette journal',
      connectionTimeoutMillis: connectLimitMs,
      query_timeout: statementLimitMs,
      idle_in_transaction_session_timeout: idleTransactionLimitMs,
      keepAlive: true,
      keepAliveInitialDelayMillis: keepAliveAfterMs,
    });
    client.on('error', (error) => {
      this.#logger.warn({ err: error }, 'The journal connection was closed');
      if (this.#client === client) this.#client = undefined;
    });
    await client.connect();
    guardConnection(client, { connectionString: this.#connectionString, logger: this.#logger });
    this.#client = client;
    return client;
  }

  /** It is broken: the next `connect` opens another one. */
  drop(): void {
    const client = this.#client;
    this.#client = undefined;
    client
      ?.end()
      .catch((error) => this.#logger.debug({ err: error }, 'A broken connection did not close cleanly'));
  }

  async close(): Promise<void> {
    await this.#client?.end();
    this.#client = undefined;
  }
}
