import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { codeErrorMessages, lineOfError } from './code-place.ts';

const page = readFileSync(new URL('../../../../docs/reference/errors.md', import.meta.url), 'utf8');

test.each(Object.entries(codeErrorMessages))('%s has the message of the server', (code, message) => {
  expect(page).toContain(`<a id="${code}"></a>`);
  expect(page.split('\n').find((line) => line.includes(`<a id="${code}">`))).toContain(`| ${message}<br>`);
});

test('the line is that of the server, not one in the words of the author', () => {
  const code = 'SANDBOX_CODE_THREW';
  expect(lineOfError({ code, message: 'The code failed, line 12: bad row, line 3: x\ny' })).toBe(12);
  expect(lineOfError({ code, message: 'The code failed: in CSV, line 3: x' })).toBeUndefined();
  expect(lineOfError({ code, message: 'The code failed, line ?: x' })).toBeUndefined();
  expect(lineOfError({ code: 'CSV_UNREADABLE', message: 'The code failed, line 12: x' })).toBeUndefined();
  expect(
    lineOfError({ code: 'SANDBOX_SYNTAX', message: 'The code cannot be read, line 2, column 9: x' }),
  ).toBe(2);
});
