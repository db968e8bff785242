import { createPage, decodeIdCursor, encodeCursor, type Page, type PageRequest } from './cursor.ts';
import type { QueryBuilder } from './query-builder.ts';
import { storeErrors } from './store-error.ts';
import { type VersionRow, type VersionSummaryRow, versionSummaryColumns } from './workflow-rows.ts';

export type ListedVersion = VersionSummaryRow & { published: boolean };

/** The immutable versions of workflows. They are written by WorkflowRepository alone. */
export class WorkflowVersionRepository {
  readonly #db: QueryBuilder;

  constructor(db: QueryBuilder) {
    this.#db = db;
  }

  /** Newest first. Throws WORKFLOW_NOT_FOUND. */
  async list(projectId: string, workflowId: string, page: PageRequest): Promise<Page<ListedVersion>> {
    const workflow = await this.#readWorkflow(projectId, workflowId);
    let query = this.#db
      .selectFrom('workflowVersions')
      .select(versionSummaryColumns)
      .where('projectId', '=', projectId)
      .where('workflowId', '=', workflowId)
      .orderBy('number', 'desc')
      .limit(page.limit + 1);
    if (page.cursor !== undefined) {
      const after = decodeIdCursor(page.cursor);
      query = query.where('number', '<', (eb) =>
        eb
          .selectFrom('workflowVersions as seen')
          .select('seen.number')
          .where('seen.projectId', '=', projectId)
          .where('seen.workflowId', '=', workflowId)
          .where('seen.id', '=', after),
      );
    }
    return createPage(
      await query.execute(),
      page.limit,
      (row) => ({ ...row, published: row.id === workflow.publishedVersionId }),
      (row) => encodeCursor(row.id),
    );
  }

  /** Throws WORKFLOW_NOT_FOUND or WORKFLOW_VERSION_NOT_FOUND. */
  async read(
    projectId: string,
    workflowId: string,
    versionId: string,
  ): Promise<VersionRow & { published: boolean }> {
    const workflow = await this.#readWorkflow(projectId, workflowId);
    const row = await this.#db
      .selectFrom('workflowVersions')
      .selectAll()
      .where('projectId', '=', projectId)
      .where('workflowId', '=', workflowId)
      .where('id', '=', versionId)
      .executeTakeFirst();
    if (row === undefined) throw storeErrors.create('WORKFLOW_VERSION_NOT_FOUND');
    return { ...row, published: row.id === workflow.publishedVersionId };
  }

  async #readWorkflow(projectId: string, workflowId: string): Promise<{ publishedVersionId: string | null }> {
    const row = await this.#db
      .selectFrom('workflows')
      .select('publishedVersionId')
      .where('projectId', '=', projectId)
      .where('id', '=', workflowId)
      .where('deletedAt', 'is', null)
      .executeTakeFirst();
    if (row === undefined) throw storeErrors.create('WORKFLOW_NOT_FOUND');
    return row;
  }
}
