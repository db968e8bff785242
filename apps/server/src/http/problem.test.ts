import { defineErrors } from '@navette/kit';
import { describe, expect, test } from 'vitest';
import { encodeProblem, toRequestError } from './problem.ts';

const errors = defineErrors({
  TEST_USER: { kind: 'user', status: 422, retry: 'never', message: 'Not {what}', help: 'Mend it' },
  TEST_BUG: { kind: 'bug', status: 500, retry: 'never', message: 'Broken', help: '' },
  TEST_LATER: { kind: 'operational', status: 503, retry: { afterMs: 1_500 }, message: 'Later', help: '' },
});

test('a refusal as a problem document', () => {
  const issues = [{ path: '/body/a', message: 'is wrong' }];
  const error = errors.create('TEST_USER', { params: { what: 'this' }, issues });
  expect(encodeProblem(error, 'r1')).toEqual({
    headers: {},
    problem: {
      type: 'urn:navette:problem:TEST_USER',
      title: 'Unprocessable Entity',
      status: 422,
      code: 'TEST_USER',
      detail: 'Not this',
      help: 'Mend it',
      instance: 'urn:navette:request:r1',
      issues,
    },
  });
  expect(encodeProblem(errors.create('TEST_LATER')).headers).toEqual({ 'retry-after': '2' });
});

describe('what was thrown', () => {
  const codeOf = (thrown: unknown) => toRequestError(thrown, 10)?.code;

  test('is passed on when it is known and not our fault', () => {
    expect(codeOf(errors.create('TEST_USER'))).toBe('TEST_USER');
    expect(codeOf(errors.create('TEST_LATER'))).toBe('TEST_LATER');
    expect(codeOf(errors.create('TEST_BUG'))).toBeUndefined();
    expect(codeOf(new Error('x'))).toBeUndefined();
    expect(codeOf('text')).toBeUndefined();
    expect(codeOf(null)).toBeUndefined();
  });

  test('of the framework keeps its status', () => {
    const large = Object.assign(new Error('too large'), {
      code: 'FST_ERR_CTP_BODY_TOO_LARGE',
      statusCode: 413,
    });
    expect(toRequestError(large, 10)).toMatchObject({
      code: 'REQUEST_TOO_LARGE',
      issues: [{ path: '/body', message: 'must have at most 10 bytes' }],
    });
    expect(codeOf(Object.assign(new Error('bad'), { statusCode: 400 }))).toBe('REQUEST_MALFORMED');
    expect(codeOf(Object.assign(new Error('bad'), { statusCode: 500 }))).toBeUndefined();
  });

  test.each([
    [{ code: '57P01' }, 'SERVER_DATABASE'],
    [{ code: '57P03' }, 'SERVER_DATABASE'],
    [{ code: '08006' }, 'SERVER_DATABASE'],
    [{ code: '53300' }, 'SERVER_DATABASE'],
    [{ code: '25006' }, 'SERVER_DATABASE'],
    [{ code: 'ECONNREFUSED', syscall: 'connect' }, 'SERVER_DATABASE'],
    [{ code: 'ECONNRESET', syscall: 'read' }, 'SERVER_DATABASE'],
    [{ code: 'EPIPE', syscall: 'write' }, 'SERVER_DATABASE'],
    [{ message: 'Connection terminated unexpectedly' }, 'SERVER_DATABASE'],
    [{ message: 'Query read timeout' }, 'SERVER_DATABASE'],
    [{ code: '53100' }, 'SERVER_DISK_FULL'],
    [{ code: '23505' }, undefined],
    [{ code: 'ENOENT', syscall: 'open' }, undefined],
  ])('of a lost database: %j', (fields, code) => {
    expect(codeOf(Object.assign(new Error('x'), fields))).toBe(code);
  });
});
