import { describe, expect, it } from 'vitest';
import { isHostUnderRule, parseHostRule } from './host-rule.ts';
import { parseIpRange } from './ip-address.ts';

describe('parseHostRule', () => {
  it('reads each form', () => {
    expect(parseHostRule('API.Example.com.')).toEqual({
      kind: 'name',
      name: 'api.example.com',
      port: undefined,
    });
    expect(parseHostRule('localhost:8080')).toEqual({ kind: 'name', name: 'localhost', port: 8080 });
    expect(parseHostRule('*.example.com:443')).toEqual({ kind: 'suffix', suffix: '.example.com', port: 443 });
    expect(parseHostRule('bücher.example')).toEqual({
      kind: 'name',
      name: 'xn--bcher-kva.example',
      port: undefined,
    });
    expect(parseHostRule('10.1.2.3:81')).toEqual({
      kind: 'range',
      range: parseIpRange('10.1.2.3/32'),
      port: 81,
    });
    expect(parseHostRule('::1')).toEqual({ kind: 'range', range: parseIpRange('::1/128'), port: undefined });
    expect(parseHostRule('[fd00::1]:81')).toEqual({
      kind: 'range',
      range: parseIpRange('fd00::1/128'),
      port: 81,
    });
    expect(parseHostRule('[::1]')).toEqual({
      kind: 'range',
      range: parseIpRange('::1/128'),
      port: undefined,
    });
    expect(parseHostRule('10.9.9.9/8')).toEqual({
      kind: 'range',
      range: parseIpRange('10.0.0.0/8'),
      port: undefined,
    });
    expect(parseHostRule('::ffff:10.0.0.0/104')).toEqual(parseHostRule('10.0.0.0/8'));
  });

  it.each([
    '',
    ' ',
    '*',
    '*.',
    '.example.com',
    'a..b',
    'http://example.com',
    'example.com/path',
    'user@example.com',
    'example.com:0',
    'example.com:65536',
    'example.com:port',
    '10.0.0.0/33',
    '127.1',
    '2130706433',
    '0x7f000001',
    '[10.0.0.1',
    '[example.com]',
    'a b',
    '10.0.0.0/8:80',
  ])('refuses %j', (rule) => {
    expect(() => parseHostRule(rule)).toThrow(expect.objectContaining({ code: 'HTTP_INVALID_HOST_RULE' }));
  });
});

describe('isHostUnderRule', () => {
  it.each([
    ['api.example.com', 443, 'api.example.com', true],
    ['api.example.com.', 443, 'api.example.com', true],
    ['api.example.com', 443, 'api.example.com:443', true],
    ['api.example.com', 8443, 'api.example.com:443', false],
    ['example.com', 443, '*.example.com', false],
    ['a.b.example.com', 443, '*.example.com', true],
    ['evilexample.com', 443, '*.example.com', false],
    ['api.example.com.evil.test', 443, 'api.example.com', false],
    ['10.1.2.3', 80, '10.0.0.0/8', true],
    ['11.1.2.3', 80, '10.0.0.0/8', false],
    ['[::ffff:a01:203]', 80, '10.0.0.0/8', true],
    ['[::1]', 80, '::1', true],
    ['[::1]', 80, '[::1]:81', false],
    ['127.0.0.1', 80, 'localhost', false],
    ['localhost', 80, '127.0.0.1', false],
  ])('%s port %i under %s: %s', (host, port, rule, expected) => {
    expect(isHostUnderRule(host, port, parseHostRule(rule))).toBe(expected);
  });
});
