import { describe, expect, it } from 'vitest';
import { defineErrors, NavetteError } from './error.ts';
import { SecretMask } from './secret-mask.ts';

const secret = 'k3y/"<ä&+ very secret';

function createMask(...secrets: string[]): SecretMask {
  const mask = new SecretMask();
  mask.add(secrets);
  return mask;
}

describe('a secret is taken out of', () => {
  const mask = createMask(secret);
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  it.each([
    ['a text', `a ${secret} b`, 'a *** b'],
    ['a URL', `?a=${encodeURIComponent(secret)}&b`, '?a=***&b'],
    [
      'a URL in lower case',
      `?a=${encodeURIComponent(secret).replace(/%../g, (c) => c.toLowerCase())}`,
      '?a=***',
    ],
    ['a form', new URLSearchParams({ a: secret }).toString(), 'a=***'],
    ['JSON', JSON.stringify({ a: secret }), '{"a":"***"}'],
    ['JSON in JSON', JSON.stringify(JSON.stringify({ a: secret })), '"{\\"a\\":\\"***\\"}"'],
    ['HTML', '<b>k3y/&quot;&lt;ä&amp;+ very secret</b>', '<b>***</b>'],
    ['hexadecimal', `x${Buffer.from(secret).toString('hex')}y`, 'x***y'],
    ['Base64', base64(secret), '***'],
  ])('%s', (_, text, masked) => {
    expect(mask.text(text)).toBe(masked);
    expect(Buffer.from(mask.bytes(Buffer.from(text))).toString()).toBe(masked);
  });

  it.each(['', '1', '12', '123', '1234'])('Base64 of a longer text, behind %j', (before) => {
    const masked = mask.text(base64(`${before}${secret} and more`));
    expect(masked).toContain('***');
    // What is left of it at the edges is at most a character.
    const left = Buffer.from(masked.split('***')[0]!, 'base64').toString('latin1');
    expect(left.length).toBeLessThanOrEqual(before.length + 1);
  });

  it('a header with its scheme', () => {
    const { text } = { text: (given: string) => createMask('Bearer abcd.efgh').text(given) };
    expect(text('Authorization: Bearer abcd.efgh; token abcd.efgh')).toBe('Authorization: ***; token ***');
  });

  it('fields and their names, and what holds none stays the same object', () => {
    const same = { list: [1, null, 'nothing'], date: new Date(0) };
    const given = { [secret]: [`a${secret}`], same };
    const masked = mask.json(given);
    expect(masked).toEqual({ '***': ['a***'], same });
    expect(masked.same).toBe(same);
    expect(mask.json(same)).toBe(same);
    expect(given[secret]).toEqual([`a${secret}`]);
  });

  it('fields with the name of a prototype', () => {
    const given = JSON.parse(`{"__proto__": {"a": ${JSON.stringify(secret)}}}`) as object;
    expect(JSON.stringify(mask.json(given))).toBe('{"__proto__":{"a":"***"}}');
  });

  it('errors, with their stacks, parameters and causes', () => {
    const errors = defineErrors({
      A_FAILED: {
        kind: 'operational',
        status: 502,
        retry: 'default',
        message: 'no {what}',
        help: 'see {what}',
      },
    });
    const cause = new TypeError(`deep ${secret}`);
    const thrown = errors.create('A_FAILED', { params: { what: secret }, cause, retry: { afterMs: 5 } });
    const masked = mask.error(thrown) as NavetteError;
    expect(NavetteError.is(masked)).toBe(true);
    expect(masked).toMatchObject({
      code: 'A_FAILED',
      status: 502,
      retry: { afterMs: 5 },
      message: 'no ***',
      help: 'see ***',
      params: { what: '***' },
      cause: { name: 'TypeError', message: 'deep ***' },
    });
    expect(
      `${masked.stack} ${(masked.cause as Error).stack} ${JSON.stringify(masked.toRecord())}`,
    ).not.toContain(secret);
    const other = new Error('nothing');
    expect(mask.error(other)).toBe(other);
  });
});

it('leaves alone what holds none, and short secrets', () => {
  const mask = createMask('short', 'long enough');
  const bytes = Buffer.from('a short text');
  expect(mask.bytes(bytes)).toBe(bytes);
  expect(mask.text('a short text')).toBe('a short text');
  expect(createMask('short').isEmpty).toBe(true);
});
