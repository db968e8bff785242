import { createUuid } from '@navette/kit';
import { appendAudit, type Change } from './audit-repository.ts';
import { inTransaction } from './in-transaction.ts';
import type { QueryBuilder } from './query-builder.ts';
import type { Role, Row } from './tables.ts';

export type ProjectRow = Row<'projects'>;
export interface Membership extends ProjectRow {
  role: Role;
}

export class ProjectRepository {
  readonly #db: QueryBuilder;

  constructor(db: QueryBuilder) {
    this.#db = db;
  }

  /** The projects of a person with their role in each, oldest membership first. */
  listOfUser(userId: string): Promise<Membership[]> {
    return this.#db
      .selectFrom('projectMembers')
      .innerJoin('projects', 'projects.id', 'projectMembers.projectId')
      .where('projectMembers.userId', '=', userId)
      .select(['projects.id', 'projects.name', 'projects.createdAt', 'projectMembers.role'])
      .orderBy('projectMembers.createdAt')
      .orderBy('projects.id')
      .execute();
  }

  read(projectId: string): Promise<ProjectRow | undefined> {
    return this.#db.selectFrom('projects').selectAll().where('id', '=', projectId).executeTakeFirst();
  }

  /** Makes a project that `userId` owns. The audit entry goes to the new project. */
  create(options: { name: string; userId: string; actor: Change['actor'] }): Promise<ProjectRow> {
    return inTransaction(this.#db, async (trx) => {
      const project = await insertProject(trx, options.name, options.userId);
      const change = { projectId: project.id, actor: options.actor };
      const details = { name: project.name };
      await appendAudit(trx, change, {
        action: 'project-created',
        resourceKind: 'project',
        resourceId: project.id,
        details,
      });
      return project;
    });
  }
}

export async function insertProject(db: QueryBuilder, name: string, userId: string): Promise<ProjectRow> {
  const project = await db
    .insertInto('projects')
    .values({ id: createUuid(), name })
    .returningAll()
    .executeTakeFirstOrThrow();
  await db.insertInto('projectMembers').values({ projectId: project.id, userId, role: 'owner' }).execute();
  return project;
}
