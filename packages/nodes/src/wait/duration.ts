import { choice, label, nodeErrors } from '@navette/node-sdk';
import { z } from 'zod';

const unitMs = { seconds: 1_000, minutes: 60_000, hours: 3_600_000, days: 86_400_000 } as const;
type DurationUnit = keyof typeof unitMs;

/** Ten years: long enough for any process, short enough to catch milliseconds given as days. */
const longestWaitMs = 3_660 * unitMs.days;

/** How many of a unit. */
export function amountSchema(initial: number) {
  return label(z.number().min(0).max(1_000_000_000).default(initial), { en: 'How long', fr: 'Durée' });
}

export function unitSchema(initial: DurationUnit) {
  return label(
    choice({
      seconds: { en: 'Seconds', fr: 'Secondes' },
      minutes: { en: 'Minutes', fr: 'Minutes' },
      hours: { en: 'Hours', fr: 'Heures' },
      days: { en: 'Days of 24 hours', fr: 'Jours de 24 heures' },
    }).default(initial),
    { en: 'Unit', fr: 'Unité' },
  );
}

export function toMs(amount: number, unit: DurationUnit): number {
  return Math.round(amount * unitMs[unit]);
}

/** Throws NODE_INPUT_INVALID for a wait that nobody can mean. */
export function assertSensibleWait(waitMs: number): void {
  if (waitMs <= longestWaitMs) return;
  const detail = 'the wait would be longer than ten years';
  throw nodeErrors.create('NODE_INPUT_INVALID', { params: { detail } });
}
