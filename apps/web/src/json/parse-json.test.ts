import { expect, test } from 'vitest';
import { parseJson } from './parse-json.ts';

test('good text gives its value', () => {
  expect(parseJson('{"a": [1, null]}')).toEqual({ ok: true, value: { a: [1, null] } });
});

test('bad text says where it goes wrong', () => {
  expect(parseJson('{\n  "a": 1,\n  b\n}')).toEqual({ ok: false, line: 3, column: 3 });
  expect(parseJson('{"a"')).toMatchObject({ ok: false, line: 1 });
  expect(parseJson('')).toMatchObject({ ok: false, line: 1, column: 1 });
});
