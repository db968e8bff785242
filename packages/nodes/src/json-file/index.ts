import type { Item, StepContext } from '@navette/contracts';
import { isRecord, type Json, type JsonObject, readPath } from '@navette/kit';
import { choice, defineNode, label, nodeErrors, showWhen } from '@navette/node-sdk';
import { z } from 'zod';
import { linkItems } from '../fields/paired-items.ts';
import { binaryFieldSchema, fileNameSchema } from '../file/file-name.ts';
import { readSource, sourceParameters } from '../file/read-source.ts';
import { docs } from './docs.ts';
import { parseJson } from './parse-json.ts';

const parsing = { operation: ['parse'] };
const writing = { operation: ['write'] };

const parameters = z.strictObject({
  operation: label(
    choice({
      parse: { en: 'JSON to items', fr: 'JSON vers éléments' },
      write: { en: 'Items to JSON', fr: 'Éléments vers JSON' },
    }).default('parse'),
    { en: 'Operation', fr: 'Opération' },
  ),
  ...sourceParameters(parsing),
  format: showWhen(
    parsing,
    label(
      choice({
        auto: { en: 'Automatic', fr: 'Automatique' },
        json: { en: 'JSON', fr: 'JSON' },
        lines: { en: 'JSON Lines, one value per line', fr: 'JSON Lines, une valeur par ligne' },
      }).default('auto'),
      { en: 'Format', fr: 'Format' },
    ),
  ),
  path: showWhen(
    parsing,
    label(
      z.string().max(500).default(''),
      { en: 'Path', fr: 'Chemin' },
      {
        en: 'Where the items are, for example data.results. Empty: the whole document.',
        fr: 'Où sont les éléments, par exemple data.results. Vide : tout le document.',
      },
    ),
  ),
  shape: showWhen(
    writing,
    label(
      choice({
        list: { en: 'A list of all items', fr: 'Une liste de tous les éléments' },
        lines: { en: 'JSON Lines, one item per line', fr: 'JSON Lines, un élément par ligne' },
        first: { en: 'The first item alone', fr: 'Le premier élément seul' },
      }).default('list'),
      { en: 'Write', fr: 'Écrire' },
    ),
  ),
  indent: showWhen(
    { ...writing, shape: ['list', 'first'] },
    label(z.boolean().default(true), { en: 'Indent', fr: 'Indenter' }),
  ),
  fileName: showWhen(
    writing,
    label(fileNameSchema.default('data.json'), { en: 'File name', fr: 'Nom du fichier' }),
  ),
  binaryField: showWhen(
    writing,
    label(binaryFieldSchema.default('data'), { en: 'File field', fr: 'Champ du fichier' }),
  ),
});
type Parameters = z.output<typeof parameters>;

export const jsonFile = defineNode({
  type: 'json-file',
  version: 1,
  group: 'files',
  icon: 'json',
  name: { en: 'JSON file', fr: 'Fichier JSON' },
  description: {
    en: 'Reads JSON into items, or writes items as a JSON file.',
    fr: 'Lit du JSON en éléments, ou écrit les éléments dans un fichier JSON.',
  },
  docs,
  parameters,
  effect: ({ operation }) => (operation === 'write' ? 'idempotent' : 'pure'),
  examples: [
    {
      title: { en: 'Items from a list inside a text', fr: 'Des éléments depuis une liste dans un texte' },
      parameters: { operation: 'parse', source: 'field', sourceField: 'body', path: 'data.rows' },
      inputs: { main: [{ json: { body: '{"data":{"rows":[{"id":1},2]}}' } }] },
      outputs: {
        main: [
          { json: { id: 1 }, pairedItem: { item: 0 } },
          { json: { value: 2 }, pairedItem: { item: 0 } },
        ],
      },
    },
  ],
  execute: (ctx) => (ctx.parameters.operation === 'write' ? writeItems(ctx) : readItems(ctx)),
});

async function readItems(ctx: StepContext<Parameters>): Promise<Item[]> {
  const made: Item[] = [];
  for (const [index, item] of ctx.items.entries()) {
    const own = ctx.parametersFor(index);
    const { lines, values } = parseJson(await readSource(ctx, item, own), own.format);
    for (const value of values) {
      const found = own.path === '' ? value : readPath(value, own.path);
      if (found === undefined) throw invalid(`there is nothing at the path "${own.path}"`);
      for (const json of listObjects(found, lines)) made.push({ json, pairedItem: { item: index } });
    }
  }
  return made;
}

/** One object per element of a list (a line of JSON Lines is one object as it is); other values under "value". */
function listObjects(found: Json, isLine: boolean): JsonObject[] {
  const elements = Array.isArray(found) && !isLine ? found : [found];
  return elements.map((element) => (isRecord(element) ? (element as JsonObject) : { value: element }));
}

async function writeItems({ items, parameters: own, artifacts }: StepContext<Parameters>): Promise<Item[]> {
  const values = items.map((item) => item.json);
  const space = own.indent ? 2 : 0;
  const text =
    own.shape === 'lines'
      ? values.map((value) => `${JSON.stringify(value)}\n`).join('')
      : `${JSON.stringify(own.shape === 'first' ? (values[0] ?? null) : values, null, space)}\n`;
  const ref = await artifacts.write({
    data: text,
    fileName: own.fileName,
    mediaType: own.shape === 'lines' ? 'application/x-ndjson' : 'application/json',
  });
  const written = own.shape === 'first' ? Math.min(1, values.length) : values.length;
  return [
    {
      json: { fileName: ref.fileName, items: written, sizeBytes: ref.sizeBytes },
      binary: { [own.binaryField]: ref },
      pairedItem: linkItems([...items.keys()]),
    },
  ];
}

function invalid(detail: string) {
  return nodeErrors.create('NODE_INPUT_INVALID', { params: { detail } });
}
