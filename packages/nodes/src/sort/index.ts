import { choice, defineNode, label, showWhen } from '@navette/node-sdk';
import { z } from 'zod';
import { fieldPathSchema } from '../fields/field-path.ts';
import { shuffleItems, sortItems } from './sort-items.ts';

const fieldSchema = z.strictObject({
  field: label(
    fieldPathSchema,
    { en: 'Field', fr: 'Champ' },
    { en: 'Name or dotted path.', fr: 'Nom ou chemin avec des points.' },
  ),
  direction: label(
    choice({
      asc: { en: 'Ascending', fr: 'Croissant' },
      desc: { en: 'Descending', fr: 'Décroissant' },
    }).default('asc'),
    { en: 'Direction', fr: 'Sens' },
  ),
  type: label(
    choice({
      auto: { en: 'Automatic', fr: 'Automatique' },
      text: { en: 'Text', fr: 'Texte' },
      number: { en: 'Number', fr: 'Nombre' },
      date: { en: 'Date', fr: 'Date' },
    }).default('auto'),
    { en: 'Compare as', fr: 'Comparer comme' },
    {
      en: 'Automatic: numbers and texts that are numbers, then texts, then true and false.',
      fr: 'Automatique : nombres et textes qui sont des nombres, puis textes, puis vrai et faux.',
    },
  ),
  caseSensitive: label(
    z.boolean().default(false),
    { en: 'Case matters', fr: 'Respecter la casse' },
    { en: 'Off: "a" and "A" are equal.', fr: 'Sinon, « a » et « A » sont égaux.' },
  ),
  missing: label(
    choice({
      last: { en: 'Last', fr: 'À la fin' },
      first: { en: 'First', fr: 'Au début' },
    }).default('last'),
    { en: 'Missing values', fr: 'Valeurs absentes' },
    { en: 'In either direction.', fr: 'Dans les deux sens.' },
  ),
});

export const sort = defineNode({
  type: 'sort',
  version: 1,
  group: 'data',
  icon: 'sort-ascending',
  name: { en: 'Sort', fr: 'Trier' },
  description: {
    en: 'Puts items in order by fields, or in random order.',
    fr: 'Met les éléments en ordre selon des champs, ou au hasard.',
  },
  docs: {
    en: `- **Fields**: the first one decides; the next ones decide among equals. Items that are equal in all keep the order they came in.
- **Compare as**: *Automatic* puts numbers (and texts that are numbers) before texts; texts are in natural order, so that file9 comes before file10. With *Number* or *Date*, values that cannot be read as such count as missing.
- **Missing values** come last, or first, in both directions.
- **Random** shuffles the list.`,
    fr: `- **Champs** : le premier décide ; les suivants départagent les égaux. Les éléments égaux en tout gardent leur ordre d'arrivée.
- **Comparer comme** : *Automatique* place les nombres (et les textes qui sont des nombres) avant les textes ; les textes sont en ordre naturel : fichier9 vient avant fichier10. Avec *Nombre* ou *Date*, les valeurs illisibles comptent comme absentes.
- Les **valeurs absentes** viennent à la fin, ou au début, dans les deux sens.
- **Au hasard** mélange la liste.`,
  },
  parameters: z
    .strictObject({
      mode: label(
        choice({
          fields: { en: 'By fields', fr: 'Par champs' },
          random: { en: 'Random', fr: 'Au hasard' },
        }).default('fields'),
        { en: 'Mode', fr: 'Mode' },
      ),
      fields: showWhen(
        { mode: ['fields'] },
        label(
          z.array(fieldSchema).max(20).default([]),
          { en: 'Fields', fr: 'Champs' },
          { en: 'In order of importance.', fr: "Par ordre d'importance." },
        ),
      ),
    })
    .refine((parameters) => parameters.mode === 'random' || parameters.fields.length > 0, {
      path: ['fields'],
      message: 'must name at least one field',
    }),
  // Drawn once and kept: a second draw after a crash would give another order.
  effect: ({ mode }) => (mode === 'random' ? 'idempotent' : 'pure'),
  examples: [
    {
      title: { en: 'Newest first, then by name', fr: "Le plus récent d'abord, puis par nom" },
      parameters: {
        fields: [{ field: 'year', direction: 'desc' }, { field: 'name' }],
      },
      inputs: {
        main: [
          { json: { name: 'file10', year: 2024 } },
          { json: { name: 'file9', year: 2024 } },
          { json: { name: 'a', year: 2025 } },
          { json: { name: 'b' } },
        ],
      },
      outputs: {
        main: [
          { json: { name: 'a', year: 2025 }, pairedItem: { item: 2 } },
          { json: { name: 'file9', year: 2024 }, pairedItem: { item: 1 } },
          { json: { name: 'file10', year: 2024 }, pairedItem: { item: 0 } },
          { json: { name: 'b' }, pairedItem: { item: 3 } },
        ],
      },
    },
    {
      title: { en: 'Numbers that came as text', fr: 'Des nombres arrivés en texte' },
      parameters: { fields: [{ field: 'price.net', type: 'number' }] },
      inputs: {
        main: [{ json: { price: { net: '10.5' } } }, { json: { price: { net: '9' } } }],
      },
      outputs: {
        main: [
          { json: { price: { net: '9' } }, pairedItem: { item: 1 } },
          { json: { price: { net: '10.5' } }, pairedItem: { item: 0 } },
        ],
      },
    },
  ],
  execute(ctx) {
    const { mode, fields } = ctx.parameters;
    return mode === 'random'
      ? shuffleItems(ctx.items, () => ctx.random())
      : sortItems(ctx.items, fields, ctx.workflow.timeZone);
  },
});
