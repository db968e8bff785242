import { NavetteError } from '@navette/kit';
import { errors as undiciErrors } from 'undici';
import { expect, it } from 'vitest';
import { httpErrors } from './errors.ts';
import { toConnectError, toHttpError } from './http-failure.ts';

it('declares codes of this area only, each with words for what happened and what to do', () => {
  for (const [code, spec] of Object.entries(httpErrors.specs)) {
    expect(code).toMatch(/^HTTP_[A-Z_]+$/);
    expect(spec.message.length).toBeGreaterThan(20);
    expect(spec.help.length).toBeGreaterThan(20);
    expect(spec.kind === 'user' ? spec.retry : 'never').toBe('never');
  }
});

const coded = (code: string) => Object.assign(new Error('canary'), { code });

it.each([
  [coded('ECONNRESET'), 'HTTP_CONNECTION_LOST', 'operational', 'default'],
  [coded('ETIMEDOUT'), 'HTTP_CONNECTION_LOST', 'operational', 'default'],
  [new undiciErrors.SocketError('canary'), 'HTTP_CONNECTION_LOST', 'operational', 'default'],
  [coded('HPE_INVALID_CONSTANT'), 'HTTP_BAD_RESPONSE', 'operational', 'default'],
  [coded('Z_DATA_ERROR'), 'HTTP_BAD_RESPONSE', 'operational', 'default'],
  [coded('ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED'), 'HTTP_TLS', 'operational', 'never'],
  [new undiciErrors.HeadersOverflowError('canary'), 'HTTP_TOO_LARGE', 'user', 'never'],
  [new undiciErrors.ClientDestroyedError('canary'), 'HTTP_CLOSED', 'operational', 'default'],
  [new undiciErrors.InvalidArgumentError('canary'), 'HTTP_INVALID_REQUEST', 'user', 'never'],
  [coded('ERR_NEW'), 'HTTP_UNEXPECTED', 'bug', 'default'],
  [new TypeError('canary'), 'HTTP_UNEXPECTED', 'bug', 'default'],
  ['canary', 'HTTP_UNEXPECTED', 'bug', 'default'],
])('%# gives %s, %s, retry %s, and keeps foreign text out', (thrown, code, kind, retry) => {
  const error = toHttpError(thrown, 'https://example.com/a', 32_768);
  expect([error.code, error.kind, error.retry]).toEqual([code, kind, retry]);
  expect(JSON.stringify([error.message, error.help, error.params, error.cause])).not.toContain('canary');
  expect(error.message).not.toMatch(/[{}]/);
  expect(NavetteError.is(error)).toBe(true);
});

it.each([
  [coded('ECONNREFUSED'), 'HTTP_CONNECT', 'ECONNREFUSED'],
  [coded('ETIMEDOUT'), 'HTTP_CONNECT', 'ETIMEDOUT'],
  [new AggregateError([coded('EHOSTUNREACH'), coded('ECONNREFUSED')]), 'HTTP_CONNECT', 'EHOSTUNREACH'],
  [new undiciErrors.ConnectTimeoutError('canary'), 'HTTP_CONNECT', 'UND_ERR_CONNECT_TIMEOUT'],
  [coded('CERT_HAS_EXPIRED'), 'HTTP_TLS', 'CERT_HAS_EXPIRED'],
  [coded('DEPTH_ZERO_SELF_SIGNED_CERT'), 'HTTP_TLS', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
  [coded('ERR_TLS_CERT_ALTNAME_INVALID'), 'HTTP_TLS', 'ERR_TLS_CERT_ALTNAME_INVALID'],
  [new TypeError('canary'), 'HTTP_UNEXPECTED', 'TypeError'],
])('while connecting, %# gives %s (%s)', (thrown, code, reason) => {
  const error = toConnectError(thrown, 'https://example.com');
  expect([error.code, error.params]).toEqual([code, { url: 'https://example.com', reason }]);
});

it('passes known errors through', () => {
  const known = httpErrors.create('HTTP_DNS', { params: { host: 'a', reason: 'ENOTFOUND' } });
  expect(toHttpError(known, '', 0)).toBe(known);
  expect(toConnectError(known, '')).toBe(known);
});
