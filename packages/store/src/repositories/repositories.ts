import type { Vault } from '../vault/vault.ts';
import { AccountRepository } from './account-repository.ts';
import { ApiKeyRepository } from './api-key-repository.ts';
import { ArtifactFiles } from './artifact-files.ts';
import { ArtifactRepository } from './artifact-repository.ts';
import { AuditRepository } from './audit-repository.ts';
import { CredentialRepository } from './credential-repository.ts';
import { ExecutionRepository } from './execution-repository.ts';
import { IdempotencyRepository } from './idempotency-repository.ts';
import { ProjectRepository } from './project-repository.ts';
import { PublicationRepository } from './publication-repository.ts';
import type { QueryBuilder } from './query-builder.ts';
import { PgVersionSource } from './version-source.ts';
import { WorkflowRepository } from './workflow-repository.ts';
import { WorkflowVersionRepository } from './workflow-version-repository.ts';

export interface Repositories {
  accounts: AccountRepository;
  apiKeys: ApiKeyRepository;
  artifacts: ArtifactRepository;
  audit: AuditRepository;
  credentials: CredentialRepository;
  executions: ExecutionRepository;
  idempotency: IdempotencyRepository;
  projects: ProjectRepository;
  publications: PublicationRepository;
  versions: WorkflowVersionRepository;
  versionSource: PgVersionSource;
  workflows: WorkflowRepository;
}

/** Everything that is stored, apart from what the engine writes. Every query filters on the project. */
export async function createRepositories(options: {
  db: QueryBuilder;
  vault: Vault;
  /** Where files go; exists. */
  dataDir: string;
}): Promise<Repositories> {
  const { db, vault, dataDir } = options;
  const files = new ArtifactFiles(dataDir);
  await files.prepare();
  return {
    accounts: new AccountRepository(db),
    apiKeys: new ApiKeyRepository(db),
    artifacts: new ArtifactRepository(db, files),
    audit: new AuditRepository(db),
    credentials: new CredentialRepository(db, vault),
    executions: new ExecutionRepository(db),
    idempotency: new IdempotencyRepository(db),
    projects: new ProjectRepository(db),
    publications: new PublicationRepository(db),
    versions: new WorkflowVersionRepository(db),
    versionSource: new PgVersionSource(db),
    workflows: new WorkflowRepository(db),
  };
}
