import { expect, test } from 'vitest';
import { fileNameFrom } from './response-file-name.ts';

test.each([
  ['attachment; filename="report 1.pdf"', 'report 1.pdf'],
  ['attachment; filename=plain.txt; size=3', 'plain.txt'],
  ['attachment; filename="x.pdf"; filename*=UTF-8\'\'caf%C3%A9.pdf', 'café.pdf'],
  ['attachment; filename="a\\"b.txt"', 'a"b.txt'],
  ['attachment; filename="../../etc/passwd"', 'passwd'],
  ['attachment; filename="C:\\\\temp\\\\x.doc"', 'x.doc'],
  ['attachment; filename="a\u0000\nb.txt"', 'ab.txt'],
  ["attachment; filename*=UTF-8''%zz; filename=ok.txt", 'ok.txt'],
  ['attachment; filename=".."', 'url.bin'],
  ['inline', 'url.bin'],
  [undefined, 'url.bin'],
])('%j gives %j', (disposition, expected) => {
  expect(fileNameFrom(disposition, 'http://a/files/url.bin?x=1')).toBe(expected);
});

test('the end of the URL, decoded and cleaned, or a name for anything', () => {
  expect(fileNameFrom(undefined, 'http://a/caf%C3%A9.txt')).toBe('café.txt');
  expect(fileNameFrom(undefined, 'http://a/x%2Fy.txt')).toBe('y.txt');
  expect(fileNameFrom(undefined, 'http://a/%zz')).toBe('%zz');
  expect(fileNameFrom(undefined, 'http://a/')).toBe('response');
});
