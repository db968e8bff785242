import { choice, defineNode, label, nodeErrors } from '@navette/node-sdk';
import { z } from 'zod';
import { fieldPathSchema } from '../fields/field-path.ts';
import { linkItems } from '../fields/paired-items.ts';
import { binaryFieldSchema, fileNameSchema } from '../file/file-name.ts';
import { docs } from './docs.ts';
import { drawChart } from './draw-chart.ts';
import { readSeries } from './read-series.ts';

const maxPoints = 2_000;

export const chart = defineNode({
  type: 'chart',
  version: 1,
  group: 'files',
  icon: 'chart-bar',
  name: { en: 'Chart', fr: 'Graphique' },
  description: {
    en: 'Draws the items as a bar or line chart.',
    fr: 'Dessine les éléments en barres ou en courbes.',
  },
  docs,
  parameters: z.strictObject({
    kind: label(
      choice({
        bar: { en: 'Bars', fr: 'Barres' },
        line: { en: 'Lines', fr: 'Courbes' },
      }).default('bar'),
      { en: 'Kind', fr: 'Genre' },
    ),
    title: label(z.string().max(300).default(''), { en: 'Title', fr: 'Titre' }),
    labelField: label(
      fieldPathSchema,
      { en: 'Label field', fr: 'Champ des étiquettes' },
      { en: 'For example month', fr: 'Par exemple month' },
    ),
    values: label(
      z
        .array(
          z.strictObject({
            field: label(fieldPathSchema, { en: 'Field', fr: 'Champ' }),
            name: label(
              z.string().max(100).default(''),
              { en: 'Name', fr: 'Nom' },
              { en: 'In the legend. Default: the field.', fr: 'Dans la légende. Par défaut : le champ.' },
            ),
          }),
        )
        .min(1)
        .max(6),
      { en: 'Values', fr: 'Valeurs' },
    ),
    unit: label(z.string().max(40).default(''), { en: 'Unit', fr: 'Unité' }),
    language: label(
      choice({ en: { en: 'English', fr: 'Anglais' }, fr: { en: 'French', fr: 'Français' } }).default('en'),
      { en: 'Language', fr: 'Langue' },
    ),
    width: label(z.int().min(200).max(4_000).default(960), { en: 'Width', fr: 'Largeur' }),
    height: label(z.int().min(150).max(4_000).default(400), { en: 'Height', fr: 'Hauteur' }),
    inline: label(z.boolean().default(false), { en: 'SVG as text too', fr: 'SVG aussi en texte' }),
    fileName: label(fileNameSchema.default('chart.svg'), { en: 'File name', fr: 'Nom du fichier' }),
    binaryField: label(binaryFieldSchema.default('chart'), { en: 'File field', fr: 'Champ du fichier' }),
  }),
  effect: 'idempotent',
  examples: [],
  async execute({ items, parameters, artifacts }) {
    const { labelField, values, inline, fileName, binaryField, ...options } = parameters;
    if (items.length === 0) throw invalid('there are no items to draw');
    if (items.length > maxPoints)
      throw invalid(`${items.length} items are too many for a chart; summarise them to ${maxPoints} at most`);
    const data = readSeries(items, labelField, values);
    const svg = drawChart(data, options);
    const ref = await artifacts.write({ data: svg, fileName, mediaType: 'image/svg+xml' });
    return [
      {
        json: {
          title: options.title,
          points: items.length,
          series: data.series.map((series) => series.name),
          fileName: ref.fileName,
          ...(inline ? { svg } : {}),
        },
        binary: { [binaryField]: ref },
        pairedItem: linkItems([...items.keys()]),
      },
    ];
  },
});

function invalid(detail: string) {
  return nodeErrors.create('NODE_INPUT_INVALID', { params: { detail } });
}
