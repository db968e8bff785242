import { expect, test } from 'vitest';
import { matchesQuery } from './match-query.ts';

test('every word counts, case and accents do not', () => {
  expect(matchesQuery('Journal d’exécutions', 'EXECUTIONS jour')).toBe(true);
  expect(matchesQuery('Workflows', 'work x')).toBe(false);
  expect(matchesQuery('Workflows', '')).toBe(true);
});
