import { expect, test } from 'vitest';
import { chooseLocale, chooseRegion, isLocale } from './locale.ts';

test('the first language that is spoken here is chosen, English otherwise', () => {
  expect(chooseLocale(['de-DE', 'fr-CA', 'en'])).toBe('fr');
  expect(chooseLocale(['EN-us', 'fr'])).toBe('en');
  expect(chooseLocale(['de'])).toBe('en');
  expect(chooseLocale([])).toBe('en');
  expect([isLocale('fr'), isLocale('de'), isLocale(null)]).toEqual([true, false, false]);
});

test('dates and numbers are written as in the country of the reader', () => {
  expect(chooseRegion('en', ['fr-CH', 'en-GB', 'en-US'])).toBe('en-GB');
  expect(chooseRegion('fr', ['en-GB'])).toBe('fr');
});
