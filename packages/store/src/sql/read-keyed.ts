/**
 * What came with the Idempotency-Key of an execution: in its first chunk, which holds the record of its trigger. Only a
 * request whose key is known already asks for it. Index: journal_pkey.
 */
import type { KeyedRequest } from '@navette/contracts';
import { findKeyed } from '@navette/engine';
import type { ClientBase } from 'pg';
import { decodeChunk, type EncodedChunk } from '../payload/decode-chunk.ts';

export async function readKeyed(
  client: Pick<ClientBase, 'query'>,
  executionId: string,
): Promise<KeyedRequest | undefined> {
  const result = await client.query<EncodedChunk>({
    name: 'read-keyed',
    text: 'SELECT seq, records FROM journal WHERE execution_id = $1 AND seq = 1',
    values: [executionId],
  });
  const first = result.rows[0];
  return first && findKeyed(decodeChunk(first));
}
