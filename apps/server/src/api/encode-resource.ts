import type { ApiKey, Artifact, AuditEntry, Credential, ExecutionSummary, Project } from '@navette/contracts';
import { type ErrorRecord, encodeId, type IdKind } from '@navette/kit';
import type {
  ApiKeyRow,
  ArtifactRow,
  AuditRow,
  CredentialRow,
  ExecutionRow,
  ProjectRow,
} from '@navette/store';

export function encodeProject(row: ProjectRow): Project {
  return { id: encodeId('project', row.id), name: row.name, createdAt: row.createdAt.toISOString() };
}

export function encodeExecution(row: ExecutionRow): ExecutionSummary {
  return {
    id: encodeId('execution', row.id),
    workflowId: encodeId('workflow', row.workflowId),
    workflowName: row.workflowName ?? '',
    versionId: encodeId('version', row.versionId),
    status: row.status,
    reason: row.reason,
    why: row.status === 'waiting' || row.status === 'queued' ? row.why : null,
    mode: row.mode,
    triggerNodeId: row.triggerNodeId,
    createdAt: row.createdAt.toISOString(),
    startedAt: encodeTime(row.startedAt),
    finishedAt: encodeTime(row.finishedAt),
    wakeAt: encodeTime(row.wakeAt),
    error: encodeError(row.error),
    retryOf: row.retryOf && encodeId('execution', row.retryOf),
    origin: row.origin && { kind: row.origin.kind, step: row.origin.step ?? null },
    deadLetter: describeDeadLetter(row),
    parentId: row.parentId && encodeId('execution', row.parentId),
    recoveries: row.recoveries,
  };
}

/** The same rule as in packages/store/src/sql/dead-letters.ts. */
function describeDeadLetter({ status, settledAs, mode, origin, error }: ExecutionRow) {
  if (settledAs !== null || status !== 'failed') return settledAs;
  const isWatched = mode === 'manual' || origin?.attended === true || origin?.awaited === true;
  return error?.code === 'EXECUTION_POISONED' || !isWatched ? 'open' : null;
}

export function encodeArtifact(row: ArtifactRow): Artifact {
  return {
    id: encodeId('artifact', row.id),
    fileName: row.fileName,
    mediaType: row.mediaType,
    sizeBytes: row.sizeBytes,
    sha256: row.sha256,
    executionId: row.executionId && encodeId('execution', row.executionId),
    stepPath: row.stepPath,
    createdAt: row.createdAt.toISOString(),
  };
}

export function encodeCredential(row: CredentialRow): Credential {
  return {
    id: encodeId('credential', row.id),
    name: row.name,
    type: row.type,
    allowedHosts: row.allowedHosts,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}

export function encodeApiKey(row: ApiKeyRow): ApiKey {
  return {
    id: encodeId('apiKey', row.id),
    name: row.name,
    prefix: row.prefix,
    scopes: row.scopes,
    createdAt: row.createdAt.toISOString(),
    expiresAt: encodeTime(row.expiresAt),
    lastUsedAt: encodeTime(row.lastUsedAt),
    revokedAt: encodeTime(row.revokedAt),
  };
}

export function encodeAuditEntry(row: AuditRow): AuditEntry {
  return {
    id: encodeId('audit', row.id),
    at: row.at.toISOString(),
    action: row.action,
    actorKind: row.actorKind,
    actorId: row.actorId && encodeActorId(row.actorKind, row.actorId),
    resourceKind: row.resourceKind,
    resourceId: encodeResourceId(row.resourceKind, row.resourceId),
    details: row.details,
  };
}

function encodeActorId(kind: AuditRow['actorKind'], id: string): string {
  // The e-mail address that the link was made out to.
  if (kind === 'link') return id;
  return encodeId(kind === 'api-key' ? 'apiKey' : 'user', id);
}

const resourceKinds: Readonly<Record<string, IdKind>> = {
  workflow: 'workflow',
  execution: 'execution',
  credential: 'credential',
  'api-key': 'apiKey',
  user: 'user',
  project: 'project',
  artifact: 'artifact',
  approval: 'approval',
};

function encodeResourceId(kind: string | null, id: string | null): string | null {
  if (kind === null || id === null) return id;
  const idKind = Object.hasOwn(resourceKinds, kind) ? resourceKinds[kind] : undefined;
  return idKind ? encodeId(idKind, id) : id;
}

function encodeTime(time: Date | null): string | null {
  return time?.toISOString() ?? null;
}

function encodeError(error: ErrorRecord | null): ExecutionSummary['error'] {
  if (error === null) return null;
  return { ...error, issues: error.issues?.map((issue) => ({ ...issue })) };
}
