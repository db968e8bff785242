/** `$files` of code: reads files that the items carry, and writes new ones. Bytes never travel with the items. */
import type { BinaryRef, Item } from '@navette/contracts';
import { isRecord, type Json } from '@navette/kit';
import type { ArtifactPort } from '@navette/node-sdk';
import { z } from 'zod';
import { codeErrors } from './errors.ts';

const fileSchema = z.strictObject({
  fileName: z.string().min(1).max(255),
  mediaType: z.string().max(255).default('text/plain'),
  text: z.string().optional(),
  base64: z.base64().optional(),
});

export type HostFunction = (args: readonly Json[]) => Promise<Json>;

export interface StepFiles {
  functions: ReadonlyMap<string, HostFunction>;
  isKnown(ref: BinaryRef): boolean;
}

/** The code reaches the files of these items, and those that it writes itself. */
export function createStepFiles(artifacts: ArtifactPort, items: readonly Item[]): StepFiles {
  const known = new Map<string, BinaryRef>();
  for (const { binary } of items)
    for (const ref of Object.values(binary ?? {})) known.set(ref.artifactId, ref);
  const read = async ([given]: readonly Json[]) => {
    const id = isRecord(given) ? given['artifactId'] : undefined;
    const ref = typeof id === 'string' ? known.get(id) : undefined;
    if (!ref) throw codeErrors.create('CODE_FILE_UNKNOWN', { params: { place: 'What $files was given' } });
    return Buffer.from(await artifacts.read(ref));
  };
  const functions = new Map<string, HostFunction>([
    ['files.text', async (args) => (await read(args)).toString('utf8')],
    ['files.base64', async (args) => (await read(args)).toString('base64')],
    [
      'files.write',
      async ([given]) => {
        const { base64, fileName, mediaType, text } = parseFile(given);
        const data = base64 === undefined ? (text ?? '') : Buffer.from(base64, 'base64');
        const ref = await artifacts.write({ data, fileName, mediaType });
        known.set(ref.artifactId, ref);
        return { ...ref };
      },
    ],
  ]);
  return {
    functions,
    isKnown: (ref) => known.get(ref.artifactId)?.sha256 === ref.sha256,
  };
}

function parseFile(given: Json | undefined): z.output<typeof fileSchema> {
  const parsed = fileSchema.safeParse(given);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw codeErrors.create('CODE_RESULT_INVALID', {
    params: {
      detail: `$files.write: ${issue!.path.join('.') || 'file'}: ${issue!.message}`,
      advice: 'Call $files.write({ fileName, mediaType, text }), or with base64 in place of text.',
    },
  });
}
