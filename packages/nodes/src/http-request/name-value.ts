import type { Json } from '@navette/kit';
import { label } from '@navette/node-sdk';
import { z } from 'zod';

/** What an expression may give where text is wanted. Null leaves the entry out. */
export const scalarSchema = z.union([z.string(), z.number(), z.boolean(), z.null()]);
type Scalar = z.infer<typeof scalarSchema>;

/** One line of a list of headers, query parameters or form fields. */
export function nameValueSchema<N extends z.ZodType<string>>(name: N) {
  return z.strictObject({
    name: label(name, { en: 'Name', fr: 'Nom' }),
    value: label(
      scalarSchema.default(''),
      { en: 'Value', fr: 'Valeur' },
      { en: 'Null leaves it out.', fr: 'Nul l’omet.' },
    ),
  });
}

/** The entries that are not left out, values as text. */
export function listPairs(entries: readonly { name: string; value: Scalar }[]): [string, string][] {
  return entries.flatMap(({ name, value }): [string, string][] =>
    value === null ? [] : [[name, String(value)]],
  );
}

/** A JSON value as text: text as it is, anything else encoded. */
export function encodeText(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
