import { expect, test } from 'vitest';
import { toRerunInput } from './rerun-input.ts';

const file = {
  artifactId: `art_${'0'.repeat(32)}`,
  fileName: 'a.csv',
  mediaType: 'text/csv',
  sizeBytes: 1,
  sha256: '0'.repeat(64),
};

test('a step is given what it got: one item as an object, several as a list', () => {
  const data = {
    path: 'charge',
    inputs: { main: [{ json: { id: 1 } }, { json: { id: 2 } }] },
    outputs: { main: [{ json: { done: true } }] },
  };
  expect(JSON.parse(toRerunInput(data, false).text)).toEqual([{ id: 1 }, { id: 2 }]);
  expect(JSON.parse(toRerunInput(data, true).text)).toEqual({ done: true });
});

test('a node without an input called "main" gets the text of its first one', () => {
  const data = { path: 'merge', inputs: { left: [{ json: { a: 1 } }], right: [] }, outputs: {} };
  expect(JSON.parse(toRerunInput(data, false).text)).toEqual({ a: 1 });
});

test('nothing came in: the text is empty; files are told', () => {
  expect(toRerunInput({ path: 'a', inputs: {}, outputs: {} }, false)).toEqual({ text: '', hasFiles: false });
  const data = { path: 'a', inputs: { main: [{ json: {}, binary: { file } }] }, outputs: {} };
  expect(toRerunInput(data, false).hasFiles).toBe(true);
});
