import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { builtinCredentialTypes, httpBasic, httpBearer, httpHeader, httpQuery } from './index.ts';

describe('authorize', () => {
  test('http-basic encodes the pair as UTF-8 in base64', () => {
    expect(httpBasic.authorize({ username: 'Aladdin', password: 'open sesame' })).toEqual({
      headers: { Authorization: 'Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==' },
    });
    expect(httpBasic.authorize({ username: 'test', password: '123£' })).toEqual({
      headers: { Authorization: 'Basic dGVzdDoxMjPCow==' },
    });
  });

  test('the others put their value where they say', () => {
    expect(httpBearer.authorize({ token: 'abc' })).toEqual({ headers: { Authorization: 'Bearer abc' } });
    expect(httpHeader.authorize({ name: 'X-Api-Key', value: 'abc' })).toEqual({
      headers: { 'X-Api-Key': 'abc' },
    });
    expect(httpQuery.authorize({ name: 'key', value: 'abc' })).toEqual({ query: { key: 'abc' } });
  });
});

describe('data that could inject something is refused', () => {
  const refused: [string, z.ZodObject, Record<string, string>, string][] = [
    ['a colon in the user name', httpBasic.data, { username: 'a:b', password: 'p' }, 'username'],
    ['a line break in the password', httpBasic.data, { username: 'a', password: 'p\r\nX: y' }, 'password'],
    ['a line break in the token', httpBearer.data, { token: 'abc\r\nX-Evil: 1' }, 'token'],
    ['a blank in the token', httpBearer.data, { token: 'Bearer abc' }, 'token'],
    ['an empty token', httpBearer.data, { token: '' }, 'token'],
    ['a header name with a colon', httpHeader.data, { name: 'X-Key:', value: 'v' }, 'name'],
    ['a header of the connection', httpHeader.data, { name: 'Transfer-Encoding', value: 'chunked' }, 'name'],
    ['the Host header', httpHeader.data, { name: 'host', value: 'evil' }, 'name'],
    ['a line feed in the header value', httpHeader.data, { name: 'X-Key', value: 'a\nb' }, 'value'],
    ['a character outside Latin-1', httpHeader.data, { name: 'X-Key', value: '€' }, 'value'],
    ['a blank at the end', httpHeader.data, { name: 'X-Key', value: 'a ' }, 'value'],
    ['an empty header value', httpHeader.data, { name: 'X-Key', value: '' }, 'value'],
    ['a blank in the query name', httpQuery.data, { name: 'a b', value: 'v' }, 'name'],
    ['a control character in the query value', httpQuery.data, { name: 'a', value: 'v\u0000' }, 'value'],
  ];
  test.each(refused)('%s', (_name, schema, data, field) => {
    const result = schema.safeParse(data);
    expect(result.success).toBe(false);
    expect(result.error!.issues.map((issue) => issue.path.join('.'))).toContain(field);
  });

  test('what is fine passes, unknown fields do not', () => {
    expect(httpHeader.data.safeParse({ name: 'X-Api-Key', value: 'a b\tc é' }).success).toBe(true);
    expect(httpBearer.data.safeParse({ token: 'abc', more: 'x' }).success).toBe(false);
  });
});

test('every type has its secrets marked in the JSON Schema of its form', () => {
  const secrets = builtinCredentialTypes.map((each) => {
    const schema = z.toJSONSchema(each.data) as { properties: Record<string, Record<string, unknown>> };
    const fields = Object.entries(schema.properties).filter(([, field]) => field['x-secret'] === true);
    return [each.type, fields.map(([name]) => name)];
  });
  expect(secrets).toEqual([
    ['http-basic', ['password']],
    ['http-bearer', ['token']],
    ['http-header', ['value']],
    ['http-query', ['value']],
  ]);
});
