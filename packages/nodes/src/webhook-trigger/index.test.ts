import { describe, expect, test } from 'vitest';
import { webhookTrigger } from './index.ts';

function specOf(parameters: unknown) {
  return webhookTrigger.webhook!(webhookTrigger.parameters.parse(parameters));
}

test('defaults: POST, answered at once with 200, open', () => {
  expect(specOf({ path: 'orders' })).toEqual({
    methods: ['POST'],
    path: 'orders',
    respond: 'immediately',
    rawBody: false,
    authenticated: false,
    responseStatus: 200,
  });
});

test('every setting reaches the specification', () => {
  expect(
    specOf({
      methods: ['GET', 'ANY'],
      path: '/v1/orders/:id/',
      respond: 'node',
      rawBody: true,
      authentication: 'credential',
      responseStatus: 202,
    }),
  ).toEqual({
    methods: ['ANY'],
    path: 'v1/orders/:id',
    respond: 'node',
    rawBody: true,
    authenticated: true,
    responseStatus: 202,
  });
});

describe('paths', () => {
  test.each(['orders', '/orders', 'a/:id/b/:line_2', 'v1.2/x~y_z-0', 'a/.well-known'])(
    'accepts %s',
    (path) => {
      expect(webhookTrigger.parameters.safeParse({ path }).success).toBe(true);
    },
  );

  test.each([
    ['nothing', ''],
    ['a slash alone', '/'],
    ['an empty segment', 'a//b'],
    ['a step up', 'a/../b'],
    ['a dot segment', './a'],
    ['a query', 'a?b=1'],
    ['an escape', 'a/%2e%2e'],
    ['a blank', 'a b'],
    ['a nameless parameter', 'a/:'],
    ['a wildcard', 'a/*'],
    ['the same parameter twice', ':id/x/:id'],
    ['201 characters', 'a'.repeat(201)],
  ])('refuses %s', (_name, path) => {
    const result = webhookTrigger.parameters.safeParse({ path });
    expect(result.success).toBe(false);
    expect(result.error!.issues.every((issue) => issue.path[0] === 'path')).toBe(true);
  });
});

test.each([
  ['an unknown method', { path: 'a', methods: ['BREW'] }],
  ['a method twice', { path: 'a', methods: ['GET', 'GET'] }],
  ['no method', { path: 'a', methods: [] }],
  ['an error status', { path: 'a', responseStatus: 404 }],
  ['an unknown parameter', { path: 'a', secret: 'x' }],
])('refuses %s', (_name, parameters) => {
  expect(webhookTrigger.parameters.safeParse(parameters).success).toBe(false);
});
