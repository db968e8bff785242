import { expect, test } from 'vitest';
import { columnLimit, toCellText, toColumns } from './item-columns.ts';

test('columns come in the order in which fields first appear', () => {
  expect(toColumns([{ json: { b: 1, a: 2 } }, { json: { a: 1, c: 3 } }])).toEqual(['b', 'a', 'c']);
  const wide = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`f${index}`, index]));
  expect(toColumns([{ json: wide }])).toHaveLength(columnLimit);
});

test('cells show text as it is, other values as JSON, and long ones cut', () => {
  expect(['x', 1.5, null, [1, 'a'], { k: true }, undefined].map(toCellText)).toEqual([
    'x',
    '1.5',
    'null',
    '[1,"a"]',
    '{"k":true}',
    '',
  ]);
  expect(toCellText('é'.repeat(1_000))).toHaveLength(301);
});
