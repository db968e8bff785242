import type { Item, WebhookResponse } from '@navette/contracts';
import { describe, expect, test } from 'vitest';
import { createResponse } from './create-response.ts';
import { parameters } from './parameters.ts';

const items: Item[] = [{ json: { id: 1 } }, { json: { id: 2 } }];

function responseOf(input: unknown, from: readonly Item[] = items): WebhookResponse {
  return createResponse(parameters.parse(input), from);
}

describe('kinds', () => {
  test.each([
    [{}, { status: 200, headers: {}, body: { kind: 'json', value: { id: 1 } } }],
    [
      { respondWith: 'all-items', status: 202 },
      { status: 202, headers: {}, body: { kind: 'json', value: [{ id: 1 }, { id: 2 }] } },
    ],
    [
      { respondWith: 'json', value: { ok: true } },
      { status: 200, headers: {}, body: { kind: 'json', value: { ok: true } } },
    ],
    [
      { respondWith: 'text', text: 'hello', status: 404 },
      {
        status: 404,
        headers: {},
        body: { kind: 'text', value: 'hello', mediaType: 'text/plain; charset=utf-8' },
      },
    ],
    [
      { respondWith: 'text', text: { a: 1 }, mediaType: 'application/json' },
      { status: 200, headers: {}, body: { kind: 'text', value: '{"a":1}', mediaType: 'application/json' } },
    ],
    [{ respondWith: 'empty' }, { status: 204, headers: {}, body: { kind: 'empty' } }],
    [
      { respondWith: 'redirect', location: 'https://example.com/a b?x=é' },
      { status: 302, headers: { location: 'https://example.com/a%20b?x=%C3%A9' }, body: { kind: 'empty' } },
    ],
    [
      { respondWith: 'redirect', location: '/done?id=1', status: 303 },
      { status: 303, headers: { location: '/done?id=1' }, body: { kind: 'empty' } },
    ],
  ])('%j', (input, expected) => {
    expect(responseOf(input)).toEqual(expected);
  });

  test('a file, with the media type of the header when there is one', () => {
    const file = {
      artifactId: `art_${'0'.repeat(32)}`,
      fileName: 'a.pdf',
      mediaType: 'application/pdf',
      sizeBytes: 1,
      sha256: '0'.repeat(64),
    };
    const withFile = [{ json: {}, binary: { data: file } }];
    expect(responseOf({ respondWith: 'binary' }, withFile).body).toEqual({
      kind: 'binary',
      artifactId: file.artifactId,
      mediaType: 'application/pdf',
    });
    const response = responseOf(
      { respondWith: 'binary', headers: [{ name: 'Content-Type', value: 'application/x-pdf' }] },
      withFile,
    );
    expect(response).toEqual({
      status: 200,
      headers: {},
      body: { kind: 'binary', artifactId: file.artifactId, mediaType: 'application/x-pdf' },
    });
  });

  test('no items at all answer null', () => {
    expect(responseOf({}, []).body).toEqual({ kind: 'json', value: null });
  });
});

test('headers are lower case, the later wins, null leaves one out, numbers become text', () => {
  const headers = [
    { name: 'X-Total', value: 12 },
    { name: 'x-total', value: 13 },
    { name: 'X-None', value: null },
    { name: 'Access-Control-Allow-Origin', value: '*' },
  ];
  expect(responseOf({ headers }).headers).toEqual({ 'x-total': '13', 'access-control-allow-origin': '*' });
});

describe('refusals', () => {
  test.each([
    'Set-Cookie',
    'connection',
    'Content-Length',
    'Transfer-Encoding',
    'content-security-policy',
    'Clear-Site-Data',
    'X Space',
    'X-Break\r\nSet-Cookie',
  ])('the header %j', (name) => {
    expect(() => responseOf({ headers: [{ name, value: 'x' }] })).toThrow(
      expect.objectContaining({ code: 'NODE_INPUT_INVALID' }),
    );
  });

  test('a line break in a value', () => {
    expect(() => responseOf({ headers: [{ name: 'X-A', value: 'a\r\nSet-Cookie: b' }] })).toThrow(/X-A/);
  });

  test.each([
    '',
    'javascript:alert(1)',
    '//evil.example',
    '/\\evil.example',
    'evil.example',
    'data:text/html,x',
  ])('the redirect %j', (location) => {
    expect(() => responseOf({ respondWith: 'redirect', location })).toThrow(/http\(s\) URL/);
  });

  test('a status that does not go with the answer', () => {
    expect(() => responseOf({ status: 204 })).toThrow(/cannot have a body/);
    expect(() => responseOf({ respondWith: 'redirect', location: '/a', status: 200 })).toThrow(/300 to 399/);
    expect(() => responseOf({ respondWith: 'binary' })).toThrow(/has no file "data"/);
    expect(parameters.safeParse({ status: 199 }).success).toBe(false);
    expect(parameters.safeParse({ mediaType: 'nonsense' }).success).toBe(false);
  });
});
