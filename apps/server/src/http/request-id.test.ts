import { expect, test } from 'vitest';
import { createRequestId } from './request-id.ts';

const read = (given: string | string[] | undefined) =>
  createRequestId({ headers: given === undefined ? {} : { 'x-request-id': given as string } });

test('the id that a proxy gave is kept', () => {
  for (const id of ['01890a5d-ac96-774b', 'req_12345678', 'a'.repeat(64)]) expect(read(id)).toBe(id);
});

test('what could break a log line or a header is replaced', () => {
  for (const id of [
    undefined,
    '',
    'short',
    'a'.repeat(65),
    'with blanks in it',
    'line\nbreak-1',
    '<script>12',
    'é'.repeat(9),
  ])
    expect(read(id)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
  expect(read(['12345678', '87654321'])).toMatch(/^[0-9a-f]{8}-/);
});
