import type {
  ApprovalField,
  ApprovalStatus,
  ApproverRole,
  Decider,
  ExecutionMode,
  ExecutionOrigin,
  ExecutionReplay,
  ExecutionStatus,
  ReplayOutcome,
  ScheduleSpec,
  Scope,
  Why,
  WorkflowDefinition,
} from '@navette/contracts';
import type { ErrorRecord, JsonObject } from '@navette/kit';
import type { ColumnType, Generated, Selectable } from 'kysely';

/** The tables as the query builder sees them: camelCase here, snake_case in SQL (migrations/*.sql). */
export interface Tables {
  projects: ProjectsTable;
  projectMembers: ProjectMembersTable;
  workflows: WorkflowsTable;
  workflowVersions: WorkflowVersionsTable;
  executions: ExecutionsTable;
  journal: JournalTable;
  artifacts: ArtifactsTable;
  contents: ContentsTable;
  dataKeys: DataKeysTable;
  credentials: CredentialsTable;
  apiKeys: ApiKeysTable;
  auditEntries: AuditEntriesTable;
  webhooks: WebhooksTable;
  schedules: SchedulesTable;
  idempotencyKeys: IdempotencyKeysTable;
  users: UsersTable;
  userAccounts: UserAccountsTable;
  userSessions: UserSessionsTable;
  instanceOwner: InstanceOwnerTable;
  liveRevision: LiveRevisionTable;
  replays: ReplaysTable;
  replayResults: ReplayResultsTable;
  approvals: ApprovalsTable;
}

/** Written as JSON text, read parsed. */
type JsonColumn<T> = ColumnType<T, string, string>;
type CreatedAt = ColumnType<Date, Date | undefined, never>;
type Time = ColumnType<Date, Date | undefined, Date>;

export const roles = ['owner', 'admin', 'editor', 'operator', 'viewer'] as const;
/** What a person may do in a project. */
export type Role = (typeof roles)[number];

interface ProjectsTable {
  id: string;
  name: string;
  createdAt: CreatedAt;
}

interface ProjectMembersTable {
  projectId: string;
  userId: string;
  role: Role;
  createdAt: CreatedAt;
}

interface WorkflowsTable {
  id: string;
  projectId: string;
  name: string;
  description: string;
  draftVersionId: string;
  publishedVersionId: string | null;
  createdAt: CreatedAt;
  updatedAt: Time;
  deletedAt: Date | null;
}

interface WorkflowVersionsTable {
  id: string;
  projectId: string;
  workflowId: string;
  number: number;
  contentHash: string;
  definition: JsonColumn<WorkflowDefinition>;
  createdBy: string | null;
  createdAt: CreatedAt;
  nodeCount: number;
  triggerTypes: string[];
}

interface ExecutionsTable {
  id: string;
  projectId: string;
  workflowId: string;
  versionId: string;
  status: ExecutionStatus;
  mode: ExecutionMode;
  triggerNodeId: string;
  createdAt: Date;
  startedAt: Date | null;
  finishedAt: Date | null;
  wakeAt: Date | null;
  cancelRequestedAt: Date | null;
  reason: string | null;
  why: ColumnType<Why | null, string | null | undefined, string | null>;
  error: JsonColumn<ErrorRecord | null>;
  retryOf: string | null;
  rootId: string;
  parentId: string | null;
  recoveries: Generated<number>;
  origin: ColumnType<ExecutionOrigin | null, string | null | undefined, never>;
  settledAs: Generated<'retried' | 'dismissed' | null>;
  settledAt: Generated<Date | null>;
  dataDeletedAt: Generated<Date | null>;
}

interface JournalTable {
  executionId: string;
  seq: number;
  projectId: string;
  fence: number;
  /** JSON of JournalRecord[]. */
  records: string;
}

interface ArtifactsTable {
  id: string;
  projectId: string;
  sha256: string;
  sizeBytes: number;
  fileName: string;
  mediaType: string;
  executionId: string | null;
  stepPath: string | null;
  createdAt: CreatedAt;
  reviewAt: Date | null;
}

