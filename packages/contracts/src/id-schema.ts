import { type IdKind, idPrefixes } from '@navette/kit/portable';
import { z } from 'zod';

/** "exe_" followed by the 32 hex digits of a UUID, as people and programs see ids. */
export function idSchema(kind: IdKind) {
  return z
    .string()
    .regex(
      new RegExp(`^${idPrefixes[kind]}_[0-9a-f]{32}$`),
      `must be an id that starts with "${idPrefixes[kind]}_"`,
    )
    .meta({ example: `${idPrefixes[kind]}_0193a1b2c3d47e5f8a9b0c1d2e3f4a5b` });
}

/** UTC instant, ISO 8601 with milliseconds and Z. */
export const timeSchema = z.iso.datetime().meta({ example: '2026-11-21T07:38:29.000Z' });

/** Any JSON value. Depth and size are bounded where bodies are read. */
export const jsonSchema = z.json();

/** A JSON object with any keys; the keys are data, so read them with `Object.hasOwn` or a Map. */
export const jsonObjectSchema = z.record(z.string(), z.json());
