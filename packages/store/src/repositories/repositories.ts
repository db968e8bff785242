import type { Logger } from '@navette/kit';
import type { ContentStore } from '../artifact-storage/content-store.ts';
import { openContentStore } from '../artifact-storage/open-content-store.ts';
import type { S3Options } from '../artifact-storage/s3-client.ts';
import type { Vault } from '../vault/vault.ts';
import { AccountRepository } from './account-repository.ts';
import { AnsweredCreates } from './answered-creates.ts';
import { ApiKeyRepository } from './api-key-repository.ts';
import { ApprovalRepository } from './approval-repository.ts';
import { ArtifactRepository } from './artifact-repository.ts';
import { AuditRepository } from './audit-repository.ts';
import { CredentialRepository } from './credential-repository.ts';
import { DeadLetterRepository } from './dead-letter-repository.ts';
import { ExecutionRepository } from './execution-repository.ts';
import { IdempotencyRepository } from './idempotency-repository.ts';
import { MessageRepository } from './message-repository.ts';
import { ProjectRepository } from './project-repository.ts';
import { PublicationRepository } from './publication-repository.ts';
import type { QueryBuilder } from './query-builder.ts';
import { QueueRepository } from './queue-repository.ts';
import { ReplayRepository } from './replay-repository.ts';
import { PgVersionSource } from './version-source.ts';
import { WorkflowRepository } from './workflow-repository.ts';
import { WorkflowVersionRepository } from './workflow-version-repository.ts';

export interface Repositories {
  accounts: AccountRepository;
  apiKeys: ApiKeyRepository;
  approvals: ApprovalRepository;
  artifacts: ArtifactRepository;
  audit: AuditRepository;
  contents: ContentStore;
  creates: AnsweredCreates;
  credentials: CredentialRepository;
  deadLetters: DeadLetterRepository;
  executions: ExecutionRepository;
  idempotency: IdempotencyRepository;
  messages: MessageRepository;
  projects: ProjectRepository;
  publications: PublicationRepository;
  replays: ReplayRepository;
  queue: QueueRepository;
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
  /** Where they go instead. */
  s3?: S3Options | undefined;
  logger?: Logger | undefined;
}): Promise<Repositories> {
  const { db, vault, dataDir, s3, logger } = options;
  const contents = await openContentStore({ db, dataDir, s3, logger });
  return {
    accounts: new AccountRepository(db),
    apiKeys: new ApiKeyRepository(db),
    approvals: new ApprovalRepository(db),
    artifacts: new ArtifactRepository(db, contents),
    audit: new AuditRepository(db),
    contents,
    creates: new AnsweredCreates(db, { contents, vault }),
    credentials: new CredentialRepository(db, vault),
    deadLetters: new DeadLetterRepository(db),
    executions: new ExecutionRepository(db),
    idempotency: new IdempotencyRepository(db, vault),
    messages: new MessageRepository(db),
    projects: new ProjectRepository(db),
    publications: new PublicationRepository(db),
    replays: new ReplayRepository(db),
    queue: new QueueRepository(db),
    versions: new WorkflowVersionRepository(db),
    versionSource: new PgVersionSource(db),
    workflows: new WorkflowRepository(db),
  };
}
