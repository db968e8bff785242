import { describe, expect, test } from 'vitest';
import {
  createRules,
  decideRetention,
  type EndedExecution,
  findCutoff,
  type RetentionDefaults,
} from './retention-rules.ts';

const now = Date.UTC(2026, 5, 30);
const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const defaults: RetentionDefaults = { executions: 'all', days: 30, summaryDays: 90, uploadDays: 30 };

function ended(agoMs: number, more: Partial<EndedExecution> = {}): EndedExecution {
  const finishedAt = new Date(now - agoMs);
  return {
    status: 'succeeded',
    createdAt: finishedAt,
    finishedAt,
    dataDeletedAt: null,
    hasIdempotencyKey: false,
    ...more,
  };
}

const empty = { dataDeletedAt: new Date(now - day) };
const failed = { status: 'failed' } as const;
const keyed = { hasIdempotencyKey: true };

describe('of an execution that is kept', () => {
  test.each([
    [30 * day - 1, {}, 'keep'],
    [30 * day, {}, 'delete-data'],
    [30 * day, empty, 'keep'],
    [90 * day - 1, empty, 'keep'],
    [90 * day, empty, 'delete-all'],
    [90 * day, {}, 'delete-all'],
    [40 * day, failed, 'delete-data'],
    [0, { status: 'cancelled' as const }, 'keep'],
  ])('%i ms after its end, %j: %s', (agoMs, more, verdict) => {
    expect(decideRetention(ended(agoMs, more), createRules(defaults, undefined), now)).toBe(verdict);
  });
});

describe('of one that is not kept', () => {
  const none = createRules(defaults, { executions: 'none' });
  const errors = createRules(defaults, { executions: 'errors', days: 7 });
  test.each([
    [none, 5 * minute - 1, {}, 'keep'],
    [none, 5 * minute, {}, 'delete-all'],
    [none, 5 * minute, failed, 'delete-all'],
    [none, 5 * minute, keyed, 'keep'],
    [none, 24 * hour, keyed, 'delete-all'],
    [errors, 5 * minute, {}, 'delete-all'],
    [errors, 5 * minute, failed, 'keep'],
    [errors, 7 * day, failed, 'delete-data'],
    [errors, 7 * day, { status: 'cancelled' as const }, 'delete-data'],
  ])('%j, %i ms after its end, %j: %s', (rules, agoMs, more, verdict) => {
    expect(decideRetention(ended(agoMs, more), rules, now)).toBe(verdict);
  });
});

test.each(['queued', 'running', 'waiting'] as const)('one that is %s is kept however old it is', (status) => {
  const old = ended(1_000 * day, { status, finishedAt: null });
  for (const executions of ['all', 'errors', 'none'] as const)
    expect(decideRetention(old, createRules(defaults, { executions }), now)).toBe('keep');
});

test('nothing that was created after the cutoff is due', () => {
  for (const executions of ['all', 'errors', 'none'] as const) {
    const rules = createRules(defaults, { executions, days: 3 });
    const cutoff = findCutoff(rules, now).getTime();
    for (const status of ['succeeded', 'failed'] as const) {
      const execution = ended(now - cutoff - 1, { status });
      expect(decideRetention(execution, rules, now)).toBe('keep');
    }
  }
});

test('a workflow says what it wants, the instance the rest', () => {
  expect(createRules(defaults, { days: 5 })).toEqual({ executions: 'all', days: 5, summaryDays: 90 });
  expect(createRules({ ...defaults, executions: 'errors' }, undefined).executions).toBe('errors');
});
