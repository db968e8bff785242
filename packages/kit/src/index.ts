export { type Clock, systemClock } from './clock.ts';
export { hashContent } from './content-hash.ts';
export { encodeJsonInTurns } from './encode-json-in-turns.ts';
export {
  defineErrors,
  type ErrorKind,
  type ErrorOptions,
  type ErrorParams,
  type ErrorRecord,
  type ErrorSpec,
  type ErrorTable,
  type FieldIssue,
  NavetteError,
  type RetryHint,
  toNavetteError,
} from './error.ts';
export { createUuid, deriveUuid, type IdSource, systemIds } from './id.ts';
export { decodeId, encodeId, formatUuid, type IdKind, idPrefixes } from './id-text.ts';
export {
  assignPath,
  encodeCanonical,
  isForbiddenKey,
  isRecord,
  type Json,
  type JsonObject,
  parsePath,
  readPath,
} from './json.ts';
export { type Logger, silentLogger } from './logger.ts';
export { parseJsonInTurns } from './parse-json-in-turns.ts';
export { type ReconnectPace, reconnectDelayMs } from './reconnect.ts';
export { noRetry, type RetryPolicy, retryDelayMs } from './retry.ts';
export { listSecretForms, SecretMask, shortestMaskedSecret } from './secret-mask.ts';
export type { TextCarrier } from './text-carrier.ts';
export { applyTransition, type TransitionTable } from './transition.ts';
