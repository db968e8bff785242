/** The part of kit that a browser can load: nothing here touches a Node module. */
export {
  defineErrors,
  type ErrorKind,
  type ErrorRecord,
  type FieldIssue,
  NavetteError,
} from './error.ts';
export { decodeId, encodeId, type IdKind, idPrefixes } from './id-text.ts';
export { isRecord, type Json, type JsonObject, readPath } from './json.ts';
export { applyTransition, type TransitionTable } from './transition.ts';
