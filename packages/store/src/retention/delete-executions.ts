/**
 * Deletes the data of ended executions, and their rows where asked.
 *
 * Invariants:
 * 1. What belongs to one execution goes in one transaction, so that no reader takes a part for the whole. A journal of
 *    very many chunks is the exception: the execution is marked first, the chunks go in order, the first ones first, and
 *    the row of retention_state remembers the execution until the last is gone.
 * 2. Whatever payload or file loses a reference gets a review after the grace (payload/grace.ts).
 * 3. Nothing of an execution that goes on is touched, nor of its family; both are looked at under the lock of the row.
 *
 * Locks: the executions, skipping those that somebody has; payloads and artifacts in the order of their keys.
 */
import type pg from 'pg';
import type { Database } from '../database.ts';
import { graceSql } from '../payload/grace.ts';
import { findProtected } from './find-protected.ts';

/** Tables with rows of an execution by `execution_id`, beside those that are handled one by one below. */
export const tablesOfExecution = ['messages', 'correlated_waits', 'approvals'] as const;
/** Chunks of one transaction. */
const chunksPerStep = 5_000;

export interface DeleteRequest {
  ids: readonly string[];
  /** The row too, and not the data alone. */
  withRow: boolean;
}

export interface DeletedExecution {
  id: string;
  projectId: string;
}

/** The others are protected, or somebody else is at work on them. */
export interface DeleteResult {
  deleted: DeletedExecution[];
  /** Left for another call, so that the transaction stays small. */
  postponed: string[];
}

export async function deleteExecutions(
  database: Database,
  { ids, withRow }: DeleteRequest,
): Promise<DeleteResult> {
  const { done, postponed } = await database.withTransaction((client) => deleteIn(client, ids, withRow));
  for (const { id, isLong } of done) if (isLong) await finishLong(database, id, withRow);
  return { deleted: done.map(({ id, projectId }) => ({ id, projectId })), postponed };
}

/** Goes on where a process that died had begun. */
export async function finishInterrupted(database: Database): Promise<void> {
  const { rows } = await database.pool.query<{ id: string }>(
    'SELECT unnest(unfinished) AS id FROM retention_state',
  );
  for (const { id } of rows) await finishLong(database, id, false);
}

async function deleteIn(client: pg.PoolClient, ids: readonly string[], withRow: boolean) {
  const locked = await client.query<{ id: string; project_id: string; chunks: number }>(
    `SELECT id, project_id, coalesce((SELECT max(seq) FROM journal WHERE execution_id = e.id), 0) AS chunks
     FROM executions e WHERE id = ANY ($1::uuid[]) AND finished_at IS NOT NULL
     ORDER BY id FOR UPDATE SKIP LOCKED`,
    [ids],
  );
  const protectedIds = await findProtected(
    client,
    locked.rows.map((row) => row.id),
  );
  const free = locked.rows.filter((row) => !protectedIds.has(row.id));
  const taken = takeUpTo(free, chunksPerStep);
  const done = taken.map((row) => ({
    id: row.id,
    projectId: row.project_id,
    isLong: row.chunks > chunksPerStep,
  }));
  const allIds = done.map(({ id }) => id);
  const longIds = done.filter(({ isLong }) => isLong).map(({ id }) => id);
  const shortIds = done.filter(({ isLong }) => !isLong).map(({ id }) => id);
  await client.query('DELETE FROM journal WHERE execution_id = ANY ($1::uuid[])', [shortIds]);
  await releasePayloads(client, allIds);
  await releaseArtifacts(client, allIds);
  for (const table of tablesOfExecution)
    await client.query(`DELETE FROM ${table} WHERE execution_id = ANY ($1::uuid[])`, [allIds]);
  if (withRow) await client.query('DELETE FROM executions WHERE id = ANY ($1::uuid[])', [shortIds]);
  await client.query(
    `UPDATE executions SET data_deleted_at = now() WHERE id = ANY ($1::uuid[]) AND data_deleted_at IS NULL`,
    [withRow ? longIds : allIds],
  );
  if (longIds.length > 0)
    await client.query('UPDATE retention_state SET unfinished = unfinished || $1::uuid[]', [longIds]);
  return { done, postponed: free.slice(taken.length).map((row) => row.id) };
}

/** As many as have that many chunks together, and at least one. */
function takeUpTo<T extends { chunks: number }>(rows: readonly T[], limit: number): T[] {
  let chunks = 0;
  const end = rows.findIndex((row, index) => {
    chunks += row.chunks;
    return chunks > limit && index > 0;
  });
  return end < 0 ? [...rows] : rows.slice(0, end);
}

async function releasePayloads(client: pg.PoolClient, ids: readonly string[]): Promise<void> {
  await client.query(
    `WITH gone AS (
       DELETE FROM payload_refs WHERE execution_id = ANY ($1::uuid[]) RETURNING project_id, sha256
     ), due AS (
       SELECT p.project_id, p.sha256 FROM payloads p
       WHERE (p.project_id, p.sha256) IN (SELECT project_id, sha256 FROM gone)
       ORDER BY p.project_id, p.sha256 FOR NO KEY UPDATE
     )
     UPDATE payloads p SET review_at = now() + ${graceSql}
     FROM due WHERE p.project_id = due.project_id AND p.sha256 = due.sha256`,
    [ids],
  );
}

/** Files that they made, and files of others that they named. */
async function releaseArtifacts(client: pg.PoolClient, ids: readonly string[]): Promise<void> {
  await client.query(
    `WITH gone AS (
       DELETE FROM artifact_refs WHERE holder_id = ANY ($1::uuid[]) RETURNING artifact_id
     ), due AS (
       SELECT id FROM artifacts
       WHERE execution_id = ANY ($1::uuid[]) OR id IN (SELECT artifact_id FROM gone)
       ORDER BY id FOR NO KEY UPDATE
     )
     UPDATE artifacts a SET review_at = now() + ${graceSql} FROM due WHERE a.id = due.id`,
    [ids],
  );
}

async function finishLong(database: Database, id: string, withRow: boolean): Promise<void> {
  for (let deleted = chunksPerStep; deleted === chunksPerStep; ) {
    const result = await database.pool.query(
      `DELETE FROM journal WHERE execution_id = $1 AND seq IN (
         SELECT seq FROM journal WHERE execution_id = $1 ORDER BY seq LIMIT ${chunksPerStep})`,
      [id],
    );
    deleted = result.rowCount ?? 0;
  }
  await database.withTransaction(async (client) => {
    await client.query('UPDATE retention_state SET unfinished = array_remove(unfinished, $1::uuid)', [id]);
    if (withRow)
      await client.query('DELETE FROM executions WHERE id = $1 AND data_deleted_at IS NOT NULL', [id]);
  });
}
