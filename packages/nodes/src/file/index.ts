import type { Item } from '@navette/contracts';
import { choice, defineNode, label, nodeErrors, showWhen } from '@navette/node-sdk';
import { z } from 'zod';
import { fieldPathSchema } from '../fields/field-path.ts';
import { passItem, replaceJson } from '../fields/paired-items.ts';
import { writeField } from '../fields/write-field.ts';
import { encodeText } from '../http-request/name-value.ts';
import { decodeText, encodingSchema } from './decode-text.ts';
import { docs } from './docs.ts';
import { binaryFieldSchema, fileNameSchema } from './file-name.ts';
import { mediaTypeSchema } from './media-type.ts';
import { fileOf } from './read-source.ts';

const toFile = { operation: ['text-to-file'] };
const toText = { operation: ['file-to-text'] };

export const file = defineNode({
  type: 'file',
  version: 1,
  group: 'files',
  icon: 'file-text',
  name: { en: 'File', fr: 'Fichier' },
  description: {
    en: 'Turns text into a file, or a file into text.',
    fr: 'Transforme un texte en fichier, ou un fichier en texte.',
  },
  docs,
  parameters: z.strictObject({
    operation: label(
      choice({
        'text-to-file': { en: 'Text to file', fr: 'Texte vers fichier' },
        'file-to-text': { en: 'File to text', fr: 'Fichier vers texte' },
      }).default('text-to-file'),
      { en: 'Operation', fr: 'Opération' },
    ),
    text: showWhen(toFile, label(z.json().default(''), { en: 'Text', fr: 'Texte' })),
    textIs: showWhen(
      toFile,
      label(
        choice({
          text: { en: 'Text', fr: 'Du texte' },
          base64: { en: 'Base64 of the content', fr: 'Le contenu en Base64' },
        }).default('text'),
        { en: 'Text is', fr: 'Le texte est' },
      ),
    ),
    fileName: showWhen(
      toFile,
      label(fileNameSchema.default('file.txt'), { en: 'File name', fr: 'Nom du fichier' }),
    ),
    mediaType: showWhen(
      toFile,
      label(mediaTypeSchema.default('text/plain; charset=utf-8'), { en: 'Media type', fr: 'Type de média' }),
    ),
    binaryField: label(
      binaryFieldSchema.default('data'),
      { en: 'File field', fr: 'Champ du fichier' },
      { en: 'Under which name the item carries the file.', fr: 'Sous quel nom l’élément porte le fichier.' },
    ),
    encoding: showWhen(toText, label(encodingSchema, { en: 'Encoding', fr: 'Encodage' })),
    field: showWhen(
      toText,
      label(fieldPathSchema.default('text'), { en: 'Into field', fr: 'Dans le champ' }),
    ),
  }),
  effect: ({ operation }) => (operation === 'text-to-file' ? 'idempotent' : 'pure'),
  examples: [],
  async executeItem({ item, itemIndex, parameters, artifacts }): Promise<Item> {
    const { operation, binaryField } = parameters;
    if (operation === 'file-to-text') {
      const bytes = await artifacts.read(fileOf(item, binaryField));
      const json = { ...item.json };
      writeField(json, parameters.field, decodeText(bytes, parameters.encoding));
      return replaceJson(item, itemIndex, json);
    }
    const text = encodeText(parameters.text);
    const ref = await artifacts.write({
      data: parameters.textIs === 'base64' ? decodeBase64(text) : text,
      fileName: parameters.fileName,
      mediaType: parameters.mediaType,
    });
    return { ...passItem(item, itemIndex), binary: { ...item.binary, [binaryField]: ref } };
  },
});

function decodeBase64(text: string): Uint8Array {
  const compact = text.replace(/\s/g, '');
  const digits = compact.replace(/={1,2}$/, '');
  if (!/[^A-Za-z0-9+/]/.test(digits) && digits.length % 4 !== 1) return Buffer.from(digits, 'base64');
  throw nodeErrors.create('NODE_INPUT_INVALID', { params: { detail: 'the text is not Base64' } });
}
