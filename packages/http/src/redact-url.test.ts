import { expect, it } from 'vitest';
import { redactUrl } from './redact-url.ts';

it.each([
  ['https://user:canary@example.com:8443/a/b?key=canary#canary', 'https://example.com:8443/a/b'],
  ['http://EXAMPLE.com', 'http://example.com/'],
  [new URL('http://example.com/x?y=canary'), 'http://example.com/x'],
  ['data:text/plain,canary', '[invalid URL]'],
  ['not a url canary', '[invalid URL]'],
  [`https://example.com/${'a'.repeat(500)}`, `https://example.com/${'a'.repeat(280)}…`],
])('redactUrl %#', (url, expected) => {
  expect(redactUrl(url)).toBe(expected);
});
