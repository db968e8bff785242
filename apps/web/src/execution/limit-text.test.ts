import type { Why } from '@navette/contracts';
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

function say({ code, params }: { code: string; params: Why['params'] }, locale: 'en' | 'fr') {
  const why = { code, params } as Why;
  const status = why.code.startsWith('queued') ? ('queued' as const) : ('waiting' as const);
  return toReasonText({ status, wakeAt: null, reason: 'in the words of the server', why }, speak(locale));
}

const spaced = (text: string | undefined) => text?.replace(/[\u00a0\u202f]/g, ' ');

test('the limit, its key and the place are said in both languages', () => {
  const concurrency = {
    code: 'queued-concurrency',
    params: { limit: 1, key: 'customer=acme', place: 3, ahead: 2 },
  };
  expect(say(concurrency, 'en')).toBe('Waits for its turn: 1 at a time for customer=acme, place 3');
  expect(spaced(say(concurrency, 'fr'))).toBe('Attend son tour : 1 à la fois pour customer=acme (place 3)');
  const rate = { code: 'queued-rate', params: { limit: 5, intervalMs: 60_000, place: 1_001, orLater: 1 } };
  expect(say(rate, 'en')).toBe('Waits for its turn: 5 starts in 1m, place 1,001 or later');
  expect(spaced(say(rate, 'fr'))).toBe(
    `Attend son tour : 5 départs en ${spaced(createFormatter('fr').duration(60_000))} (place 1 001 ou plus loin)`,
  );
});

test('triggers that gather say how long it must be quiet', () => {
  const debounce = { code: 'trigger-debounce', params: { key: 'order=7', ms: 5_000 } };
  expect(say(debounce, 'en')).toBe('Waits until no trigger of order=7 has come for 5s');
  const throttle = { code: 'trigger-throttle', params: { ms: 1_000 } };
  expect(spaced(say(throttle, 'fr'))).toBe(
    `Attend son tour : au plus un départ en ${spaced(createFormatter('fr').duration(1_000))}`,
  );
});

test('an execution that only waits for a worker has its place beside the reason that is known', () => {
  const why = { code: 'queued-worker', params: { place: 2, ahead: 1, stored: 'Waits for a free worker' } };
  expect(say(why, 'fr')).toBe('Attend un exécutant libre (place 2)');
  const gone = { ...why, params: { ...why.params, stored: 'Its worker stopped; waits for another one' } };
  expect(say(gone, 'en')).toBe('Its server stopped; another one goes on, place 2');
});
