import type { ExecutionMode, ExecutionOrigin } from '@navette/contracts';
import type { NewExecution } from '@navette/engine';
import { decodePriority, usualPriority } from './priority.ts';

/** The columns of an execution that are fixed at creation, as pg gives them. */
export interface ExecutionRow {
  id: string;
  project_id: string;
  workflow_id: string;
  version_id: string;
  mode: ExecutionMode;
  trigger_node_id: string;
  created_at: Date;
  deadline_at: Date | null;
  idempotency_key: string | null;
  retry_of: string | null;
  root_id: string;
  parent_id: string | null;
  parent_path: string | null;
  depth: number;
  origin: ExecutionOrigin | null;
  priority: number;
}

const columns =
  'id project_id workflow_id version_id mode trigger_node_id created_at deadline_at idempotency_key retry_of root_id parent_id parent_path depth origin priority';

export function executionColumns(table: string): string {
  return columns
    .split(' ')
    .map((column) => `${table}.${column}`)
    .join(', ');
}

export function decodeExecution(row: ExecutionRow): NewExecution {
  return {
    id: row.id,
    projectId: row.project_id,
    workflowId: row.workflow_id,
    versionId: row.version_id,
    mode: row.mode,
    triggerNodeId: row.trigger_node_id,
    createdAt: row.created_at.getTime(),
    deadlineAt: row.deadline_at?.getTime() ?? null,
    idempotencyKey: row.idempotency_key,
    retryOf: row.retry_of,
    rootId: row.root_id,
    parentId: row.parent_id,
    parentPath: row.parent_path,
    depth: row.depth,
    ...(row.origin ? { origin: row.origin } : {}),
    ...(row.priority === usualPriority ? {} : { priority: decodePriority(row.priority) }),
  };
}
