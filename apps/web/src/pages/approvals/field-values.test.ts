import type { ApprovalField } from '@navette/contracts';
import { expect, test } from 'vitest';
import { listUnfit, toFieldValues } from './field-values.ts';

const field = (name: string, type: ApprovalField['type'], required = false): ApprovalField => ({
  name,
  label: '',
  type,
  required,
  options: [],
});
const fields = [field('note', 'text', true), field('sum', 'number', true), field('urgent', 'boolean')];

test('numbers are numbers, and what is empty is left out', () => {
  const texts = { note: 'fine', sum: '12.5', urgent: false };
  expect(toFieldValues(fields, texts)).toEqual({ note: 'fine', sum: 12.5, urgent: false });
  expect(toFieldValues(fields, { note: '', sum: '0' })).toEqual({ sum: 0 });
});

test('names that mean something to an object are names like others', () => {
  const odd = [field('constructor', 'text', true), field('toString', 'text')];
  expect(toFieldValues(odd, {})).toEqual({});
  expect([...listUnfit(odd, {})]).toEqual(['constructor']);
});

test('what is required and missing, or no number, does not fit', () => {
  expect([...listUnfit(fields, { sum: 'many' })]).toEqual(['note', 'sum']);
  expect([...listUnfit(fields, { note: 'x', sum: '1' })]).toEqual([]);
});
