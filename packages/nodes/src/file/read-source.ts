import type { BinaryRef, Item, NodeContext } from '@navette/contracts';
import { choice, label, nodeErrors, showWhen } from '@navette/node-sdk';
import { fieldPathSchema, readField } from '../fields/field-path.ts';
import { decodeText, type Encoding, encodingSchema } from './decode-text.ts';
import { binaryFieldSchema } from './file-name.ts';

type Siblings = Readonly<Record<string, readonly (string | boolean)[]>>;

/** Parameters that say where text to read comes from; shown while `siblings` hold. */
export function sourceParameters(siblings: Siblings) {
  const inFile = { ...siblings, source: ['file'] };
  return {
    source: showWhen(
      siblings,
      label(
        choice({
          file: { en: 'A file of the item', fr: 'Un fichier de l’élément' },
          field: { en: 'A text field of the item', fr: 'Un champ texte de l’élément' },
        }).default('file'),
        { en: 'Read from', fr: 'Lire depuis' },
      ),
    ),
    sourceFile: showWhen(
      inFile,
      label(binaryFieldSchema.default('data'), { en: 'File field', fr: 'Champ du fichier' }),
    ),
    encoding: showWhen(inFile, label(encodingSchema, { en: 'Encoding', fr: 'Encodage' })),
    sourceField: showWhen(
      { ...siblings, source: ['field'] },
      label(fieldPathSchema.default('text'), { en: 'Text field', fr: 'Champ texte' }),
    ),
  };
}

interface Source {
  source: 'file' | 'field';
  sourceFile: string;
  sourceField: string;
  encoding: Encoding;
}

/** The text an item holds where the parameters point. @throws NODE_INPUT_INVALID, ARTIFACT_NOT_FOUND */
export async function readSource(
  ctx: Pick<NodeContext<unknown>, 'artifacts'>,
  item: Item,
  { source, sourceFile, sourceField, encoding }: Source,
): Promise<string> {
  if (source === 'file') return decodeText(await ctx.artifacts.read(fileOf(item, sourceFile)), encoding);
  const value = readField(item.json, sourceField);
  if (typeof value === 'string') return value.replace(/^\ufeff/, '');
  throw invalid(`the field "${sourceField}" ${value === undefined ? 'is missing' : 'is not text'}`);
}

/** @throws NODE_INPUT_INVALID when the item has no such file */
export function fileOf(item: Item, binaryField: string): BinaryRef {
  const files = item.binary ?? {};
  if (Object.hasOwn(files, binaryField)) return files[binaryField]!;
  const known = Object.keys(files);
  const hint =
    known.length === 0 ? 'it has no files' : `it has ${known.map((name) => `"${name}"`).join(', ')}`;
  throw invalid(`the item has no file "${binaryField}"; ${hint}`);
}

function invalid(detail: string) {
  return nodeErrors.create('NODE_INPUT_INVALID', { params: { detail } });
}
