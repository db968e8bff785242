import { expect, test } from 'vitest';
import { readProperty, toChoiceLabel, toSchemaLabel } from './schema-label.ts';

const schema = {
  properties: {
    url: { title: 'Address', description: 'Where to', 'x-fr': { title: 'Adresse', description: 'Vers où' } },
    method: { title: 'Method', 'x-options': { get: { en: 'Read', fr: 'Lire' } } },
  },
  anyOf: [{ properties: { deep: { title: 'Deep' } } }],
};

test('labels come in the language of the reader and fall back to English, then to the name', () => {
  expect(toSchemaLabel(schema.properties.url, 'url', 'fr')).toEqual({ title: 'Adresse', help: 'Vers où' });
  expect(toSchemaLabel(schema.properties.url, 'url', 'en')).toEqual({ title: 'Address', help: 'Where to' });
  expect(toSchemaLabel(schema.properties.method, 'method', 'fr')).toEqual({
    title: 'Method',
    help: undefined,
  });
  expect(toSchemaLabel(undefined, 'x', 'fr')).toEqual({ title: 'x', help: undefined });
});

test('properties are own ones, also in branches', () => {
  expect(readProperty(schema, 'deep')).toEqual({ title: 'Deep' });
  expect(readProperty(schema, 'toString')).toBeUndefined();
  expect(readProperty(null, 'url')).toBeUndefined();
});

test('choices have names', () => {
  expect(toChoiceLabel(schema.properties.method, 'get', 'fr')).toBe('Lire');
  expect(toChoiceLabel(schema.properties.method, 'constructor', 'fr')).toBeUndefined();
});
