import { choice, label, showWhen } from '@navette/node-sdk';
import { z } from 'zod';
import { findCronProblem } from './cron-problem.ts';

const everyNames = {
  minutes: { en: 'Minutes', fr: 'Minutes' },
  hours: { en: 'Hours', fr: 'Heures' },
  days: { en: 'Days', fr: 'Jours' },
  week: { en: 'Week, on weekdays', fr: 'Semaine, à des jours donnés' },
  month: { en: 'Month, on a day', fr: 'Mois, à un jour donné' },
  cron: { en: 'Cron expression', fr: 'Expression cron' },
} as const;

const weekdayNames = {
  sunday: { en: 'Sunday', fr: 'Dimanche' },
  monday: { en: 'Monday', fr: 'Lundi' },
  tuesday: { en: 'Tuesday', fr: 'Mardi' },
  wednesday: { en: 'Wednesday', fr: 'Mercredi' },
  thursday: { en: 'Thursday', fr: 'Jeudi' },
  friday: { en: 'Friday', fr: 'Vendredi' },
  saturday: { en: 'Saturday', fr: 'Samedi' },
} as const;
const weekdayOrder = Object.keys(weekdayNames);

const rule = z.strictObject({
  every: label(choice(everyNames).default('days'), { en: 'Every', fr: 'Toutes les / tous les' }),
  interval: showWhen(
    { every: ['minutes', 'hours', 'days'] },
    label(
      z.int().min(1).max(60).default(1),
      { en: 'How many between runs', fr: 'Combien entre deux exécutions' },
      {
        en: 'Minutes must divide 60 and hours 24. Days are counted from the first of each month.',
        fr: 'Les minutes doivent diviser 60 et les heures 24. Les jours sont comptés depuis le premier du mois.',
      },
    ),
  ),
  weekdays: showWhen(
    { every: ['week'] },
    label(
      z
        .array(choice(weekdayNames))
        .min(1)
        .refine((days) => new Set(days).size === days.length, 'must not name a day twice')
        .default(['monday']),
      { en: 'Weekdays', fr: 'Jours de la semaine' },
    ),
  ),
  day: showWhen(
    { every: ['month'] },
    label(
      z.union([z.int().min(1).max(31), z.literal('last')]).default(1),
      { en: 'Day of the month', fr: 'Jour du mois' },
      {
        en: '1 to 31, or "last". Months without that day are left out.',
        fr: 'De 1 à 31, ou « last » pour le dernier. Les mois sans ce jour sont ignorés.',
      },
    ),
  ),
  hour: showWhen(
    { every: ['days', 'week', 'month'] },
    label(z.int().min(0).max(23).default(0), { en: 'Hour', fr: 'Heure' }),
  ),
  minute: showWhen(
    { every: ['hours', 'days', 'week', 'month'] },
    label(z.int().min(0).max(59).default(0), { en: 'Minute', fr: 'Minute' }),
  ),
  expression: showWhen(
    { every: ['cron'] },
    label(
      z.string().trim().max(200).default(''),
      { en: 'Cron expression', fr: 'Expression cron' },
      {
        en: 'minute hour day month weekday; six fields start with seconds.',
        fr: 'minute heure jour mois jour-de-semaine ; à six champs, les secondes d’abord.',
      },
    ),
  ),
});

/** One way of saying when. Steps of minutes and hours divide the hour and the day, so that no gap is uneven. */
export const scheduleRuleSchema = rule.superRefine((value, context) => {
  const refuse = (field: string, message: string) =>
    context.addIssue({ code: 'custom', path: [field], message });
  const whole = value.every === 'minutes' ? 60 : value.every === 'hours' ? 24 : undefined;
  if (whole !== undefined && whole % value.interval !== 0)
    refuse('interval', `must divide ${whole}, so that the runs are evenly spaced; use cron for other steps`);
  if (value.every === 'days' && value.interval > 31) refuse('interval', 'must be at most 31 days');
  const problem = value.every === 'cron' ? findCronProblem(value.expression) : undefined;
  if (problem !== undefined) refuse('expression', problem);
});
type ScheduleRule = z.infer<typeof rule>;

/** The rule as a cron expression. */
export function encodeCron({
  every,
  interval,
  weekdays,
  day,
  hour,
  minute,
  expression,
}: ScheduleRule): string {
  switch (every) {
    case 'minutes':
      return `${encodeStep(interval, 60)} * * * *`;
    case 'hours':
      return `${minute} ${encodeStep(interval, 24)} * * *`;
    case 'days':
      return `${minute} ${hour} ${interval === 1 ? '*' : `*/${interval}`} * *`;
    case 'week': {
      const numbers = weekdays.map((name) => weekdayOrder.indexOf(name)).sort((a, b) => a - b);
      return `${minute} ${hour} * * ${numbers.join(',')}`;
    }
    case 'month':
      return `${minute} ${hour} ${day === 'last' ? 'L' : day} * *`;
    case 'cron':
      return expression;
  }
}

function encodeStep(interval: number, whole: number): string {
  if (interval === 1) return '*';
  return interval === whole ? '0' : `*/${interval}`;
}
