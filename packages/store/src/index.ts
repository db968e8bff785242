export type { S3Options } from './artifact-storage/s3-client.ts';
export { S3Storage } from './artifact-storage/s3-storage.ts';
export type { ArtifactSource } from './artifact-storage/spool-content.ts';
export { openPostgresBus } from './bus/postgres-bus.ts';
export type { BusMessage, ProcessBus } from './bus/process-bus.ts';
export { type Database, type DatabaseOptions, describeAddress, openDatabase } from './database.ts';
export { databaseErrors } from './database-error.ts';
export { loadFreeBytes, minFreeBytes, openDataFolder } from './embedded/data-folder.ts';
export { readLockOwner } from './embedded/data-folder-lock.ts';
export { embeddedErrors } from './embedded/embedded-error.ts';
export {
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
  startEmbeddedPostgres,
} from './embedded/embedded-postgres.ts';
export { stopOrphanedPostgres } from './embedded/orphaned-postgres.ts';
export { assertRunnable, locatePostgresBinaries } from './embedded/postgres-binaries.ts';
export {
  isConflictError,
  isConnectionError,
  isCrowdedError,
  isDiskFullError,
  isSilence,
} from './execution/connection-error.ts';
export { PostgresExecutionStore } from './execution/postgres-execution-store.ts';
export { FairTurns } from './fairness/fair-turns.ts';
export { type LeaderHolder, LeaderSession } from './leader/leader-session.ts';
export type { LimitGate } from './limits/limit-gate.ts';
export { loadSchemaVersion, type MigrateOptions, type MigrateResult, migrate } from './migrate/migrate.ts';
export { migrateErrors } from './migrate/migrate-error.ts';
export { loadMigrations, type Migration, migrationsDir } from './migrate/migration-files.ts';
export { encodeSchemaSnapshot } from './migrate/schema-snapshot.ts';
export { probeDatabase } from './probe-database.ts';
export { PostgresQueueSource } from './queue/postgres-queue-source.ts';
export { AccountRepository, type NewOwner, type UserRow } from './repositories/account-repository.ts';
export type { AnsweredCreates, CreatingRepositories } from './repositories/answered-creates.ts';
export type { ApiKeyRepository, ApiKeyRow } from './repositories/api-key-repository.ts';
export { isApiKeySecret } from './repositories/api-key-secret.ts';
export {
  type ApprovalRepository,
  type ApprovalRow,
  explainUndecidable,
  type Person,
} from './repositories/approval-repository.ts';
export type { ArtifactRepository, ArtifactRow, NewArtifact } from './repositories/artifact-repository.ts';
export {
  type Actor,
  type AuditRepository,
  type AuditRow,
  type Change,
  type NewAuditEntry,
  systemActor,
} from './repositories/audit-repository.ts';
export type { CredentialRepository, CredentialRow } from './repositories/credential-repository.ts';
export type { Page, PageRequest } from './repositories/cursor.ts';
export type { DeadLetterFilter, DeadLetterRepository } from './repositories/dead-letter-repository.ts';
export type {
  ExecutionRepository,
  ExecutionRow,
  JournalOptions,
} from './repositories/execution-repository.ts';
export type {
  IdempotencyClaim,
  IdempotencyRepository,
  IdempotentRequest,
  StoredAnswer,
} from './repositories/idempotency-repository.ts';
export type { MessageRepository } from './repositories/message-repository.ts';
export type { Membership, ProjectRepository, ProjectRow } from './repositories/project-repository.ts';
export {
  encodeShape,
  type LiveWebhook,
  type NewSchedule,
  type NewWebhook,
  overlaps,
  type Publication,
  type PublicationRepository,
  type ScheduleRow,
} from './repositories/publication-repository.ts';
export { createQueryBuilder, createSharedDialect, type QueryBuilder } from './repositories/query-builder.ts';
export type { ReplayRepository, ReplayRow } from './repositories/replay-repository.ts';
export { createRepositories, type Repositories } from './repositories/repositories.ts';
export { storeErrors } from './repositories/store-error.ts';
export { type Role, roles } from './repositories/tables.ts';
export type { PgVersionSource } from './repositories/version-source.ts';
export type { WorkflowRepository } from './repositories/workflow-repository.ts';
export type { Draft, VersionRow, WorkflowDetailRow, WorkflowRow } from './repositories/workflow-rows.ts';
export type { ListedVersion, WorkflowVersionRepository } from './repositories/workflow-version-repository.ts';
export { Retention } from './retention/retention.ts';
export type { RetentionDefaults } from './retention/retention-rules.ts';
export { retryWhileAway } from './retry-database.ts';
export { SharedLook } from './shared-look.ts';
export { countQueued } from './sql/count-queued.ts';
export { areOthersDue, type DueWait, listDueWaits, queueDueWaits, readNextWait } from './sql/due-waits.ts';
export { endUnreadable } from './sql/end-unreadable.ts';
export { type ExecutionHead, listCreatedSince, listHeads } from './sql/execution-heads.ts';
export { type LeaderInfo, readLeader } from './sql/leader.ts';
export { type QueueDepth, readQueueDepth } from './sql/queue-depth.ts';
export { readInstallation } from './sql/queue-state.ts';
export { type DueSchedule, type FiredSchedule, fireDueSchedules } from './sql/schedules.ts';
export { listStuckCancels } from './sql/stuck-cancels.ts';
export { wakeParents } from './sql/wake-parents.ts';
export {
  beatStatement,
  buryExpired,
  buryInstance,
  buryWorker,
  giveBackOwned,
  listOwned,
  registerWorker,
  requeueAbandoned,
  requeueOrphans,
  type WorkerInfo,
} from './sql/workers.ts';
export { forgetCredentials } from './vault/forget-credentials.ts';
export { createMasterKey, type MasterKey, masterKeyPath, parseMasterKey } from './vault/master-key.ts';
export { openVault, type VaultOptions } from './vault/open-vault.ts';
export { seal, unseal } from './vault/seal.ts';
export type { Vault } from './vault/vault.ts';
export { vaultErrors } from './vault/vault-error.ts';
