/**
 * Payloads: the parts of large values, by the hash of their text, compressed, in the database. So any worker on any host
 * can read what a journal names, a dump has both, and nothing can be half there.
 *
 * P1. A part and the reference of its execution are committed before the journal that names it is sent.
 * P2. Taking hold of a part (new, or there already) puts its review off by the grace, under the lock of its row; the
 *     collector decides under the same lock (retention/review-payloads.ts). A reference whose execution never came into
 *     being therefore counts for the grace and not longer.
 */
import { hash } from 'node:crypto';
import type { Queryable } from '../queryable.ts';
import { storeErrors } from '../repositories/store-error.ts';
import { decodeBytes, type Encoding, encodeBytes } from './compression.ts';
import { graceSql } from './grace.ts';

/** Rows of one INSERT, each with its bytes as a parameter. */
const rowsPerInsert = 16;
/** Parts that are in memory at once while they are read. */
const partsPerRead = 32;

export interface PayloadOwner {
  projectId: string;
  executionId: string;
}

/** Stores what is not there yet and notes that the execution needs all of it. Durable when it resolves. */
export async function writePayloads(
  db: Queryable,
  owner: PayloadOwner,
  parts: ReadonlyMap<string, string>,
): Promise<void> {
  const known = await holdKnown(db, owner, [...parts.keys()]);
  const missing = [...parts].filter(([name]) => !known.has(name)).sort(([a], [b]) => (a < b ? -1 : 1));
  for (let at = 0; at < missing.length; at += rowsPerInsert) {
    await insertParts(db, owner, missing.slice(at, at + rowsPerInsert));
  }
}

/** Rows are locked in the order of their hashes, here and below, so that two writers cannot wait for each other. */
async function holdKnown(db: Queryable, owner: PayloadOwner, names: readonly string[]): Promise<Set<string>> {
  const result = await db.query<{ name: string }>(
    `WITH known AS (
       SELECT sha256 FROM payloads WHERE project_id = $1 AND sha256 = ANY ($3::bytea[])
       ORDER BY sha256 FOR NO KEY UPDATE
     ), held AS (
       UPDATE payloads p SET review_at = now() + ${graceSql}
       FROM known WHERE p.project_id = $1 AND p.sha256 = known.sha256
     ), refs AS (
       INSERT INTO payload_refs (execution_id, sha256, project_id)
       SELECT $2, sha256, $1 FROM known ON CONFLICT DO NOTHING
     )
     SELECT encode(sha256, 'hex') AS name FROM known`,
    [owner.projectId, owner.executionId, names.map((name) => Buffer.from(name, 'hex'))],
  );
  return new Set(result.rows.map((row) => row.name));
}

async function insertParts(
  db: Queryable,
  { projectId, executionId }: PayloadOwner,
  parts: readonly (readonly [string, string])[],
): Promise<void> {
  const values: unknown[] = [projectId, executionId];
  const rows: string[] = [];
  for (const [name, text] of parts) {
    const whole = Buffer.from(text);
    const { encoding, bytes } = await encodeBytes(whole);
    const at = values.push(Buffer.from(name, 'hex'), whole.byteLength, encoding, bytes) - 3;
    rows.push(`($1::uuid, $${at}::bytea, $${at + 1}::int, $${at + 2}::text, $${at + 3}::bytea)`);
  }
  await db.query(
    `WITH made AS (
       INSERT INTO payloads (project_id, sha256, size_bytes, encoding, bytes, review_at)
       SELECT v.project_id, v.sha256, v.size_bytes, v.encoding, v.bytes, now() + ${graceSql}
       FROM (VALUES ${rows.join(', ')}) AS v(project_id, sha256, size_bytes, encoding, bytes)
       ON CONFLICT (project_id, sha256) DO UPDATE SET review_at = excluded.review_at
       RETURNING sha256
     )
     INSERT INTO payload_refs (execution_id, sha256, project_id)
     SELECT $2, sha256, $1 FROM made ON CONFLICT DO NOTHING`,
    values,
  );
}

/** The text of each part. Throws PAYLOAD_LOST or PAYLOAD_DAMAGED. */
export async function readPayloads(
  db: Queryable,
  projectId: string,
  names: readonly string[],
): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  for (let at = 0; at < names.length; at += partsPerRead) {
    const some = names.slice(at, at + partsPerRead);
    const result = await db.query<PayloadRow>(
      `SELECT encode(sha256, 'hex') AS name, size_bytes AS size, encoding, bytes FROM payloads
       WHERE project_id = $1 AND sha256 = ANY ($2::bytea[])`,
      [projectId, some.map((name) => Buffer.from(name, 'hex'))],
    );
    for (const row of result.rows) texts.set(row.name, await decodeRow(row));
  }
  const lost = names.find((name) => !texts.has(name));
  if (lost !== undefined) throw storeErrors.create('PAYLOAD_LOST', { params: { sha256: lost } });
  return texts;
}

interface PayloadRow {
  name: string;
  size: number;
  encoding: Encoding;
  bytes: Buffer;
}

async function decodeRow({ name, size, encoding, bytes }: PayloadRow): Promise<string> {
  const damaged = (cause?: unknown) =>
    storeErrors.create('PAYLOAD_DAMAGED', { params: { sha256: name }, cause });
  let whole: Uint8Array;
  try {
    whole = await decodeBytes(bytes, encoding, size);
  } catch (error) {
    throw damaged(error);
  }
  if (hash('sha256', whole, 'hex') !== name) throw damaged();
  return Buffer.from(whole.buffer, whole.byteOffset, whole.byteLength).toString();
}
