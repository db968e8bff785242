import type { JsonObject } from '@navette/kit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createColumnNames } from './column-names.ts';
import { detectDelimiter } from './detect-delimiter.ts';
import { encodeCsv, listColumns } from './encode-csv.ts';
import { inferValue } from './infer-value.ts';
import { type CsvOptions, parseCsv } from './parse-csv.ts';

const plain: CsvOptions = {
  delimiter: undefined,
  hasHeader: true,
  inferTypes: true,
  skipLines: 0,
  maxRows: undefined,
  forgiving: false,
  signal: new AbortController().signal,
};

describe('parseCsv', () => {
  test('reads quotes, line breaks in cells, blank lines, CR LF and a byte order mark', async () => {
    const text = '\ufeffname,note\r\n"Ann ""A"" B","two\r\nlines"\r\n\r\nBob,"a,b"\r\n';
    expect(await parseCsv(text, plain)).toEqual([
      { name: 'Ann "A" B', note: 'two\r\nlines' },
      { name: 'Bob', note: 'a,b' },
    ]);
  });

  test('types on and off', async () => {
    const text = 'a,b,c,d\n1.50,true,,007\n';
    expect(await parseCsv(text, plain)).toEqual([{ a: 1.5, b: true, c: null, d: '007' }]);
    expect(await parseCsv(text, { ...plain, inferTypes: false })).toEqual([
      { a: '1.50', b: 'true', c: '', d: '007' },
    ]);
  });

  test('no header, lines to skip, a limit of rows', async () => {
    const text = 'made by X; on Monday\n\n1;2\n3;4\n5;6';
    const options = { ...plain, hasHeader: false, skipLines: 1, maxRows: 2 };
    expect(await parseCsv(text, options)).toEqual([
      { column_1: 1, column_2: 2 },
      { column_1: 3, column_2: 4 },
    ]);
    expect(await parseCsv(text, { ...options, maxRows: 0 })).toEqual([]);
  });

  test('nothing and a header alone give no rows', async () => {
    expect(await parseCsv('', plain)).toEqual([]);
    expect(await parseCsv('a,b\n', plain)).toEqual([]);
  });

  test('columns named like parts of objects are data, not prototypes', async () => {
    const [row] = await parseCsv('__proto__,constructor,toString\n{},1,2', plain);
    expect(Object.entries(row!)).toEqual([
      ['column___proto__', '{}'],
      ['column_constructor', 1],
      ['toString', 2],
    ]);
    expect(Object.getPrototypeOf(row)).toBe(Object.prototype);
  });

  test('rows of another length are refused with their line, or taken when forgiving', async () => {
    const text = 'a,b\n1,2\n3\n4,5,6\n';
    await expect(parseCsv(text, plain)).rejects.toMatchObject({
      code: 'CSV_ROW_LENGTH',
      params: { line: 3, found: 1, expected: 2 },
    });
    expect(await parseCsv(text, { ...plain, forgiving: true })).toEqual([
      { a: 1, b: 2 },
      { a: 3, b: null },
      { a: 4, b: 5, column_3: 6 },
    ]);
  });

  test('errors name the line and never the content', async () => {
    const canary = 'canary-91f2';
    const cases = [
      [`a,b\n1,"x"${canary}\n`, 'a closing quote is followed by more text', 2],
      [`a,b\n1,x"${canary}"\n`, 'a quote stands in the middle of a cell', 2],
      [`a,b\n1,"${canary}`, 'a quoted cell is never closed', 2],
    ] as const;
    for (const [text, reason, line] of cases) {
      const error = await parseCsv(text, plain).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: 'CSV_UNREADABLE', params: { reason, line } });
      expect(JSON.stringify([(error as Error).message, error])).not.toContain(canary);
    }
  });

  test('a large file is read slice by slice, characters across slices intact', async () => {
    const line = 'é€😀;x\n';
    const rows = await parseCsv(`a;b\n${line.repeat(40_000)}`, plain);
    expect(rows).toHaveLength(40_000);
    expect(rows.every((row) => row['a'] === 'é€😀' && row['b'] === 'x')).toBe(true);
  });

  test('stops when aborted', async () => {
    const controller = new AbortController();
    const reading = parseCsv('a,b\n1,2\n'.repeat(200_000), {
      ...plain,
      forgiving: true,
      signal: controller.signal,
    });
    controller.abort(new Error('cancelled'));
    await expect(reading).rejects.toThrow('cancelled');
  });

  test('what encodeCsv writes, parseCsv reads back', async () => {
    const cell = fc.string({ unit: 'binary' }).filter((text) => !text.includes('\ufeff'));
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.tuple(
            cell.filter((text) => text !== ''),
            cell,
          ),
          { minLength: 1 },
        ),
        fc.constantFrom(',', ';', '\t', '|'),
        fc.constantFrom<('\n' | '\r\n')[]>('\n', '\r\n'),
        async (rows, delimiter, lineBreak) => {
          const objects = rows.map(([a, b]) => ({ a, b }));
          const text = encodeCsv(objects, {
            columns: ['a', 'b'],
            delimiter,
            hasHeader: true,
            lineBreak,
            hasMark: false,
            guardFormulas: false,
          });
          expect(await parseCsv(text, { ...plain, delimiter, inferTypes: false })).toEqual(objects);
        },
      ),
    );
  });
});

