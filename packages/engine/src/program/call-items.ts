/**
 * Items as programs write them: plain JSON, or `{ json, binary }` for one that carries files. A program has files by handle
 * only, and can hand on those that it was given.
 */
import { type BinaryRef, binaryRefSchema, type Item } from '@navette/contracts';
import { isRecord, type Json, type JsonObject } from '@navette/kit';
import { z } from 'zod';
import { engineErrors } from '../errors.ts';

const filesSchema = z.record(z.string().max(64), binaryRefSchema);

/** What has no other form than an item with files is one; everything else is its JSON. */
export function readCallItem(value: JsonObject): Item {
  const { binary, json, ...rest } = value;
  if (!isRecord(json) || !isRecord(binary) || Object.keys(rest).length > 0) return { json: value };
  const files = filesSchema.safeParse(binary);
  return files.success ? { json: json as JsonObject, binary: files.data } : { json: value };
}

/** The files that a program was given so far. */
export class KnownFiles {
  readonly #files = new Map<string, BinaryRef>();

  add(items: readonly Item[]): void {
    for (const { binary } of items) {
      if (binary) for (const ref of Object.values(binary)) this.#files.set(ref.artifactId, ref);
    }
  }

  /** @param call for the error. @throws PROGRAM_CALL_INVALID */
  assertKnown(call: string, items: readonly Json[] | undefined): void {
    for (const [index, value] of items?.entries() ?? []) {
      const { binary = {} } = isRecord(value) ? readCallItem(value as JsonObject) : {};
      for (const [name, ref] of Object.entries(binary)) {
        if (this.#files.get(ref.artifactId)?.sha256 === ref.sha256) continue;
        const reason = `"binary.${name}" of item ${index} is no file that the program was given`;
        throw engineErrors.create('PROGRAM_CALL_INVALID', { params: { call, reason } });
      }
    }
  }
}
