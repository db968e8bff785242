import { isRecord, type Json, type JsonObject } from '@navette/kit';
import { assignKey } from '../fields/field-path.ts';
import { takeIncluded } from '../fields/include-fields.ts';
import { kindOf } from '../fields/kind-of.ts';
import { writeField } from '../fields/write-field.ts';
import { convertValue, expectedOf } from './convert-value.ts';
import { setFieldsErrors } from './errors.ts';
import { findJsonError } from './find-json-error.ts';
import type { SetFieldsParameters } from './parameters.ts';

/** The new JSON of one item; the input stays as it is. Throws NODE_FIELD_TYPE and NODE_FIELD_JSON. */
export function buildJson(input: JsonObject, parameters: SetFieldsParameters, item: number): JsonObject {
  const json = takeIncluded(input, parameters.include, parameters.includeFields);
  if (parameters.mode === 'json') {
    const fields = readObject(parameters.json, item);
    for (const key of Object.keys(fields)) assignKey(json, key, fields[key]!);
    return json;
  }
  for (const field of parameters.fields) {
    let value = convertValue(field.value, field.type);
    if (value === undefined) {
      if (!parameters.ignoreConversionErrors) {
        throw setFieldsErrors.create('NODE_FIELD_TYPE', {
          params: {
            item,
            field: field.name,
            expected: expectedOf[field.type],
            actual: kindOf(field.value),
          },
        });
      }
      value = field.value as Json;
    }
    if (parameters.dotNotation) writeField(json, field.name, value);
    else assignKey(json, field.name, value);
  }
  return json;
}

function readObject(source: unknown, item: number): JsonObject {
  const value = typeof source === 'string' ? parseText(source, item) : source;
  if (isRecord(value)) return value as JsonObject;
  throw setFieldsErrors.create('NODE_FIELD_JSON', { params: { item, reason: `it is ${kindOf(value)}` } });
}

function parseText(text: string, item: number): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The host's message quotes the data, so only the place is told.
    const before = text.slice(0, findJsonError(text)).split('\n');
    const reason = `it cannot be read at line ${before.length}, column ${before.at(-1)!.length + 1}`;
    throw setFieldsErrors.create('NODE_FIELD_JSON', { params: { item, reason } });
  }
}
