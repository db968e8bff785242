import { assignPath, isForbiddenKey, type Json, type JsonObject, parsePath } from '@navette/kit';
import { assignKey, copyContainers } from './field-path.ts';

/**
 * Writes a field into `owned`, an object that the caller made. Containers along the path that may be shared with the
 * input are copied first. Throws a TypeError for forbidden keys and huge list indexes.
 */
export function writeField(owned: JsonObject, path: string, value: Json): void {
  if (!path.includes('.') && !path.includes('[')) {
    if (isForbiddenKey(path)) throw new TypeError(`The field name "${path}" is not allowed`);
    owned[path] = value;
    return;
  }
  copyContainers(owned, parsePath(path).slice(0, -1));
  assignPath(owned, path, value);
}

/** Writes a field where `readField` finds it in `source`: under its literal name if that is a key there, else by path. */
export function writeFieldAs(
  source: JsonObject | undefined,
  owned: JsonObject,
  field: string,
  value: Json,
): void {
  if (source !== undefined && Object.hasOwn(source, field)) assignKey(owned, field, value);
  else writeField(owned, field, value);
}
