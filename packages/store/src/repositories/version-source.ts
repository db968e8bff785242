import type { VersionRecord, VersionSource } from '@navette/engine';
import type { QueryBuilder } from './query-builder.ts';

/** How many definitions are kept in memory; the engine keeps its own compiled ones. */
const cacheSize = 200;

/**
 * The engine's view of versions. A version never changes, so it is read once; only the name of its workflow can be
 * older than the last rename, until `forget`.
 */
export class PgVersionSource implements VersionSource {
  readonly #db: QueryBuilder;
  /** By version id, least recently used first. */
  readonly #cache = new Map<string, VersionRecord>();

  constructor(db: QueryBuilder) {
    this.#db = db;
  }

  async read(projectId: string, versionId: string): Promise<VersionRecord | undefined> {
    const cached = this.#cache.get(versionId);
    if (cached !== undefined) {
      if (cached.projectId !== projectId) return undefined;
      this.#keep(cached);
      return cached;
    }
    const row = await this.#select(projectId).where('workflowVersions.id', '=', versionId).executeTakeFirst();
    if (row !== undefined) this.#keep(row);
    return row;
  }

  async readPublished(projectId: string, workflowId: string): Promise<VersionRecord | undefined> {
    const workflow = await this.#db
      .selectFrom('workflows')
      .select('publishedVersionId')
      .where('projectId', '=', projectId)
      .where('id', '=', workflowId)
      .where('deletedAt', 'is', null)
      .executeTakeFirst();
    if (!workflow?.publishedVersionId) return undefined;
    return this.read(projectId, workflow.publishedVersionId);
  }

  /** After a rename. */
  forget(workflowId: string): void {
    for (const [versionId, record] of this.#cache) {
      if (record.workflowId === workflowId) this.#cache.delete(versionId);
    }
  }

  #select(projectId: string) {
    return this.#db
      .selectFrom('workflowVersions')
      .innerJoin('workflows', 'workflows.id', 'workflowVersions.workflowId')
      .where('workflowVersions.projectId', '=', projectId)
      .select([
        'workflowVersions.id as versionId',
        'workflowVersions.workflowId',
        'workflowVersions.projectId',
        'workflows.name as workflowName',
        'workflowVersions.definition',
      ]);
  }

  #keep(record: VersionRecord): void {
    this.#cache.delete(record.versionId);
    this.#cache.set(record.versionId, record);
    if (this.#cache.size > cacheSize) this.#cache.delete(this.#cache.keys().next().value!);
  }
}
