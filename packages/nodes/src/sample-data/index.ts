import { readFile } from 'node:fs/promises';
import { choice, defineNode, label } from '@navette/node-sdk';
import { z } from 'zod';
import { linkItems } from '../fields/paired-items.ts';
import { binaryFieldSchema } from '../file/file-name.ts';

/** Files beside this one; the parameter chooses among them, it never names a path. */
const datasets = {
  'seattle-weather': {
    fileName: 'seattle-weather.csv',
    mediaType: 'text/csv; charset=utf-8',
    title: 'Daily weather in Seattle, 2012 to 2015',
    source: 'NOAA National Climatic Data Center, as prepared in the vega-datasets package',
    licence: 'United States government work, public domain',
  },
} as const;

export const sampleData = defineNode({
  type: 'sample-data',
  version: 1,
  group: 'data',
  icon: 'database',
  name: { en: 'Sample data', fr: 'Données d’exemple' },
  description: {
    en: 'Gives a real table that ships with the product, as a CSV file.',
    fr: 'Donne un vrai tableau livré avec le produit, sous forme de fichier CSV.',
  },
  docs: {
    en: `Gives a table that ships with the product, so that templates and first steps work on real figures without a network. One item leaves, with the file and its \`title\`, \`source\` and \`licence\`.

- **Dataset**: *Seattle weather* has a row per day from 2012 to 2015: \`date\`, \`precipitation\` (mm), \`temp_max\` and \`temp_min\` (°C), \`wind\`, \`weather\` (drizzle, fog, rain, snow, sun). Measured by NOAA, prepared by the vega-datasets project; United States government work.
- **File field**: under which name the item carries the file.`,
    fr: `Donne un tableau livré avec le produit, pour que les modèles et les premiers pas travaillent sur de vrais chiffres sans réseau. Un élément sort, avec le fichier et ses champs \`title\`, \`source\` et \`licence\`.

- **Jeu de données** : *Météo de Seattle* a une ligne par jour de 2012 à 2015 : \`date\`, \`precipitation\` (mm), \`temp_max\` et \`temp_min\` (°C), \`wind\`, \`weather\` (drizzle, fog, rain, snow, sun). Mesuré par la NOAA, préparé par le projet vega-datasets ; œuvre du gouvernement des États-Unis.
- **Champ du fichier** : sous quel nom l’élément porte le fichier.`,
  },
  parameters: z.strictObject({
    dataset: label(
      choice({
        'seattle-weather': { en: 'Seattle weather, 2012 to 2015', fr: 'Météo de Seattle, 2012 à 2015' },
      }).default('seattle-weather'),
      { en: 'Dataset', fr: 'Jeu de données' },
    ),
    binaryField: label(binaryFieldSchema.default('data'), { en: 'File field', fr: 'Champ du fichier' }),
  }),
  effect: 'idempotent',
  examples: [],
  async execute({ items, parameters, artifacts }) {
    const { fileName, mediaType, ...about } = datasets[parameters.dataset];
    const data = await readFile(new URL(fileName, import.meta.url));
    const ref = await artifacts.write({ data, fileName, mediaType });
    return [
      {
        json: { dataset: parameters.dataset, ...about },
        binary: { [parameters.binaryField]: ref },
        pairedItem: linkItems([...items.keys()]),
      },
    ];
  },
});
