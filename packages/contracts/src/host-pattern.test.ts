import { describe, expect, it } from 'vitest';
import { formatHostPattern, matchesHost, narrowHost, parseHostPattern } from './host-pattern.ts';

const format = (text: string) => {
  const pattern = parseHostPattern(text);
  return pattern && formatHostPattern(pattern);
};

describe('a host pattern', () => {
  it.each([
    ['API.Example.COM', 'api.example.com'],
    ['example.com.', 'example.com'],
    ['*.Example.com.', '*.example.com'],
    ['example.com:8443', 'example.com:8443'],
    ['*.example.com:443', '*.example.com:443'],
    ['bücher.example', 'xn--bcher-kva.example'],
    ['xn--bcher-kva.example', 'xn--bcher-kva.example'],
    ['ｅｘａｍｐｌｅ.com', 'example.com'],
    ['a_b.example.com', 'a_b.example.com'],
    ['192.0.2.7:80', '192.0.2.7:80'],
    ['[2001:DB8:0:0::1]:8080', '[2001:db8::1]:8080'],
    ['localhost', 'localhost'],
    ['*', '*'],
  ])('%s is read as %s', (text, expected) => {
    expect(format(text)).toBe(expected);
    // What is read once is read the same again.
    expect(format(expected)).toBe(expected);
  });

  it.each([
    '',
    '.',
    '*.',
    '**',
    '*.*',
    '*:443',
    'a.*.com',
    'example.*',
    '*example.com',
    'http://example.com',
    'example.com/',
    'example.com/path',
    'user@example.com',
    'example.com:0',
    'example.com:65536',
    'example.com:443:443',
    'example.com:',
    'exa mple.com',
    ' example.com',
    'example.com\n',
    'example..com',
    'example.com..',
    '%65xample.com',
    'a\\b.com',
    'a?b',
    'a#b',
    // Other spellings of addresses.
    '127.1',
    '0x7f.0.0.1',
    '0177.0.0.1',
    '2130706433',
    '１２７.0.0.1',
    '192.0.2.256',
    '*.192.0.2.7',
    '*.0.0.1',
    '*.[::1]',
    '::1',
    '[::g]',
    '10.0.0.0/8',
  ])('%j is none', (text) => expect(parseHostPattern(text)).toBeUndefined());

  it.each([
    ['example.com', 'example.com', 443, true],
    ['example.com', 'EXAMPLE.com.', 443, true],
    ['example.com', 'www.example.com', 443, false],
    ['*.example.com', 'www.example.com', 443, true],
    ['*.example.com', 'a.b.example.com', 443, true],
    ['*.example.com', 'example.com', 443, false],
    ['*.example.com', 'evil-example.com', 443, false],
    ['*.example.com', 'example.com.evil.net', 443, false],
    ['*.bücher.example', 'www.xn--bcher-kva.example', 443, true],
    ['example.com:8443', 'example.com', 443, false],
    ['example.com:8443', 'example.com', 8443, true],
    ['*', 'anything.example', 1, true],
    ['192.0.2.7', '192.0.2.7', 80, true],
    ['192.0.2.7', '192.0.2.70', 80, false],
    ['[2001:db8::1]', '2001:db8::1', 80, true],
    ['[2001:db8::1]', '[2001:db8::1]', 80, true],
    // Cyrillic а is another letter.
    ['example.com', 'exаmple.com', 443, false],
    ['example.com', 'not a host', 443, false],
  ])('%s and %s:%i: %s', (pattern, host, port, expected) => {
    expect(matchesHost(parseHostPattern(pattern)!, host, port)).toBe(expected);
  });

  it.each([
    ['*', '*.example.com', '*.example.com'],
    ['*.example.com', '*.a.example.com', '*.a.example.com'],
    ['*.example.com', 'b.example.com:8080', 'b.example.com:8080'],
    ['*.example.com:443', 'b.example.com', 'b.example.com:443'],
    ['*.example.com:443', 'b.example.com:8080', undefined],
    ['*.example.com', 'example.com', undefined],
    ['*.example.com', 'evil-example.com', undefined],
    ['*.0.example', '*.10.example', undefined],
    ['example.com', '*', 'example.com'],
    ['192.0.2.7', '192.0.2.8', undefined],
  ])('of %s and %s both match %s', (left, right, expected) => {
    const [one, other] = [parseHostPattern(left)!, parseHostPattern(right)!];
    const [there, back] = [narrowHost(one, other), narrowHost(other, one)];
    expect(there && formatHostPattern(there)).toBe(expected);
    expect(back && formatHostPattern(back)).toBe(expected);
  });
});
