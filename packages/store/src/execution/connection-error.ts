import { isRecord } from '@navette/kit';

const networkCodes = new Set([
  'ECONNRESET',
  'ECONNREFUSED',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EAI_AGAIN',
]);

/**
 * Whether the connection, not the statement, failed: SQLSTATE classes 08, 57P0x and 53300, or the socket itself. 25006 is
 * a standby that is about to become the primary after a failover: it takes no writes yet.
 */
export function isConnectionError(error: unknown): boolean {
  if (!isRecord(error)) return false;
  const code = typeof error.code === 'string' ? error.code : '';
  if (/^(?:08|57P0|53300|25006)/.test(code) || networkCodes.has(code)) return true;
  // The socket of a Postgres on this machine; of a file it means something else.
  if (code === 'ENOENT') return error.syscall === 'connect';
  const message = error instanceof Error ? error.message : '';
  return /connection terminated|client has encountered a connection error|not queryable|connection ended|query read timeout|timeout expired|timeout exceeded when trying to connect/i.test(
    message,
  );
}

/** Nothing was heard in time, which says less than a refusal: the database may be away, or busy. */
export function isSilence(error: unknown): boolean {
  if (!isRecord(error)) return false;
  if (error.code === 'ETIMEDOUT' || error.code === 'EAGAIN') return true;
  const message = error instanceof Error ? error.message : '';
  return /timeout expired|query read timeout/i.test(message);
}

/** Postgres answers, and has no connection to spare. */
export function isCrowdedError(error: unknown): boolean {
  return isRecord(error) && error.code === '53300';
}

/** Postgres chose this transaction as the victim of a deadlock or of a conflict: done again it succeeds. */
export function isConflictError(error: unknown): boolean {
  return isRecord(error) && (error.code === '40P01' || error.code === '40001');
}

/** Postgres found no room on its disk. Nothing of the transaction was stored. */
export function isDiskFullError(error: unknown): boolean {
  return isRecord(error) && error.code === '53100';
}
