import type { Item, StepContext } from '@navette/contracts';
import { defineNode } from '@navette/node-sdk';
import { linkItems } from '../fields/paired-items.ts';
import { readSource } from '../file/read-source.ts';
import { docs } from './docs.ts';
import { encodeCsv, listColumns } from './encode-csv.ts';
import { type CsvParameters, characterOf, parameters } from './parameters.ts';
import { parseCsv } from './parse-csv.ts';

export const csv = defineNode({
  type: 'csv',
  version: 1,
  group: 'files',
  icon: 'file-type-csv',
  name: { en: 'CSV', fr: 'CSV' },
  description: {
    en: 'Reads CSV into items, or writes items as a CSV file.',
    fr: 'Lit un CSV en éléments, ou écrit les éléments dans un fichier CSV.',
  },
  docs,
  parameters,
  effect: ({ operation }) => (operation === 'stringify' ? 'idempotent' : 'pure'),
  examples: [
    {
      title: { en: 'Rows from a text field', fr: 'Des lignes depuis un champ texte' },
      parameters: { operation: 'parse', source: 'field', sourceField: 'text' },
      inputs: { main: [{ json: { text: 'sku;price;code\nA1;2.5;007\nB2;;x' } }] },
      outputs: {
        main: [
          { json: { sku: 'A1', price: 2.5, code: '007' }, pairedItem: { item: 0 } },
          { json: { sku: 'B2', price: null, code: 'x' }, pairedItem: { item: 0 } },
        ],
      },
    },
  ],
  execute: (ctx) => (ctx.parameters.operation === 'stringify' ? writeItems(ctx) : readItems(ctx)),
});

async function readItems(ctx: StepContext<CsvParameters>): Promise<Item[]> {
  const made: Item[] = [];
  for (const [index, item] of ctx.items.entries()) {
    const own = ctx.parametersFor(index);
    const rows = await parseCsv(await readSource(ctx, item, own), {
      delimiter: characterOf(own.delimiter),
      hasHeader: own.header,
      inferTypes: own.inferTypes,
      skipLines: own.skipLines,
      maxRows: own.maxRows,
      forgiving: own.forgiving,
      signal: ctx.signal,
    });
    for (const json of rows) made.push({ json, pairedItem: { item: index } });
  }
  return made;
}

async function writeItems({
  items,
  parameters: own,
  artifacts,
}: StepContext<CsvParameters>): Promise<Item[]> {
  const rows = items.map((item) => item.json);
  const columns = own.columns.length > 0 ? own.columns : listColumns(rows);
  const text = encodeCsv(rows, {
    columns,
    delimiter: characterOf(own.delimiter) ?? ',',
    hasHeader: own.header,
    lineBreak: own.lineBreak === 'crlf' ? '\r\n' : '\n',
    hasMark: own.byteOrderMark,
    guardFormulas: own.guardFormulas,
  });
  const ref = await artifacts.write({
    data: text,
    fileName: own.fileName,
    mediaType: 'text/csv; charset=utf-8',
  });
  return [
    {
      json: { fileName: ref.fileName, rows: rows.length, columns: columns.length, sizeBytes: ref.sizeBytes },
      binary: { [own.binaryField]: ref },
      pairedItem: linkItems([...items.keys()]),
    },
  ];
}
