/**
 * Answers to creates that carried an Idempotency-Key.
 *
 * Invariants:
 * 1. Of requests with one key, one at a time is at work: whoever inserted the row, or took it over after its owner
 *    had been silent for `abandonedAfterMs` (its process died).
 * 2. A stored answer is never replaced, and is given for `keptForMs`.
 */
import type { QueryBuilder } from './query-builder.ts';
import { storeErrors } from './store-error.ts';

export interface IdempotentRequest {
  projectId: string;
  /** Id of the route. */
  route: string;
  key: string;
  requestSha256: Buffer;
}

export interface StoredAnswer {
  status: number;
  body: unknown;
}

const keptForMs = 24 * 3_600_000;
const abandonedAfterMs = 60_000;
const cleanedPerStep = 1_000;

export class IdempotencyRepository {
  readonly #db: QueryBuilder;

  constructor(db: QueryBuilder) {
    this.#db = db;
  }

  /**
   * Undefined: the caller is the first and must `complete` or `release`. Otherwise the answer of the first.
   * Throws IDEMPOTENCY_KEY_REUSED or IDEMPOTENCY_KEY_IN_PROGRESS.
   */
  async claim(request: IdempotentRequest, now = new Date()): Promise<StoredAnswer | undefined> {
    const { projectId, route, key, requestSha256 } = request;
    const claimed = await this.#db
      .insertInto('idempotencyKeys')
      .values({ projectId, route, key, requestSha256, body: 'null', createdAt: now })
      .onConflict((conflict) =>
        conflict
          .columns(['projectId', 'route', 'key'])
          .doUpdateSet({ requestSha256, status: null, body: 'null', createdAt: now })
          .where((eb) =>
            eb.or([
              eb('idempotencyKeys.createdAt', '<', new Date(now.getTime() - keptForMs)),
              eb.and([
                eb('idempotencyKeys.status', 'is', null),
                eb('idempotencyKeys.requestSha256', '=', requestSha256),
                eb('idempotencyKeys.createdAt', '<', new Date(now.getTime() - abandonedAfterMs)),
              ]),
            ]),
          ),
      )
      .returning('key')
      .executeTakeFirst();
    if (claimed !== undefined) return undefined;
    const row = await this.#select(request).select(['requestSha256', 'status', 'body']).executeTakeFirst();
    if (row === undefined) throw storeErrors.create('IDEMPOTENCY_KEY_IN_PROGRESS');
    if (!row.requestSha256.equals(requestSha256)) throw storeErrors.create('IDEMPOTENCY_KEY_REUSED');
    if (row.status === null) throw storeErrors.create('IDEMPOTENCY_KEY_IN_PROGRESS');
    return { status: row.status, body: row.body };
  }

  async complete(request: IdempotentRequest, answer: StoredAnswer): Promise<void> {
    await this.#db
      .updateTable('idempotencyKeys')
      .set({ status: answer.status, body: JSON.stringify(answer.body ?? null) })
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
