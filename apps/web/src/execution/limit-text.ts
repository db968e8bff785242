import type { ExecutionSummary, Why } from '@navette/contracts';
import type { I18n } from '../i18n/i18n.tsx';

type Speaker = Pick<I18n, 't' | 'format'>;

/** Behind which limit an execution waits and at which place, in the reader's language; undefined for anything else. */
export function toLimitText(why: Why, i18n: Speaker): string | undefined {
  const reason = describe(why, i18n);
  return reason === undefined ? undefined : addPlace(reason, why, i18n);
}

/** A queued execution that only waits for a worker: the reason that was stored with it, without its place. */
export function toStoredReason({ reason, why }: Pick<ExecutionSummary, 'reason' | 'why'>): string | null {
  const stored = why?.code === 'queued-worker' ? why.params['stored'] : undefined;
  return typeof stored === 'string' && stored !== '' ? stored : reason;
}

export function addPlace(reason: string, { params }: Why, { t }: Speaker): string {
  const { orLater, place } = params;
  if (place === undefined) return reason;
  return t(orLater === undefined ? 'reason.place' : 'reason.placeOrLater', { reason, place });
}

function describe({ code, params }: Why, { t, format }: Speaker): string | undefined {
  const { intervalMs = 0, key, limit = 0, ms = 0 } = params;
  const interval = format.duration(Number(intervalMs));
  const time = format.duration(Number(ms));
  switch (code) {
    case 'queued-concurrency':
      return key === undefined
        ? t('reason.concurrency', { limit })
        : t('reason.concurrencyOf', { limit, key });
    case 'queued-rate':
      return key === undefined
        ? t('reason.rate', { limit, interval })
        : t('reason.rateOf', { limit, interval, key });
    case 'trigger-debounce':
      return key === undefined ? t('reason.debounce', { time }) : t('reason.debounceOf', { time, key });
    case 'trigger-throttle':
      return key === undefined ? t('reason.throttle', { time }) : t('reason.throttleOf', { time, key });
    default:
      return undefined;
  }
}
