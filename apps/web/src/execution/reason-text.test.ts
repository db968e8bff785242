import { describeMissing, queuedCauses } from '@navette/contracts';
import { expect, test } from 'vitest';
import { english as en } from '../i18n/english.ts';
import { createFormatter } from '../i18n/format.ts';
import { french as fr } from '../i18n/french.ts';
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
  } as const;
  expect(toReasonText(approval, speak('en'))).toMatch(
    /^Waits for the decision “Pay \(now\)\?”, until .*2026.* at most \(Ask\)$/,
  );
  const signal = {
    ...base,
    reason: 'Waits for the signal "go" (Hear, Other)',
    why: { code: 'signal', params: { name: 'go', node: 'Hear', others: 1 } },
  } as const;
  expect(toReasonText(signal, speak('fr'))).toBe('Attend le signal «\u00a0go\u00a0» (Hear, Other)');
  const resume = {
    ...base,
    reason: 'Waits for a request to its resume address (W)',
    why: { code: 'resume', params: {} },
  } as const;
  expect(toReasonText(resume, speak('en'))).toBe('Waits for a request to its address (W)');
  const doubt = {
    ...base,
    reason: 'Waits since 2026-11-21T10:00:00.000Z for somebody to say what became of it (Pay)',
    why: { code: 'doubt', params: { node: 'Pay', since: '2026-11-21T10:00:00.000Z' } },
  } as const;
  expect(toReasonText(doubt, speak('en'))).toMatch(/^Waits since .*2026.* for somebody to say .* \(Pay\)$/);
  expect(toReasonText(doubt, speak('fr'))).toMatch(
    /^Attend depuis le .*2026.* que quelqu’un dise .* \(Pay\)$/,
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

test('a suspect says so, and is no execution that just goes on elsewhere', () => {
  const suspect = {
    status: 'waiting',
    wakeAt: '2026-11-21T10:00:00.000Z',
    reason: 'Its worker stopped 2 times in a row; waits until others like it have had their turn',
    why: { code: 'suspect', params: { deaths: 2 } },
  } as const;
  expect(toReasonText(suspect, speak('en'))).toBe(suspect.reason);
  expect(toReasonText(suspect, speak('fr'))).toBe(
    'Son exécutant s’est arrêté 2 fois de suite\u00a0; attend que d’autres dans son cas aient eu leur tour',
  );
});

test('every reason that the server stores is said in French', () => {
  const sentences = [...Object.values(queuedCauses), describeMissing('the node type "x" version 2')];
  for (const stored of sentences) {
    const raw = { status: 'queued', wakeAt: null, reason: stored } as const;
    expect(toReasonText(raw, speak('fr')), stored).toMatch(/^(Attend|Son|Sa|Le|Ce) /);
    const why = { code: 'queued-worker', params: { place: 3, ahead: 2, stored } } as const;
    expect(toReasonText({ ...raw, reason: `${stored}, place 3`, why }, speak('fr')), stored).toMatch(
      /^(Attend|Son|Sa|Le|Ce) .* \(place 3\)$/,
    );
  }
});
