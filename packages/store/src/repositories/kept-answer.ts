/** How an answer lies under its key: as it is, or sealed and bound to its row where it may hold a secret. */
import { isRecord } from '@navette/kit';
import type { Vault } from '../vault/vault.ts';
import type { IdempotentRequest } from './idempotency-repository.ts';
import { storeErrors } from './store-error.ts';

/** JSON text for the column. */
export function encodeAnswer(vault: Vault, request: IdempotentRequest, body: unknown): string {
  const text = JSON.stringify(body ?? null);
  if (!request.isSealed) return text;
  const { dataKeyId, sealed } = vault.seal(text, rowOf(request));
  return JSON.stringify({ dataKeyId, sealed: sealed.toString('base64') });
}

/** Throws IDEMPOTENCY_ANSWER_SEALED when the key that it was sealed with is gone. */
export async function openAnswer(
  vault: Vault,
  request: IdempotentRequest,
  stored: unknown,
): Promise<unknown> {
  if (!request.isSealed) return stored;
  try {
    const { dataKeyId, sealed } = isRecord(stored) ? stored : {};
    const bytes = Buffer.from(String(sealed), 'base64');
    return JSON.parse(await vault.unseal({ dataKeyId: String(dataKeyId), sealed: bytes }, rowOf(request)));
  } catch (cause) {
    throw storeErrors.create('IDEMPOTENCY_ANSWER_SEALED', { cause });
  }
}

function rowOf({ key, projectId, route }: IdempotentRequest): string {
  return `answer ${projectId} ${route} ${key}`;
}
