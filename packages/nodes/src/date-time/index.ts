import { defineNode } from '@navette/node-sdk';
import { takeIncluded } from '../fields/include-fields.ts';
import { replaceJson } from '../fields/paired-items.ts';
import { writeField } from '../fields/write-field.ts';
import { computeDate, resultFieldOf } from './compute-date.ts';
import { dateTimeParameters } from './parameters.ts';

export const dateTime = defineNode({
  type: 'date-time',
  version: 1,
  group: 'data',
  icon: 'calendar-time',
  name: { en: 'Date and time', fr: 'Date et heure' },
  description: {
    en: 'Reads, formats and computes dates in any time zone.',
    fr: 'Lit, met en forme et calcule des dates dans tout fuseau horaire.',
  },
  docs: {
    en: `One item out for each item in, with the result in a field of its own.

- **Current time**, **read and format**, **add** and **subtract**, **difference**, **take a part**, **round** (to the start, the end or the nearest start of a unit; weeks begin on Monday).
- **Input form**: *Automatic* reads ISO 8601, SQL, e-mail and HTTP dates, and Unix times (below 100 000 000 000 they are seconds, above milliseconds). Other forms need a pattern: \`dd/MM/yyyy\`. A lone "7" or "2024" is not taken for a date.
- **Time zone**: for dates that come without one, and for the result. Empty means that of the workflow.
- **Output form**: ISO 8601, date, time, Unix, e-mail, HTTP, or a pattern such as \`cccc d LLLL yyyy\`; names follow **Language of names**.

A date that cannot be read stops the step with \`NODE_DATE_INVALID\`, naming the item; a result out of range with \`NODE_DATE_RANGE\`.`,
    fr: `Un élément en sortie pour chaque élément en entrée, avec le résultat dans un champ à part.

- **Heure actuelle**, **lire et mettre en forme**, **ajouter** et **soustraire**, **différence**, **extraire une partie**, **arrondir** (au début, à la fin ou au début le plus proche d'une unité ; la semaine commence lundi).
- **Forme d'entrée** : *Automatique* lit les dates ISO 8601, SQL, de courriel et HTTP, et les temps Unix (en dessous de 100 000 000 000 ce sont des secondes, au-dessus des millisecondes). Les autres formes demandent un modèle : \`dd/MM/yyyy\`. Un « 7 » ou « 2024 » seul n'est pas pris pour une date.
- **Fuseau horaire** : pour les dates sans fuseau, et pour le résultat. Vide : celui du processus.
- **Forme de sortie** : ISO 8601, date, heure, Unix, courriel, HTTP, ou un modèle comme \`cccc d LLLL yyyy\` ; les noms suivent la **langue des noms**.

Une date illisible arrête l'étape avec \`NODE_DATE_INVALID\`, qui nomme l'élément ; un résultat hors limites avec \`NODE_DATE_RANGE\`.`,
  },
  parameters: dateTimeParameters,
  // The time is taken once and kept: after a crash it would be another.
  effect: ({ operation }) => (operation === 'now' ? 'idempotent' : 'pure'),
  examples: [
    {
      title: { en: 'A date written for French readers', fr: 'Une date écrite pour des lecteurs français' },
      parameters: {
        operation: 'format',
        value: '{{ $json.ordered }}',
        timeZone: 'Europe/Paris',
        format: 'custom',
        outputPattern: "cccc d LLLL yyyy 'à' HH:mm",
        locale: 'fr',
        as: 'text',
      },
      inputs: { main: [{ json: { ordered: '2024-03-30T23:30:00Z' } }] },
      outputs: {
        main: [
          {
            json: { ordered: '2024-03-30T23:30:00Z', text: 'dimanche 31 mars 2024 à 00:30' },
            pairedItem: { item: 0 },
          },
        ],
      },
    },
    {
      title: { en: 'Due in 30 days', fr: 'Échéance à 30 jours' },
      parameters: {
        operation: 'add',
        value: '{{ $json.invoiced }}',
        input: 'custom',
        inputPattern: 'dd/MM/yyyy',
        amount: 30,
        unit: 'days',
        format: 'date',
        as: 'due',
      },
      inputs: { main: [{ json: { invoiced: '15/01/2024' } }] },
      outputs: { main: [{ json: { invoiced: '15/01/2024', due: '2024-02-14' }, pairedItem: { item: 0 } }] },
    },
    {
      title: { en: 'Age in years and months', fr: 'Âge en années et mois' },
      parameters: {
        operation: 'difference',
        value: '1990-05-17',
        end: '{{ $json.today }}',
        units: ['years', 'months'],
        wholeUnits: true,
        as: 'age',
        include: 'none',
      },
      inputs: { main: [{ json: { today: '2024-11-21' } }] },
      outputs: { main: [{ json: { age: { years: 34, months: 6 } }, pairedItem: { item: 0 } }] },
    },
  ],
  execute(ctx) {
    const timeZone = ctx.workflow.timeZone;
    const nowMs = ctx.now();
    return ctx.items.map((item, itemIndex) => {
      const parameters = ctx.parametersFor(itemIndex);
      const json = takeIncluded(item.json, parameters.include, parameters.includeFields);
      writeField(json, resultFieldOf(parameters), computeDate(parameters, { itemIndex, timeZone, nowMs }));
      return replaceJson(item, itemIndex, json);
    });
  },
});