test.each([
  ['a,b\n1,2', ','],
  ['a;b\n1,5;2,5\n3,0;4,1', ';'],
  ['a\tb, c\n1\t2', '\t'],
  ['a|b|c\n1|2|3', '|'],
  ['"a;b;c",d\n"e",f', ','],
  ['only\none\ncolumn', ','],
  ['', ','],
  ['date;"text, with, commas"\n1;x', ';'],
])('detectDelimiter(%j) is %j', (text, expected) => {
  expect(detectDelimiter(text)).toBe(expected);
});

test.each([
  ['', null],
  ['  ', null],
  ['0', 0],
  ['-0.5', -0.5],
  [' 12 ', 12],
  ['1e3', 1000],
  ['1e999', '1e999'],
  ['007', '007'],
  ['+33612345678', '+33612345678'],
  ['1,5', '1,5'],
  ['1234567890123456', '1234567890123456'],
  ['Infinity', 'Infinity'],
  ['0x10', '0x10'],
  ['true', true],
  ['FALSE', false],
  ['yes', 'yes'],
  ['2012-01-01', '2012-01-01'],
])('inferValue(%j) is %j', (cell, expected) => {
  expect(inferValue(cell)).toEqual(expected);
});

test('createColumnNames keeps names apart', () => {
  expect(createColumnNames(['a', '', 'a', ' b ', 'a_2', 'a', ''])).toEqual([
    'a',
    'column_2',
    'a_2',
    'b',
    'a_2_2',
    'a_3',
    'column_7',
  ]);
});

describe('encodeCsv', () => {
  const options = {
    columns: ['a', 'b'],
    delimiter: ',',
    hasHeader: true,
    lineBreak: '\n',
    hasMark: false,
    guardFormulas: true,
  } as const;

  test('cells of every type', () => {
    const rows: JsonObject[] = [
      { a: 'x,y', b: 'say "hi"' },
      { a: null, b: 1.5 },
      { b: { c: [1] } },
      { a: true, b: 'two\nlines' },
    ];
    expect(encodeCsv(rows, options)).toBe(
      'a,b\n"x,y","say ""hi"""\n,1.5\n,"{""c"":[1]}"\ntrue,"two\nlines"\n',
    );
  });

  test('guards what a spreadsheet would run, leaves numbers alone', () => {
    const rows = ['=1+1', '+cmd', '-2', '-2.5e3', '@x', '\tx', 'a=b', '+33 6', -7].map((a) => ({ a }));
    expect(encodeCsv(rows, { ...options, columns: ['a'], hasHeader: false }).split('\n')).toEqual([
      "'=1+1",
      "'+cmd",
      '-2',
      '-2.5e3',
      "'@x",
      "'\tx",
      'a=b',
      "'+33 6",
      '-7',
      '',
    ]);
    expect(encodeCsv([{ '=x': '=y' }], { ...options, columns: ['=x'] })).toBe("'=x\n'=y\n");
    expect(encodeCsv([{ a: '=1' }], { ...options, columns: ['a'], guardFormulas: false })).toBe('a\n=1\n');
  });

  test('byte order mark, CR LF, other delimiters', () => {
    const made = encodeCsv([{ a: 'x;y', b: 2 }], {
      ...options,
      delimiter: ';',
      lineBreak: '\r\n',
      hasMark: true,
    });
    expect(made).toBe('\ufeffa;b\r\n"x;y";2\r\n');
  });

  test('listColumns unites the fields of all rows', () => {
    expect(listColumns([{ b: 1 }, { a: 1, b: 2 }, { c: null }])).toEqual(['b', 'a', 'c']);
  });
});
