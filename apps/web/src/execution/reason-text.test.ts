import { expect, test } from 'vitest';
import { en } from '../i18n/en.ts';
import { createFormatter } from '../i18n/format.ts';
import { fr } from '../i18n/fr.ts';
import { formatMessage } from '../i18n/message.ts';
import { toReasonText } from './reason-text.ts';

const speak = (locale: 'en' | 'fr') => ({
  t: ((key: keyof typeof en, params?: Record<string, string>) =>
    formatMessage({ en, fr }[locale][key], locale, params)) as never,
  format: createFormatter(locale),
});

test('a known reason is said in the language of the reader, with its nodes', () => {
  const execution = { status: 'waiting', wakeAt: '2026-11-21T10:00:00.000Z' } as const;
  const until = { ...execution, reason: 'Waits until 2026-11-21T10:00:00.000Z (First pause, Other)' };
  expect(toReasonText(until, speak('fr'))).toMatch(
    /^Attend jusqu’au 21 nov\. 2026.* \(First pause, Other\)$/,
  );
  expect(toReasonText({ ...execution, reason: 'Waits for a called workflow (Call)' }, speak('en'))).toBe(
    'Waits for a workflow that it called (Call)',
  );
});

test('an unknown reason is shown as it came, and a queued execution always has one', () => {
  const base = { wakeAt: null } as const;
  expect(toReasonText({ ...base, status: 'waiting', reason: 'Something new' }, speak('fr'))).toBe(
    'Something new',
  );
  expect(toReasonText({ ...base, status: 'queued', reason: null }, speak('fr'))).toBe(
    'Attend un exécutant libre',
  );
  expect(toReasonText({ ...base, status: 'running', reason: null }, speak('fr'))).toBeUndefined();
});
