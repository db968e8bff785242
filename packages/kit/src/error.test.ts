import { describe, expect, it } from 'vitest';
import { defineErrors, NavetteError, toNavetteError } from './error.ts';

const errors = defineErrors({
  TEST_MISSING: {
    kind: 'user',
    status: 404,
    retry: 'never',
    message: 'No {thing} here',
    help: 'Look for {thing}.',
  },
});

describe('NavetteError', () => {
  it('fills message and help from its params, and leaves unknown places alone', () => {
    const error = errors.create('TEST_MISSING', { params: { thing: 'spool' } });
    expect(error).toMatchObject({
      code: 'TEST_MISSING',
      message: 'No spool here',
      help: 'Look for spool.',
      status: 404,
    });
    expect(errors.create('TEST_MISSING').message).toBe('No {thing} here');
    expect(errors.create('TEST_MISSING', { params: { thing: '{help}' } }).message).toBe('No {help} here');
  });

  it('becomes a record without stack or cause', () => {
    const record = errors
      .create('TEST_MISSING', { cause: new Error('secret'), params: { thing: 'x' } })
      .toRecord();
    expect(record).toEqual({
      code: 'TEST_MISSING',
      message: 'No x here',
      help: 'Look for x.',
      kind: 'user',
      retryable: false,
    });
  });

  it('is known by its marker, not by its class', () => {
    expect(NavetteError.is(errors.create('TEST_MISSING'))).toBe(true);
    expect(NavetteError.is(new Error('x'))).toBe(false);
    expect(NavetteError.is(null)).toBe(false);
  });
});

describe('toNavetteError', () => {
  it('passes known errors through and wraps the rest as defects', () => {
    const known = errors.create('TEST_MISSING');
    expect(toNavetteError(known)).toBe(known);
    expect(toNavetteError(new TypeError('x is not a function'))).toMatchObject({
      code: 'INTERNAL_UNEXPECTED',
      kind: 'bug',
      message: 'Something unexpected went wrong: x is not a function',
    });
    expect(toNavetteError('thrown text').message).toContain('thrown text');
  });
});
