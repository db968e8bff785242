import { sql } from 'kysely';
import { appendAudit, systemActor } from './audit-repository.ts';
import { insertProject, type ProjectRow } from './project-repository.ts';
import type { QueryBuilder } from './query-builder.ts';
import { storeErrors } from './store-error.ts';

export interface NewOwner {
  userId: string;
  name: string;
  /** Lower case. */
  email: string;
  passwordHash: string;
  projectName: string;
}

/** Any fixed number: whoever creates the owner of this database holds it. */
const ownerLockKey = 7_238_814_022;

export interface UserRow {
  id: string;
  name: string;
  email: string;
}

export class AccountRepository {
  readonly #db: QueryBuilder;

  constructor(db: QueryBuilder) {
    this.#db = db;
  }

  async hasOwner(): Promise<boolean> {
    const row = await this.#db.selectFrom('instanceOwner').select('userId').executeTakeFirst();
    return row !== undefined;
  }

  async isOwner(userId: string): Promise<boolean> {
    const query = this.#db.selectFrom('instanceOwner').select('userId').where('userId', '=', userId);
    return (await query.executeTakeFirst()) !== undefined;
  }

  readUser(userId: string): Promise<UserRow | undefined> {
    return this.#db
      .selectFrom('users')
      .select(['id', 'name', 'email'])
      .where('id', '=', userId)
      .executeTakeFirst();
  }

  /** Removes sessions that have run out. */
  async cleanSessions(): Promise<void> {
    await this.#db.deleteFrom('userSessions').where('expiresAt', '<', new Date()).execute();
  }

  /** Sets the password of an account and ends its sessions. False when no account has that address (lower case). */
  resetPassword(email: string, passwordHash: string): Promise<boolean> {
    return this.#db.transaction().execute(async (trx) => {
      const user = await trx.selectFrom('users').select('id').where('email', '=', email).executeTakeFirst();
      if (!user) return false;
      await trx
        .updateTable('userAccounts')
        .set({ password: passwordHash })
        .where('userId', '=', user.id)
        .where('providerId', '=', 'credential')
        .execute();
      await sql`DELETE FROM user_sessions WHERE user_id = ${user.id}`.execute(trx);
      const projects = await trx
        .selectFrom('projectMembers')
        .select('projectId')
        .where('userId', '=', user.id)
        .execute();
      const entry = { action: 'password-reset', resourceKind: 'user', resourceId: user.id };
      for (const { projectId } of projects) await appendAudit(trx, { projectId, actor: systemActor }, entry);
      return true;
    });
  }

  /**
   * Makes the first account, its project and the mark that closes sign-up, all or nothing. Of two that come at once,
   * one throws SETUP_DONE.
   */
  createOwner(owner: NewOwner): Promise<ProjectRow> {
    return this.#db.transaction().execute(async (trx) => {
      await sql`SELECT pg_advisory_xact_lock(${ownerLockKey})`.execute(trx);
      const existing = await trx.selectFrom('instanceOwner').select('userId').executeTakeFirst();
      if (existing !== undefined) throw storeErrors.create('SETUP_DONE');
      const { userId, name, email } = owner;
      await trx.insertInto('users').values({ id: userId, name, email, emailVerified: false }).execute();
      await trx
        .insertInto('userAccounts')
        .values({
          id: userId,
          userId,
          accountId: userId,
          providerId: 'credential',
          password: owner.passwordHash,
        })
        .execute();
      await trx.insertInto('instanceOwner').values({ userId }).execute();
      const project = await insertProject(trx, owner.projectName, userId);
      await appendAudit(
        trx,
        { projectId: project.id, actor: { kind: 'user', id: userId } },
        { action: 'owner-created', resourceKind: 'user', resourceId: userId },
      );
      return project;
    });
  }
}
