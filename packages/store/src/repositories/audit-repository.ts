import { createUuid, type JsonObject } from '@navette/kit';
import { createPage, decodeIdCursor, encodeCursor, type Page, type PageRequest } from './cursor.ts';
import type { QueryBuilder } from './query-builder.ts';
import type { Row } from './tables.ts';

/** Who does something: a person, an API key, or the product itself. `id` is bare (user id or key UUID). */
export type Actor =
  | { kind: 'user'; id: string }
  | { kind: 'api-key'; id: string }
  /** Whoever holds a link that was made out to this e-mail address. */
  | { kind: 'link'; id: string }
  | { kind: 'system'; id: null };

export const systemActor: Actor = { kind: 'system', id: null };

/** A change is always somebody's, in a project. */
export interface Change {
  projectId: string;
  actor: Actor;
}

export interface NewAuditEntry {
  /** Noun and verb: "workflow-created". */
  action: string;
  resourceKind?: string;
  resourceId?: string;
  /** Never a secret, never a payload. */
  details?: JsonObject;
}

export type AuditRow = Row<'auditEntries'>;

/** Appends to the audit trail; give the transaction of the change, so that neither exists without the other. */
export async function appendAudit(db: QueryBuilder, change: Change, entry: NewAuditEntry): Promise<void> {
  await db
    .insertInto('auditEntries')
    .values({
      id: createUuid(),
      projectId: change.projectId,
      action: entry.action,
      actorKind: change.actor.kind,
      actorId: change.actor.id,
      resourceKind: entry.resourceKind ?? null,
      resourceId: entry.resourceId ?? null,
      details: JSON.stringify(entry.details ?? {}),
    })
    .execute();
}

export class AuditRepository {
  readonly #db: QueryBuilder;

  constructor(db: QueryBuilder) {
    this.#db = db;
  }

  /** For acts that change no row of ours, such as signing in. */
  append(change: Change, entry: NewAuditEntry): Promise<void> {
    return appendAudit(this.#db, change, entry);
  }

  /** Newest first. */
  async list(
    projectId: string,
    page: PageRequest & { action?: string | undefined },
  ): Promise<Page<AuditRow>> {
    let query = this.#db
      .selectFrom('auditEntries')
      .selectAll()
      .where('projectId', '=', projectId)
      .orderBy('id', 'desc')
      .limit(page.limit + 1);
    if (page.cursor !== undefined) query = query.where('id', '<', decodeIdCursor(page.cursor));
    if (page.action !== undefined) query = query.where('action', '=', page.action);
    const rows = await query.execute();
    return createPage(
      rows,
      page.limit,
      (row) => row,
      (row) => encodeCursor(row.id),
    );
  }
}
