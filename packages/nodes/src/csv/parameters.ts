import { choice, label, showWhen } from '@navette/node-sdk';
import { z } from 'zod';
import { binaryFieldSchema, fileNameSchema } from '../file/file-name.ts';
import { sourceParameters } from '../file/read-source.ts';

const parsing = { operation: ['parse'] };
const writing = { operation: ['stringify'] };

const delimiterNames = {
  auto: { en: 'Automatic (comma when writing)', fr: 'Automatique (virgule à l’écriture)' },
  comma: { en: 'Comma', fr: 'Virgule' },
  semicolon: { en: 'Semicolon', fr: 'Point-virgule' },
  tab: { en: 'Tab', fr: 'Tabulation' },
  bar: { en: 'Bar |', fr: 'Barre |' },
} as const;

const characters = { auto: undefined, comma: ',', semicolon: ';', tab: '\t', bar: '|' } as const;

/** The character; undefined for "auto". */
export function characterOf(delimiter: keyof typeof delimiterNames): string | undefined {
  return characters[delimiter];
}

const readingShape = {
  ...sourceParameters(parsing),
  inferTypes: showWhen(
    parsing,
    label(
      z.boolean().default(true),
      { en: 'Recognise types', fr: 'Reconnaître les types' },
      { en: 'Numbers, true, false, empty cells.', fr: 'Nombres, true, false, cellules vides.' },
    ),
  ),
  skipLines: showWhen(
    parsing,
    label(z.int().min(0).max(1_000_000).default(0), { en: 'Skip lines', fr: 'Sauter des lignes' }),
  ),
  maxRows: showWhen(
    parsing,
    label(
      z.int().min(0).max(10_000_000).optional(),
      { en: 'At most rows', fr: 'Lignes au plus' },
      { en: 'Left out: all of them.', fr: 'Absent : toutes.' },
    ),
  ),
  forgiving: showWhen(
    parsing,
    label(
      z.boolean().default(false),
      { en: 'Forgiving', fr: 'Indulgent' },
      {
        en: 'Take rows of any length and stray quotes.',
        fr: 'Accepter des lignes de toute longueur et des guillemets isolés.',
      },
    ),
  ),
};

const writingShape = {
  columns: showWhen(
    writing,
    label(
      z.array(z.string().min(1).max(500)).max(2_000).default([]),
      { en: 'Columns', fr: 'Colonnes' },
      {
        en: 'Fields in their order. Empty: every field.',
        fr: 'Les champs dans leur ordre. Vide : tous les champs.',
      },
    ),
  ),
  fileName: showWhen(
    writing,
    label(fileNameSchema.default('data.csv'), { en: 'File name', fr: 'Nom du fichier' }),
  ),
  binaryField: showWhen(
    writing,
    label(binaryFieldSchema.default('data'), { en: 'File field', fr: 'Champ du fichier' }),
  ),
  guardFormulas: showWhen(
    writing,
    label(z.boolean().default(true), { en: 'Guard against formulas', fr: 'Protéger des formules' }),
  ),
  lineBreak: showWhen(
    writing,
    label(
      choice({ lf: { en: 'LF', fr: 'LF' }, crlf: { en: 'CR LF (Windows)', fr: 'CR LF (Windows)' } }).default(
        'lf',
      ),
      { en: 'Line break', fr: 'Fin de ligne' },
    ),
  ),
  byteOrderMark: showWhen(
    writing,
    label(z.boolean().default(false), { en: 'Byte order mark', fr: 'Marque d’ordre des octets' }),
  ),
};

export const parameters = z.strictObject({
  operation: label(
    choice({
      parse: { en: 'CSV to items', fr: 'CSV vers éléments' },
      stringify: { en: 'Items to CSV', fr: 'Éléments vers CSV' },
    }).default('parse'),
    { en: 'Operation', fr: 'Opération' },
  ),
  delimiter: label(choice(delimiterNames).default('auto'), { en: 'Delimiter', fr: 'Séparateur' }),
  header: label(z.boolean().default(true), {
    en: 'First row is the header',
    fr: 'La première ligne est l’en-tête',
  }),
  ...readingShape,
  ...writingShape,
});
export type CsvParameters = z.output<typeof parameters>;
