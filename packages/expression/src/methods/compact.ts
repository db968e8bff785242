import type { Evaluation } from '../runtime/evaluation.ts';
import { isPlainObject, setOwn } from '../runtime/values.ts';

/** A copy without fields that are null, undefined, '' or 'nil', objects inside included. */
export function compactObject(evaluation: Evaluation, object: Record<string, unknown>): object {
  evaluation.enterCall();
  const compact = evaluation.own({});
  for (const key of Object.keys(object)) {
    const value = object[key];
    if (value === null || value === undefined || value === '' || value === 'nil') continue;
    setOwn(compact, key, isPlainObject(value) ? compactObject(evaluation, value) : value);
  }
  evaluation.leaveCall();
  return compact;
}
