import { timeZoneSchema } from '@navette/contracts';
import { choice, label, showWhen } from '@navette/node-sdk';
import { z } from 'zod';
import { fieldPathSchema } from '../fields/field-path.ts';
import { includeParameters } from '../fields/include-fields.ts';

const units = {
  years: { en: 'Years', fr: 'Années' },
  quarters: { en: 'Quarters', fr: 'Trimestres' },
  months: { en: 'Months', fr: 'Mois' },
  weeks: { en: 'Weeks', fr: 'Semaines' },
  days: { en: 'Days', fr: 'Jours' },
  hours: { en: 'Hours', fr: 'Heures' },
  minutes: { en: 'Minutes', fr: 'Minutes' },
  seconds: { en: 'Seconds', fr: 'Secondes' },
  milliseconds: { en: 'Milliseconds', fr: 'Millisecondes' },
} as const;
export type DateUnit = keyof typeof units;

const parts = {
  year: { en: 'Year', fr: 'Année' },
  quarter: { en: 'Quarter (1 to 4)', fr: 'Trimestre (1 à 4)' },
  month: { en: 'Month (1 to 12)', fr: 'Mois (1 à 12)' },
  monthName: { en: 'Name of the month', fr: 'Nom du mois' },
  week: { en: 'ISO week', fr: 'Semaine ISO' },
  day: { en: 'Day of the month', fr: 'Jour du mois' },
  dayOfYear: { en: 'Day of the year', fr: "Jour de l'année" },
  weekday: { en: 'Weekday (1 is Monday)', fr: 'Jour de la semaine (1 est lundi)' },
  weekdayName: { en: 'Name of the weekday', fr: 'Nom du jour' },
  hour: { en: 'Hour', fr: 'Heure' },
  minute: { en: 'Minute', fr: 'Minute' },
  second: { en: 'Second', fr: 'Seconde' },
  millisecond: { en: 'Millisecond', fr: 'Milliseconde' },
} as const;
export type DatePart = keyof typeof parts;

const takesValue = ['format', 'add', 'subtract', 'difference', 'extract', 'round'];
const givesDate = ['now', 'format', 'add', 'subtract', 'round'];
const other = includeParameters('all');

const formats = {
  iso: { en: 'ISO 8601', fr: 'ISO 8601' },
  date: { en: 'Date only (2026-11-21)', fr: 'Date seule (2026-11-21)' },
  time: { en: 'Time only (14:30:00)', fr: 'Heure seule (14:30:00)' },
  'unix-seconds': { en: 'Unix seconds', fr: 'Secondes Unix' },
  'unix-milliseconds': { en: 'Unix milliseconds', fr: 'Millisecondes Unix' },
  rfc2822: { en: 'E-mail (RFC 2822)', fr: 'Courriel (RFC 2822)' },
  http: { en: 'HTTP', fr: 'HTTP' },
  custom: { en: 'Custom', fr: 'Personnalisé' },
} as const;

