/** What the tests of the repositories start from: a fresh database with an owner and a stranger's project. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { workflowDefinitionSchema } from '@navette/contracts';
import { createUuid } from '@navette/kit';
import { createTestDatabase } from '@navette/testing';
import { type Database, openDatabase } from '../database.ts';
import { openVault } from '../vault/open-vault.ts';
import type { Vault } from '../vault/vault.ts';
import type { Change } from './audit-repository.ts';
import { createQueryBuilder, type QueryBuilder } from './query-builder.ts';
import { createRepositories, type Repositories } from './repositories.ts';
import type { Draft } from './workflow-rows.ts';

export interface RepositoryFixture {
  database: Database;
  db: QueryBuilder;
  vault: Vault;
  repositories: Repositories;
  dataDir: string;
  userId: string;
  /** A change by the owner in the owner's project. */
  change: Change;
  projectId: string;
  /** A project of the same person that must never see anything of the first. */
  otherProjectId: string;
  close(): Promise<void>;
}

export async function openRepositoryFixture(): Promise<RepositoryFixture> {
  const testDatabase = await createTestDatabase();
  const database = await openDatabase({ connectionString: testDatabase.connectionString });
  const dataDir = mkdtempSync(join(tmpdir(), 'navette-repositories-'));
  const db = createQueryBuilder(database.pool);
  const { vault } = await openVault(db, { dataDir });
  const repositories = await createRepositories({ db, vault, dataDir });
  const userId = createUuid();
  const owner = { userId, name: 'Ada', email: 'ada@example.test', passwordHash: 'x', projectName: 'First' };
  const project = await repositories.accounts.createOwner(owner);
  const actor = { kind: 'user', id: userId } as const;
  const other = await repositories.projects.create({ name: 'Second', userId, actor });
  return {
    database,
    db,
    vault,
    repositories,
    dataDir,
    userId,
    projectId: project.id,
    otherProjectId: other.id,
    change: { projectId: project.id, actor },
    async close() {
      await database.close();
      await testDatabase.drop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** A definition that differs by its mark. */
export function createDraft(mark = 'a', nodeCount = 1): Draft {
  const nodes = Array.from({ length: nodeCount }, (_, index) => ({
    id: `n${index}`,
    name: `Node ${mark} ${index}`,
    type: 'manual-trigger',
  }));
  return { definition: workflowDefinitionSchema.parse({ nodes }), triggerTypes: ['manual-trigger'] };
}
