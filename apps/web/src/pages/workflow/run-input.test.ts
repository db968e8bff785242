import type { WorkflowNode } from '@navette/contracts';
import { expect, test } from 'vitest';
import { createFirstInput, insertFile, parseRunInput } from './run-input.ts';

test('input is nothing, an object or a list of objects', () => {
  expect(parseRunInput('  ')).toEqual({ input: undefined, problem: undefined });
  expect(parseRunInput('{"a":1}')).toEqual({ input: { a: 1 }, problem: undefined });
  expect(parseRunInput('[{"a":1},{}]')).toEqual({ input: [{ a: 1 }, {}], problem: undefined });
  for (const text of ['1', '"x"', 'null', '[1]', '[[]]']) {
    expect(parseRunInput(text)).toEqual({ input: undefined, problem: { kind: 'shape' } });
  }
  expect(parseRunInput('{').problem).toMatchObject({ kind: 'json' });
});

test('the first input has the fields that the trigger asks for', () => {
  const trigger = {
    parameters: {
      fields: [{ name: 'year', type: 'number', default: 2015 }, { name: 'note', type: 'text' }, 'x'],
    },
  } as unknown as WorkflowNode;
  expect(JSON.parse(createFirstInput(trigger))).toEqual({ year: 2015, note: '' });
  expect(createFirstInput(undefined)).toBe('');
});

test('a file is put beside what is there, and nowhere when there is no object', () => {
  const file = { artifactId: 'art_1' };
  expect(JSON.parse(insertFile('{"file": 1, "a": 2}', file)!)).toEqual({ file: 1, a: 2, file2: file });
  expect(JSON.parse(insertFile('', file)!)).toEqual({ file });
  expect(insertFile('[]', file)).toBeUndefined();
  expect(insertFile('{', file)).toBeUndefined();
});
