import type { ExecutionSummary } from '@navette/contracts';
import type { I18n } from '../i18n/i18n.tsx';
import { addPlace, toLimitText, toStoredReason } from './limit-text.ts';
import { toWaitText } from './wait-text.ts';

/**
 * Why an execution is not over, in the reader's language. The server gives one of a few sentences, in English; one that
 * is not known here (of a newer server) is shown as it came.
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
  if (reason.startsWith('Waits for a free worker')) return t('reason.queued');
  if (reason.startsWith('Its time has come')) return t('reason.due');
  if (reason.startsWith('A message has come')) return t('reason.message');
  if (reason.startsWith('A called workflow has ended')) return t('reason.childEnded');
  if (reason.startsWith('Its worker stopped')) return t('reason.workerGone');
  if (reason.startsWith('The worker is stopping')) return t('reason.handedOver');
  if (reason.startsWith('Its journal could not be written')) return t('reason.journal');
  return reason;
}