export const dateTimeParameters = z
  .strictObject({
    operation: label(
      choice({
        now: { en: 'Current time', fr: 'Heure actuelle' },
        format: { en: 'Read and format', fr: 'Lire et mettre en forme' },
        add: { en: 'Add', fr: 'Ajouter' },
        subtract: { en: 'Subtract', fr: 'Soustraire' },
        difference: { en: 'Difference of two dates', fr: 'Différence de deux dates' },
        extract: { en: 'Take a part', fr: 'Extraire une partie' },
        round: { en: 'Round', fr: 'Arrondir' },
      }).default('format'),
      { en: 'Operation', fr: 'Opération' },
      { en: 'What to do with the date.', fr: 'Que faire de la date.' },
    ),
    value: showWhen(
      { operation: takesValue },
      label(
        z.unknown().optional(),
        { en: 'Date', fr: 'Date' },
        {
          en: 'Usually an expression. For a difference: the start.',
          fr: 'En général une expression. Pour une différence : le début.',
        },
      ),
    ),
    end: showWhen(
      { operation: ['difference'] },
      label(
        z.unknown().optional(),
        { en: 'End', fr: 'Fin' },
        {
          en: 'The later date; an earlier one gives a negative result.',
          fr: 'La date la plus tardive ; une plus ancienne donne un résultat négatif.',
        },
      ),
    ),
    input: showWhen(
      { operation: takesValue },
      label(
        choice({
          auto: { en: 'Automatic', fr: 'Automatique' },
          'unix-seconds': { en: 'Unix seconds', fr: 'Secondes Unix' },
          'unix-milliseconds': { en: 'Unix milliseconds', fr: 'Millisecondes Unix' },
          custom: { en: 'Custom', fr: 'Personnalisé' },
        }).default('auto'),
        { en: 'Input form', fr: "Forme d'entrée" },
        {
          en: 'Automatic reads ISO 8601, SQL, e-mail and HTTP dates, and Unix times.',
          fr: 'Automatique lit les dates ISO 8601, SQL, de courriel et HTTP, et les temps Unix.',
        },
      ),
    ),
    inputPattern: showWhen(
      { operation: takesValue, input: ['custom'] },
      label(
        z.string().max(100).default(''),
        { en: 'Input pattern', fr: "Modèle d'entrée" },
        { en: 'Such as dd/MM/yyyy HH:mm.', fr: 'Comme dd/MM/yyyy HH:mm.' },
      ),
    ),
    timeZone: label(
      z.union([z.literal(''), timeZoneSchema]).default(''),
      { en: 'Time zone', fr: 'Fuseau horaire' },
      {
        en: 'IANA name such as Europe/Paris, for dates without one and for the result; empty: that of the workflow.',
        fr: 'Nom IANA comme Europe/Paris, pour les dates sans fuseau et pour le résultat ; vide : celui du processus.',
      },
    ),
    amount: showWhen(
      { operation: ['add', 'subtract'] },
      label(
        z.number().min(-1e12).max(1e12).default(1),
        { en: 'Amount', fr: 'Quantité' },
        { en: 'How many of the unit.', fr: "Combien de l'unité." },
      ),
    ),
    unit: showWhen(
      { operation: ['add', 'subtract', 'round'] },
      label(
        choice(units).default('days'),
        { en: 'Unit', fr: 'Unité' },
        {
          en: 'Days and longer keep the time of day over clock changes; hours and shorter are exact.',
          fr: "À partir du jour, l'heure est gardée aux changements d'heure ; en heures et moins, le compte est exact.",
        },
      ),
    ),
    rounding: showWhen(
      { operation: ['round'] },
      label(
        choice({
          start: { en: 'To the start', fr: 'Au début' },
          end: { en: 'To the end', fr: 'À la fin' },
          nearest: { en: 'To the nearest start', fr: 'Au début le plus proche' },
        }).default('start'),
        { en: 'Rounding', fr: 'Arrondi' },
        { en: 'Of the unit that the date lies in.', fr: "De l'unité où se trouve la date." },
      ),
    ),
    units: showWhen(
      { operation: ['difference'] },
      label(
        z.array(choice(units)).min(1).max(9).default(['days']),
        { en: 'Units', fr: 'Unités' },
        {
          en: 'One gives a number; several give an object such as {months, days}.',
          fr: 'Une seule donne un nombre ; plusieurs donnent un objet comme {months, days}.',
        },
      ),
    ),
    wholeUnits: showWhen(
      { operation: ['difference'] },
      label(
        z.boolean().default(false),
        { en: 'Whole units', fr: 'Unités entières' },
        { en: 'Drop the fraction.', fr: 'Laisser la fraction.' },
      ),
    ),
    part: showWhen(
      { operation: ['extract'] },
      label(
        choice(parts).default('month'),
        { en: 'Part', fr: 'Partie' },
        { en: 'In the time zone above.', fr: 'Dans le fuseau ci-dessus.' },
      ),
    ),
    format: showWhen(
      { operation: givesDate },
      label(
        choice(formats).default('iso'),
        { en: 'Output form', fr: 'Forme de sortie' },
        { en: 'How the result is written.', fr: 'Comment le résultat est écrit.' },
      ),
    ),
    outputPattern: showWhen(
      { operation: givesDate, format: ['custom'] },
      label(
        z.string().max(200).default(''),
        { en: 'Output pattern', fr: 'Modèle de sortie' },
        { en: 'Such as dd LLLL yyyy.', fr: 'Comme dd LLLL yyyy.' },
      ),
    ),
    locale: label(
      z.string().max(35).refine(isLocale, 'must be a language such as "en" or "fr-CA"').default('en'),
      { en: 'Language of names', fr: 'Langue des noms' },
      {
        en: 'For names of months and days: en, fr, de-AT…',
        fr: 'Pour les noms de mois et de jours : en, fr, de-AT…',
      },
    ),
    as: label(
      z.union([z.literal(''), fieldPathSchema]).default(''),
      { en: 'Result field', fr: 'Champ du résultat' },
      {
        en: 'Empty: "date", "difference", or the name of the part.',
        fr: 'Vide : « date », « difference », ou le nom de la partie.',
      },
    ),
    include: other.include,
    includeFields: other.includeFields,
  })
  .refine(({ input, inputPattern }) => input !== 'custom' || inputPattern !== '', {
    path: ['inputPattern'],
    message: 'must be given for the custom input form',
  })
  .refine(({ format, outputPattern }) => format !== 'custom' || outputPattern !== '', {
    path: ['outputPattern'],
    message: 'must be given for the custom output form',
  });
export type DateTimeParameters = z.output<typeof dateTimeParameters>;

function isLocale(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}
