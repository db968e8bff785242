import { type ExecutionSummary, findQueuedCause, type QueuedCause } from '@navette/contracts';
import type { I18n, PlainKey } from '../i18n/i18n.tsx';
import { addPlace, toLimitText, toStoredReason } from './limit-text.ts';
import { toWaitText } from './wait-text.ts';

const causeTexts: Record<Exclude<QueuedCause, 'worker-with'>, PlainKey> = {
  worker: 'reason.queued',
  limit: 'reason.limit',
  due: 'reason.due',
  message: 'reason.message',
  'child-ended': 'reason.childEnded',
  'caller-ended': 'reason.callerEnded',
  'worker-gone': 'reason.workerGone',
  'worker-stopped': 'reason.workerGone',
  'handed-over': 'reason.handedOver',
  journal: 'reason.journal',
};

/**
 * Why an execution is not over, in the reader's language: by its code, or by the sentence that the server has stored. One
 * that is not known here (of a newer server) is shown as it came.
 */
export function toReasonText(
  execution: Pick<ExecutionSummary, 'reason' | 'wakeAt' | 'status' | 'why'>,
  i18n: Pick<I18n, 't' | 'format'>,
): string | undefined {
  const { why } = execution;
  const limit = why && toLimitText(why, i18n);
  if (limit) return limit;
  const text = describe({ ...execution, reason: toStoredReason(execution) }, i18n);
  return text !== undefined && why?.code === 'queued-worker' ? addPlace(text, why, i18n) : text;
}

function describe(
  { reason, wakeAt, status, why }: Pick<ExecutionSummary, 'reason' | 'wakeAt' | 'status' | 'why'>,
  i18n: Pick<I18n, 't' | 'format'>,
): string | undefined {
  const { t, format } = i18n;
  if (reason === null) return status === 'queued' ? t('reason.queued') : undefined;
  const nodes = /\(([^()]*)\)$/.exec(reason)?.[1];
  const where = nodes === undefined ? '' : ` (${nodes})`;
  const wait = why && toWaitText(why, i18n);
  if (wait) return wait + where;
  if (reason.startsWith('Waits until ') && wakeAt !== null) {
    return t('reason.until', { time: format.dateTime(wakeAt) }) + where;
  }
  if (reason.startsWith('Waits for a called workflow')) return t('reason.child') + where;
  const known = findQueuedCause(reason);
  if (known?.cause === 'worker-with') return t('reason.workerWith', { missing: known.missing });
  if (known) return t(causeTexts[known.cause]);
  return reason;
}
