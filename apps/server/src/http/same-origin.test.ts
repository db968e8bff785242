import { describe, expect, test } from 'vitest';
import { isSameOrigin } from './same-origin.ts';

const publicOrigin = 'https://flows.example.test';
const options = { publicOrigins: [publicOrigin, 'https://trusted.example.test'], required: true };

describe('with a session cookie', () => {
  test.each([
    ['our page', { 'sec-fetch-site': 'same-origin' }, true],
    ['the address bar', { 'sec-fetch-site': 'none' }, true],
    ['another site', { 'sec-fetch-site': 'cross-site' }, false],
    ['a sister domain', { 'sec-fetch-site': 'same-site' }, false],
    ['a trusted origin', { 'sec-fetch-site': 'same-site', origin: 'https://trusted.example.test' }, true],
    ['a page of another origin', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }, false],
    ['an old browser on our page', { origin: 'http://localhost:3000', host: 'localhost:3000' }, true],
    ['an old browser behind a proxy', { origin: publicOrigin, host: 'inner:3000' }, true],
    ['an old browser on another port', { origin: 'http://localhost:4000', host: 'localhost:3000' }, false],
    ['a sandboxed frame', { origin: 'null', host: 'localhost:3000' }, false],
    ['neither header', { host: 'localhost:3000' }, false],
  ])('%s', (_name, headers, expected) => {
    expect(isSameOrigin(headers, options)).toBe(expected);
  });
});

test('without a cookie, programs that send neither header may sign in', () => {
  const open = { ...options, required: false };
  expect(isSameOrigin({ host: 'localhost:3000' }, open)).toBe(true);
  expect(isSameOrigin({ 'sec-fetch-site': 'cross-site' }, open)).toBe(false);
  expect(isSameOrigin({ origin: 'https://evil.example', host: 'localhost:3000' }, open)).toBe(false);
});
