import { describe, expect, test } from 'vitest';
import { createRedactor, isSecretName } from './redactor.ts';

describe('createRedactor', () => {
  const secret = 'p@ss "wörd"/1+2';
  const { redact } = createRedactor([secret, 'Bearer abcd.efgh']);

  test.each([
    ['as it is', `x ${secret} y`],
    ['in JSON', JSON.stringify({ a: `x${secret}y` })],
    ['URL-encoded', `a=${encodeURIComponent(secret)}`],
    ['form-encoded', new URLSearchParams({ a: secret }).toString()],
    ['in Base64', Buffer.from(secret).toString('base64')],
    ['in Base64 for URLs', Buffer.from(secret).toString('base64url')],
    ['the token without its scheme', 'token abcd.efgh is wrong'],
    ['the whole header', 'got "Bearer abcd.efgh"'],
  ])('%s', (_name, text) => {
    const shown = redact(text)!;
    expect(shown).toContain('***');
    expect(shown).not.toMatch(/p@ss|w.rd|abcd|cEBzcy/);
  });

  test('leaves other text alone', () => {
    expect(redact('nothing here')).toBe('nothing here');
    expect(createRedactor([]).redact('a')).toBe('a');
  });

  test('shows nothing at all when a secret is too short to be taken out', () => {
    expect(createRedactor(['ab', 'long enough']).redact('cab')).toBeUndefined();
    expect(createRedactor(['']).redact('cab')).toBe('cab');
  });
});

test.each([
  ['Authorization', true],
  ['X-Api-Key', true],
  ['access_token', true],
  ['Cookie', true],
  ['password', true],
  ['sig', true],
  ['Accept', false],
  ['page', false],
  ['design', false],
])('isSecretName(%j) is %j', (name, expected) => {
  expect(isSecretName(name)).toBe(expected);
});
