import { describe, expect, test } from 'vitest';
import { createStyle } from './style.ts';
import { type Column, renderTable } from './table.ts';
import { measureText, truncateText } from './text-width.ts';

interface Row {
  id: string;
  name: string;
}

const columns: readonly Column<Row>[] = [
  { title: 'ID', value: (row) => row.id },
  { title: 'NAME', value: (row) => row.name, flexible: true },
  { title: 'END', value: () => 'x' },
];
const rows: Row[] = [
  { id: '1', name: 'short' },
  { id: '22', name: 'a name that is rather long' },
];
const plain = createStyle(false);

test('columns are as wide as their widest cell', () => {
  expect(renderTable(columns, rows, { style: plain })).toEqual([
    'ID  NAME                        END',
    '1   short                       x',
    '22  a name that is rather long  x',
  ]);
});

test('the flexible column gives way on a narrow terminal', () => {
  expect(renderTable(columns, rows, { style: plain, columns: 22 })).toEqual([
    'ID  NAME           END',
    '1   short          x',
    '22  a name that …  x',
  ]);
});

test('cells are painted after they were measured, and cannot bring colours of their own', () => {
  const painted: Column<Row>[] = [
    { title: 'NAME', value: (row) => row.name, paint: (text) => `<${text}>` },
    { title: 'END', value: () => 'x' },
  ];
  expect(renderTable(painted, [{ id: '1', name: 'a\u001b[31m' }], { style: createStyle(true) })).toEqual([
    '\u001b[2mNAME    END\u001b[0m',
    '<a [31m>  x',
  ]);
});

test('no rows leave the headings', () => {
  expect(renderTable(columns, [], { style: plain })).toEqual(['ID  NAME  END']);
});

describe('the width of text', () => {
  test.each([
    ['abc', 3],
    ['é', 1],
    ['日本', 4],
    ['👩‍👩‍👧', 2],
    ['e\u0301', 1],
    ['', 0],
  ])('%s takes %i columns', (text, width) => {
    expect(measureText(text)).toBe(width);
  });

  test.each([
    ['abcdef', 4, 'abc…'],
    ['abcd', 4, 'abcd'],
    ['日本語', 5, '日本…'],
    ['日本語', 4, '日…'],
    ['abc', 0, ''],
  ])('%s in %i columns is %s', (text, limit, cut) => {
    expect(truncateText(text, limit)).toBe(cut);
  });
});
