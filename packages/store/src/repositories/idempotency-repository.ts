/**
 * Answers to creates that carried an Idempotency-Key.
 *
 * Invariants:
 * 1. Nobody waits for the first request with a key: its process may be dead. What a request makes is stored under the key
 *    itself or together with the answer, so that several at work make one.
 * 2. A stored answer is never replaced, and is given for `keptForMs`.
 * 3. Only the request that inserted the row takes it away again, when it was refused or failed.
 */
import { engineErrors } from '@navette/engine';
import type { Vault } from '../vault/vault.ts';
import { encodeAnswer, openAnswer } from './kept-answer.ts';
import type { QueryBuilder } from './query-builder.ts';

export interface IdempotentRequest {
  projectId: string;
  /** Id of the route. */
  route: string;
  key: string;
  requestSha256: Buffer;
  /** Whether the answer may hold a secret, and is kept sealed. */
  isSealed?: boolean;
}

export interface StoredAnswer {
  status: number;
  body: unknown;
}

/**
 * What whoever sends a key is to do. first: to do the work, and `complete` or `release`. again: the first is at work, or has
 * died of it; to do the work as well, and `complete`. answered: nothing.
 */
export type IdempotencyClaim = { is: 'first' | 'again' } | { is: 'answered'; answer: StoredAnswer };

const keptForMs = 24 * 3_600_000;
const cleanedPerStep = 1_000;

export class IdempotencyRepository {
  readonly #db: QueryBuilder;
  readonly #vault: Vault;

  constructor(db: QueryBuilder, vault: Vault) {
    this.#db = db;
    this.#vault = vault;
  }

  /** Throws IDEMPOTENCY_KEY_REUSED when the key came before with another request, and IDEMPOTENCY_ANSWER_SEALED. */
  async claim(request: IdempotentRequest, now = new Date()): Promise<IdempotencyClaim> {
    const { projectId, route, key, requestSha256 } = request;
    const claimed = await this.#db
      .insertInto('idempotencyKeys')
      .values({ projectId, route, key, requestSha256, body: 'null', createdAt: now })
      .onConflict((conflict) =>
        conflict
          .columns(['projectId', 'route', 'key'])
          .doUpdateSet({ requestSha256, status: null, body: 'null', createdAt: now })
          .where('idempotencyKeys.createdAt', '<', new Date(now.getTime() - keptForMs)),
      )
      .returning('key')
      .executeTakeFirst();
    if (claimed !== undefined) return { is: 'first' };
    const row = await this.#select(request).select(['requestSha256', 'status', 'body']).executeTakeFirst();
    // The first has just failed and taken it away.
    if (row === undefined) return { is: 'again' };
    if (!row.requestSha256.equals(requestSha256)) throw engineErrors.create('IDEMPOTENCY_KEY_REUSED');
    if (row.status === null) return { is: 'again' };
    const body = await openAnswer(this.#vault, request, row.body);
    return { is: 'answered', answer: { status: row.status, body } };
  }

  async complete(request: IdempotentRequest, answer: StoredAnswer): Promise<void> {
    await this.#db
      .updateTable('idempotencyKeys')
      .set({ status: answer.status, body: encodeAnswer(this.#vault, request, answer.body) })
      .where('projectId', '=', request.projectId)
      .where('route', '=', request.route)
      .where('key', '=', request.key)
      .where('status', 'is', null)
      .execute();
  }

  /** The request was refused or failed: the key is free again. */
  async release(request: IdempotentRequest): Promise<void> {
    await this.#db
      .deleteFrom('idempotencyKeys')
      .where('projectId', '=', request.projectId)
      .where('route', '=', request.route)
      .where('key', '=', request.key)
      .where('status', 'is', null)
      .execute();
  }

  /** Removes what is older than 24 hours, of all projects, in small steps. Gives how many. */
  async clean(now = new Date()): Promise<number> {
    let removed = 0;
    for (let last = cleanedPerStep; last === cleanedPerStep; removed += last) {
      const result = await this.#db
        .deleteFrom('idempotencyKeys')
        .where((eb) =>
          eb(
            eb.refTuple('projectId', 'route', 'key'),
            'in',
            eb
              .selectFrom('idempotencyKeys')
              .select(['projectId', 'route', 'key'])
              .where('createdAt', '<', new Date(now.getTime() - keptForMs))
              .orderBy('createdAt')
              .limit(cleanedPerStep)
              .forUpdate()
              .skipLocked()
              .$asTuple('projectId', 'route', 'key'),
          ),
        )
        .executeTakeFirst();
      last = Number(result.numDeletedRows);
    }
    return removed;
  }

  #select(request: IdempotentRequest) {
    return this.#db
      .selectFrom('idempotencyKeys')
      .where('projectId', '=', request.projectId)
      .where('route', '=', request.route)
      .where('key', '=', request.key);
  }
}
