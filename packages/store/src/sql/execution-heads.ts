/** Where executions stand, for whoever follows them without having heard of every commit. */
import type { ExecutionStatus } from '@navette/contracts';
import type { ClientBase } from 'pg';

type Queryable = Pick<ClientBase, 'query'>;

export interface ExecutionHead {
  id: string;
  workflowId: string;
  status: ExecutionStatus;
  /** Of the last chunk of its journal; 0 without one. */
  seq: number;
}

/** Indexes: executions_pkey, journal_pkey. */
export async function listHeads(
  client: Queryable,
  executionIds: readonly string[],
): Promise<ExecutionHead[]> {
  const result = await client.query<ExecutionHead>({
    name: 'list-heads',
    text: `SELECT id, workflow_id AS "workflowId", status,
             coalesce((SELECT max(seq) FROM journal j WHERE j.execution_id = e.id), 0) AS seq
           FROM executions e WHERE id = ANY ($1::uuid[])`,
    values: [[...executionIds]],
  });
  return result.rows;
}

/** The latest executions of a project that were created after a time, newest first. Index: executions_list. */
export async function listCreatedSince(
  client: Queryable,
  options: { projectId: string; since: Date; limit: number },
): Promise<Omit<ExecutionHead, 'seq'>[]> {
  const result = await client.query<Omit<ExecutionHead, 'seq'>>({
    name: 'list-created-since',
    text: `SELECT id, workflow_id AS "workflowId", status FROM executions
           WHERE project_id = $1 AND created_at > $2 ORDER BY created_at DESC, id DESC LIMIT $3`,
    values: [options.projectId, options.since, options.limit],
  });
  return result.rows;
}
