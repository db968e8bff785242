import { isRecord } from '@navette/kit';

const networkCodes = new Set([
  'ECONNRESET',
  'ECONNREFUSED',
  'EPIPE',
  'ENOENT',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EHOSTUNREACH',
]);

/** Whether the connection, not the statement, failed: SQLSTATE classes 08 and 57P0x, or the socket itself. */
export function isConnectionError(error: unknown): boolean {
  if (!isRecord(error)) return false;
  const code = typeof error.code === 'string' ? error.code : '';
  if (code.startsWith('08') || code.startsWith('57P0') || networkCodes.has(code)) return true;
  const message = error instanceof Error ? error.message : '';
  return /connection terminated|client has encountered a connection error|not queryable|connection ended/i.test(
    message,
  );
}