interface ContentsTable {
  sha256: string;
  sizeBytes: number;
  storedBytes: number;
  encoding: 'identity' | 'zstd';
  location: 'files' | 's3';
  createdAt: CreatedAt;
  reviewAt: Date | null;
}

interface DataKeysTable {
  id: string;
  wrapped: Buffer;
  createdAt: CreatedAt;
}

interface CredentialsTable {
  id: string;
  projectId: string;
  name: string;
  type: string;
  allowedHosts: string[];
  dataKeyId: string;
  sealed: Buffer;
  createdAt: CreatedAt;
  updatedAt: Time;
}

interface ApiKeysTable {
  id: string;
  projectId: string;
  name: string;
  prefix: string;
  secretSha256: Buffer;
  scopes: Scope[];
  createdBy: string | null;
  createdAt: CreatedAt;
  expiresAt: Date | null;
  lastUsedAt: Date | null;
  revokedAt: Date | null;
}

interface AuditEntriesTable {
  id: string;
  projectId: string;
  at: CreatedAt;
  action: string;
  actorKind: 'user' | 'api-key' | 'system' | 'link';
  actorId: string | null;
  resourceKind: string | null;
  resourceId: string | null;
  details: JsonColumn<JsonObject>;
}

interface WebhooksTable {
  method: string;
  shape: string;
  projectId: string;
  workflowId: string;
  versionId: string;
  nodeId: string;
  path: string;
}

interface SchedulesTable {
  workflowId: string;
  nodeId: string;
  projectId: string;
  versionId: string;
  spec: JsonColumn<ScheduleSpec>;
  nextAt: Date | null;
  lastAt: Date | null;
}

interface IdempotencyKeysTable {
  projectId: string;
  route: string;
  key: string;
  requestSha256: Buffer;
  status: number | null;
  body: JsonColumn<unknown>;
  createdAt: Time;
}

interface UsersTable {
  id: string;
  name: string;
  email: string;
  emailVerified: boolean;
}

interface UserAccountsTable {
  id: string;
  userId: string;
  accountId: string;
  providerId: string;
  password: string | null;
}

interface UserSessionsTable {
  id: string;
  expiresAt: Date;
}

interface InstanceOwnerTable {
  onlyRow: Generated<boolean>;
  userId: string;
}

interface ApprovalsTable {
  id: string;
  projectId: string;
  workflowId: string;
  executionId: string;
  path: string;
  status: ColumnType<ApprovalStatus, ApprovalStatus | undefined, ApprovalStatus>;
  title: string;
  message: string;
  role: ApproverRole | null;
  people: string[];
  escalateAt: Date | null;
  escalationRole: ApproverRole | null;
  escalationPeople: string[];
  fields: JsonColumn<ApprovalField[]>;
  createdAt: CreatedAt;
  expiresAt: Date | null;
  decidedAt: Date | null;
  decidedBy: JsonColumn<Decider | null>;
  comment: string | null;
  values: JsonColumn<JsonObject | null>;
}

interface ReplaysTable {
  id: string;
  projectId: string;
  workflowId: string;
  versionId: string;
  against: 'draft' | 'published' | 'version';
  status: 'running' | 'finished' | 'stopped';
  total: number;
  createdAt: CreatedAt;
  createdBy: string | null;
  beatAt: Time;
  finishedAt: ColumnType<Date | null, never, Date>;
  reason: ColumnType<string | null, never, string | null>;
}

interface ReplayResultsTable {
  replayId: string;
  position: number;
  projectId: string;
  executionId: string;
  outcome: ReplayOutcome;
  result: JsonColumn<ExecutionReplay>;
}

interface LiveRevisionTable {
  onlyRow: Generated<boolean>;
  revision: number;
}

export type Row<T extends keyof Tables> = Selectable<Tables[T]>;
