import { describe, expect, test } from 'vitest';
import { maskText } from './mask-text.ts';
import { readSource } from './read-source.ts';

const known = ['luxon', 'zod'];

describe('text of a program that is masked', () => {
  test.each([
    ["const a = 'b'; // c", "const a = ' ';     "],
    ['a /* b\nc */ d', 'a     \n     d'],
    ['`a (b)` + "c"', '`     ` + " "'],
    ["'it\\'s' + 'x'", "'     ' + ' '"],
    // Without an end they are what they look like, as far as they go.
    ["s.replace(/'/g, 'x')", "s.replace(/'    'x')"],
    ['"open\nconst b = "c"', '"open\nconst b = " "'],
    ['`open', '`open'],
    ['/* open', '/* open'],
    ["'", "'"],
  ])('%s', (source, masked) => {
    expect(maskText(source)).toBe(masked);
  });
});

describe('a megabyte that is made to be read slowly is read at once', () => {
  const times = (text: string, length = 1_000_000) => text.repeat(Math.floor(length / text.length));
  // Each of these took minutes while a search began again at every place.
  test.each([
    ['comments without an end', times('/* ')],
    ['quotes that are all escaped', `'${times("\\'")}`],
    ['templates that are all escaped', `\`${times('\\`')}`],
    ['imports', times("import a from 'luxon'\n")],
    ['requires', times("require('luxon');")],
    ['node names without an end', times("$('\\")],
    ['lists without an end', times("$items('a'")],
  ])('%s', (_, source) => {
    expect(readSource(source, known).body.length).toBeGreaterThan(0);
  });

  test.each([
    ['imports in an import', `${times('import a,\n')} from 'luxon'`],
    ['an import with much in it', `import a${times(' ')}b from 'luxon'`],
  ])('%s, which is refused', (_, source) => {
    expect(() => readSource(source, known)).toThrow(expect.objectContaining({ code: 'CODE_IMPORT_FORM' }));
  });
});

test('what is refused has its line and column', () => {
  const refuse = (source: string) => {
    try {
      readSource(source, known);
    } catch (error) {
      return error as { code: string; params: object };
    }
    throw new Error('it was taken');
  };
  expect(refuse("const a = 1;\nconst fs = require('fs');")).toMatchObject({
    code: 'CODE_IMPORT_UNKNOWN',
    params: { module: 'fs', line: 2, column: 12 },
  });
  expect(refuse("import { z } from 'zod';\n  import axios from 'axios';")).toMatchObject({
    code: 'CODE_IMPORT_UNKNOWN',
    params: { module: 'axios', line: 2, column: 3 },
  });
  expect(refuse('return 1;\n export default 2')).toMatchObject({
    code: 'CODE_IMPORT_FORM',
    params: { line: 2, column: 2 },
  });
});
