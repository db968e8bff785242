import { expect, test } from 'vitest';
import { parseDifferencePlace } from './difference-place.ts';

test.each([
  ['/main/0/json/total', { port: 'main', item: 1, field: 'total' }],
  ['/true/11/json/a~1b/2/c', { port: 'true', item: 12, field: 'a/b.2.c' }],
  ['/main/3', { port: 'main', item: 4, field: '' }],
  ['/main/0/binary/report/sha256', { port: 'main', item: 1, field: 'report.sha256' }],
  ['/error/message', { port: undefined, item: undefined, field: 'error.message' }],
  ['/counts/main', { port: undefined, item: undefined, field: 'counts.main' }],
  ['/main', { port: undefined, item: undefined, field: 'main' }],
])('%s', (pointer, place) => {
  expect(parseDifferencePlace(pointer)).toEqual(place);
});
