import type { Item } from '@navette/contracts';
import { describe, expect, test } from 'vitest';
import { manualTrigger } from './index.ts';

function accept(parameters: unknown, items: Item[]): Item[] {
  return manualTrigger.accept!(manualTrigger.parameters.parse(parameters), items);
}

describe('accept', () => {
  test('gives one empty item when there is no input', () => {
    expect(accept({}, [])).toEqual([{ json: {} }]);
  });

  test('passes what is not listed and fills in defaults', () => {
    const fields = [
      { name: 'year', type: 'number', default: 2015 },
      { name: 'note', type: 'text' },
    ];
    expect(accept({ fields }, [{ json: { other: 1 } }, { json: { year: 2012, note: null } }])).toEqual([
      { json: { other: 1, year: 2015 } },
      { json: { year: 2012, note: null } },
    ]);
  });

  test('fills in defaults for a run without input', () => {
    expect(accept({ fields: [{ name: 'year', default: 2015 }] }, [])).toEqual([{ json: { year: 2015 } }]);
  });

  test('names every field that does not fit', () => {
    const fields = [
      { name: 'id', type: 'text', required: true },
      { name: 'lines', type: 'list' },
      { name: 'customer', type: 'object' },
    ];
    expect(() =>
      accept({ fields }, [{ json: { id: 'a', lines: {}, customer: [] } }, { json: { customer: {} } }]),
    ).toThrow(
      expect.objectContaining({
        code: 'TRIGGER_INPUT_INVALID',
        issues: [
          { path: '/0/lines', message: 'must be of type list' },
          { path: '/0/customer', message: 'must be of type object' },
          { path: '/1/id', message: 'is required and missing' },
        ],
      }),
    );
  });

  test('does not change the input', () => {
    const item = { json: {} };
    accept({ fields: [{ name: 'a', default: 1 }] }, [item]);
    expect(item).toEqual({ json: {} });
  });
});

test('parameters: a field named twice, a forbidden name and an unknown parameter are refused', () => {
  const parse = (value: unknown) => manualTrigger.parameters.safeParse(value).success;
  expect(parse({ fields: [{ name: 'a' }, { name: 'b' }] })).toBe(true);
  expect(parse({ fields: [{ name: 'a' }, { name: 'a' }] })).toBe(false);
  expect(parse({ fields: [{ name: '__proto__' }] })).toBe(false);
  expect(parse({ fields: [{ name: 'a.b' }] })).toBe(false);
  expect(parse({ extra: 1 })).toBe(false);
});
