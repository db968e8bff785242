/**
 * What a create makes and the answer that is kept under its Idempotency-Key, in one transaction.
 *
 * Invariants:
 * 1. Whoever makes something under a key holds the row of the key until it commits. Others who repeat the request wait for
 *    that row, and find the answer in it.
 * 2. A process that dies of it leaves neither: its transaction is rolled back and the next one makes it.
 */
import { engineErrors } from '@navette/engine';
import type { ContentStore } from '../artifact-storage/content-store.ts';
import type { Vault } from '../vault/vault.ts';
import { ApiKeyRepository } from './api-key-repository.ts';
import { ArtifactRepository } from './artifact-repository.ts';
import { AuditRepository } from './audit-repository.ts';
import { CredentialRepository } from './credential-repository.ts';
import type { IdempotentRequest } from './idempotency-repository.ts';
import { inTransaction } from './in-transaction.ts';
import { encodeAnswer, openAnswer } from './kept-answer.ts';
import { ProjectRepository } from './project-repository.ts';
import type { QueryBuilder } from './query-builder.ts';
import { WorkflowRepository } from './workflow-repository.ts';

/** The repositories as one transaction sees them. */
export interface CreatingRepositories {
  apiKeys: ApiKeyRepository;
  artifacts: ArtifactRepository;
  audit: AuditRepository;
  credentials: CredentialRepository;
  projects: ProjectRepository;
  workflows: WorkflowRepository;
}

export class AnsweredCreates {
  readonly #db: QueryBuilder;
  readonly #vault: Vault;
  readonly #contents: ContentStore;

  constructor(db: QueryBuilder, { contents, vault }: { contents: ContentStore; vault: Vault }) {
    this.#db = db;
    this.#contents = contents;
    this.#vault = vault;
  }

  /** Everything that `create` does, or nothing of it. It may begin several times. */
  run<T>(create: (repositories: CreatingRepositories) => Promise<T>): Promise<T> {
    return inTransaction(this.#db, (trx) => create(this.#bind(trx)));
  }

  /**
   * As `run`, and once for each key: a repeat gets the body of the first as it was stored. Throws IDEMPOTENCY_KEY_REUSED
   * and IDEMPOTENCY_ANSWER_SEALED.
   */
  runOnce<T>(
    request: IdempotentRequest,
    status: number,
    create: (repositories: CreatingRepositories) => Promise<T>,
  ): Promise<{ isRepeat: boolean; body: T }> {
    return inTransaction(this.#db, async (trx) => {
      const { projectId, route, key, requestSha256 } = request;
      const row = await trx
        .insertInto('idempotencyKeys')
        .values({ projectId, route, key, requestSha256, body: 'null' })
        // Changes nothing, and locks the row: DO NOTHING would neither wait for its end nor give it back.
        .onConflict((conflict) =>
          conflict
            .columns(['projectId', 'route', 'key'])
            .doUpdateSet((eb) => ({ key: eb.ref('excluded.key') })),
        )
        .returning(['requestSha256', 'status', 'body'])
        .executeTakeFirstOrThrow();
      if (!row.requestSha256.equals(requestSha256)) throw engineErrors.create('IDEMPOTENCY_KEY_REUSED');
      if (row.status !== null) {
        const body = await openAnswer(this.#vault, request, row.body);
        return { isRepeat: true, body: body as T };
      }
      const body = await create(this.#bind(trx));
      await trx
        .updateTable('idempotencyKeys')
        .set({ status, body: encodeAnswer(this.#vault, request, body) })
        .where('projectId', '=', projectId)
        .where('route', '=', route)
        .where('key', '=', key)
        .execute();
      return { isRepeat: false, body };
    });
  }

  #bind(trx: QueryBuilder): CreatingRepositories {
    return {
      apiKeys: new ApiKeyRepository(trx),
      artifacts: new ArtifactRepository(trx, this.#contents),
      audit: new AuditRepository(trx),
      credentials: new CredentialRepository(trx, this.#vault),
      projects: new ProjectRepository(trx),
      workflows: new WorkflowRepository(trx),
    };
  }
}
