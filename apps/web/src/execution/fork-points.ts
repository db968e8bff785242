/** The moments of an execution that a fork can go on from, one for each event of its journal that says something of a step. */
import type { PlainKey } from '../i18n/i18n.tsx';
import type { LiveEvent, LiveRecord } from './live-record.ts';

export interface ForkPoint {
  /** Event id: "<seq>.<index>". */
  id: string;
  at: number;
  /** Path of the step. */
  path: string;
  label: PlainKey;
  /** Of nodes that work item by item; counts from 0. */
  item: number | undefined;
}

/** Events that change nothing for what goes on after them are left out. */
const labels: Partial<Readonly<Record<LiveRecord['type'], PlainKey>>> = {
  'step-started': 'again.eventStarted',
  'attempt-failed': 'again.eventAttemptFailed',
  'item-completed': 'again.eventItemDone',
  'item-failed': 'again.eventItemFailed',
  'step-completed': 'again.eventCompleted',
  'step-failed': 'again.eventFailed',
  'step-skipped': 'again.eventSkipped',
  'step-waiting': 'again.eventWaits',
  'step-resolved': 'again.eventResolved',
};

export function toForkPoint({ id, record }: LiveEvent): ForkPoint | undefined {
  const label = labels[record.type];
  if (!label || !('path' in record)) return undefined;
  const item = 'item' in record && typeof record.item === 'number' ? record.item : undefined;
  return { id, at: record.at, path: record.path, label, item };
}
