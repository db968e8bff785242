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

test('what it waits for is said from what programs read of it', () => {
  const base = { status: 'waiting', wakeAt: null } as const;
  const approval = {
    ...base,
    reason: 'Waits for the decision "Pay (now)?", until 2026-11-21T10:00:00.000Z at most (Ask)',
    why: {
      code: 'approval',
      params: { title: 'Pay (now)?', node: 'Ask', until: '2026-11-21T10:00:00.000Z' },
    },
  };
  expect(toReasonText(approval, speak('en'))).toMatch(
    /^Waits for the decision “Pay \(now\)\?”, until .*2026.* at most \(Ask\)$/,
  );
  const signal = {
    ...base,
    reason: 'Waits for the signal "go" (Hear, Other)',
    why: { code: 'signal', params: { name: 'go', node: 'Hear', others: 1 } },
  };
  expect(toReasonText(signal, speak('fr'))).toBe('Attend le signal «\u00a0go\u00a0» (Hear, Other)');
  const resume = {
    ...base,
    reason: 'Waits for a request to its resume address (W)',
    why: { code: 'resume', params: {} },
  };
  expect(toReasonText(resume, speak('en'))).toBe('Waits for a request to its address (W)');
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
