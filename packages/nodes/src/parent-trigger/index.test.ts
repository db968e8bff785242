import { expect, test } from 'vitest';
import { parentTrigger } from './index.ts';

test('passes the items of the caller, defaults filled in', () => {
  const parameters = parentTrigger.parameters.parse({
    fields: [{ name: 'currency', type: 'text', default: 'EUR' }],
  });
  expect(parentTrigger.accept!(parameters, [{ json: { total: 1 } }, { json: { currency: 'USD' } }])).toEqual([
    { json: { total: 1, currency: 'EUR' } },
    { json: { currency: 'USD' } },
  ]);
});

test('no items stay no items', () => {
  expect(parentTrigger.accept!(parentTrigger.parameters.parse({}), [])).toEqual([]);
});

test('refuses what does not fit, by item and field', () => {
  const parameters = parentTrigger.parameters.parse({ fields: [{ name: 'id', required: true }] });
  expect(() => parentTrigger.accept!(parameters, [{ json: { id: 1 } }, { json: {} }])).toThrow(
    expect.objectContaining({
      code: 'TRIGGER_INPUT_INVALID',
      issues: [{ path: '/1/id', message: 'is required and missing' }],
    }),
  );
});
