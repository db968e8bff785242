import type { ExecutionStatus } from '@navette/contracts';
import type { Queryable } from '../queryable.ts';
import type { EndedExecution } from './retention-rules.ts';

export interface ListedExecution extends EndedExecution {
  id: string;
  projectId: string;
}

/** Where a walk over the executions of a workflow stands. */
export interface WalkPosition {
  createdAt: Date;
  id: string;
}

/**
 * The executions of a workflow that were created before `cutoff`, the oldest first, from a position on. Those that go on
 * are left out by the caller: leaving them out here would make the walk of a page as long as there are of them.
 * Index: executions_by_workflow, backwards.
 */
export async function listOldest(
  db: Queryable,
  options: { workflowId: string; cutoff: Date; after: WalkPosition | undefined; limit: number },
): Promise<ListedExecution[]> {
  const { workflowId, cutoff, after, limit } = options;
  const { rows } = await db.query<ListedRow>(
    `SELECT ${columns} FROM executions
     WHERE workflow_id = $1 AND created_at < $2 AND (created_at, id) > ($3::timestamptz, $4::uuid)
     ORDER BY created_at, id LIMIT $5`,
    [workflowId, cutoff, after?.createdAt ?? '-infinity', after?.id ?? zeroId, limit],
  );
  return rows.map(decodeListed);
}

/** Executions without data that were created before `cutoff`. Index: executions_summaries. */
export async function listSummaries(
  db: Queryable,
  options: { cutoff: Date; after: WalkPosition | undefined; limit: number; projectId?: string | undefined },
): Promise<ListedExecution[]> {
  const { cutoff, after, limit, projectId } = options;
  const { rows } = await db.query<ListedRow>(
    `SELECT ${columns} FROM executions
     WHERE data_deleted_at IS NOT NULL AND created_at < $1 AND (created_at, id) > ($2::timestamptz, $3::uuid)
       AND ($5::uuid IS NULL OR project_id = $5)
     ORDER BY created_at, id LIMIT $4`,
    [cutoff, after?.createdAt ?? '-infinity', after?.id ?? zeroId, limit, projectId ?? null],
  );
  return rows.map(decodeListed);
}

const zeroId = '00000000-0000-0000-0000-000000000000';
const columns = `id, project_id, status, created_at, finished_at, data_deleted_at,
  idempotency_key IS NOT NULL AS has_idempotency_key`;

interface ListedRow {
  id: string;
  project_id: string;
  status: ExecutionStatus;
  created_at: Date;
  finished_at: Date | null;
  data_deleted_at: Date | null;
  has_idempotency_key: boolean;
}

function decodeListed(row: ListedRow): ListedExecution {
  return {
    id: row.id,
    projectId: row.project_id,
    status: row.status,
    createdAt: row.created_at,
    finishedAt: row.finished_at,
    dataDeletedAt: row.data_deleted_at,
    hasIdempotencyKey: row.has_idempotency_key,
  };
}
