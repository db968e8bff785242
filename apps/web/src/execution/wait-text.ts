import type { Why } from '@navette/contracts';
import type { I18n } from '../i18n/i18n.tsx';

/** What a parked execution waits for, in the reader's language; undefined for what is not known here. */
export function toWaitText(
  { code, params }: Why,
  { t, format }: Pick<I18n, 't' | 'format'>,
): string | undefined {
  if (code === 'doubt') return t('reason.doubt', { time: format.dateTime(String(params['since'])) });
  if (code === 'time') return t('reason.until', { time: format.dateTime(String(params['until'])) });
  const reason = describe(code, params, t);
  const until = params['until'];
  if (reason === undefined || until === undefined) return reason;
  return t('reason.atMost', { reason, time: format.dateTime(String(until)) });
}

function describe(code: string, params: Why['params'], t: I18n['t']): string | undefined {
  switch (code) {
    case 'approval':
      return t('reason.approval', { title: params['title'] ?? '' });
    case 'signal':
      return t('reason.signal', { name: params['name'] ?? '' });
    case 'resume':
      return t('reason.resume');
    case 'child':
      return t('reason.child');
    case 'suspect':
      return t('reason.suspect', { deaths: params['deaths'] ?? '' });
    default:
      return undefined;
  }
}
