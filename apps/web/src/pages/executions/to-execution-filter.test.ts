import { expect, test } from 'vitest';
import { toExecutionFilter } from './to-execution-filter.ts';

test('the address bar becomes a query: days become instants, the last day included', () => {
  const filter = toExecutionFilter({
    status: ['failed', 'cancelled'],
    mode: 'webhook',
    from: '2026-11-01',
    to: '2026-11-30',
  });
  expect(filter).toEqual({
    status: 'failed,cancelled',
    mode: 'webhook',
    createdAfter: new Date(2026, 10, 1).toISOString(),
    createdBefore: new Date(2026, 11, 1).toISOString(),
  });
});

test('what is empty or no date is left out', () => {
  expect(toExecutionFilter({ status: [], from: 'yesterday', to: '' })).toEqual({});
});
