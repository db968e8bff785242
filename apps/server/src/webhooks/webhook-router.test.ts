import type { LiveWebhook } from '@navette/store';
import { describe, expect, test } from 'vitest';
import { WebhookRouter } from './webhook-router.ts';

function webhook(method: string, path: string): LiveWebhook {
  return {
    method,
    path,
    shape: '',
    projectId: 'p',
    workflowId: 'w',
    versionId: 'v',
    nodeId: `${method} ${path}`,
  };
}

const router = new WebhookRouter([
  webhook('POST', 'orders'),
  webhook('GET', 'orders/:id'),
  webhook('GET', 'orders/new'),
  webhook('DELETE', 'orders/:order'),
  webhook('ANY', 'everything'),
  webhook('PUT', 'a/:x/c/:y'),
  webhook('GET', 'a/b/d'),
]);

function find(method: string, path: string) {
  const found = router.find(method, path);
  return found && 'webhook' in found ? [found.webhook.nodeId, found.params] : found;
}

describe('matches', () => {
  test.each([
    ['POST', 'orders', ['POST orders', {}]],
    ['GET', 'orders/new', ['GET orders/new', {}]],
    ['GET', 'orders/42', ['GET orders/:id', { id: '42' }]],
    ['DELETE', 'orders/42', ['DELETE orders/:order', { order: '42' }]],
    // The fixed segment knows no DELETE, so the parameter is tried.
    ['DELETE', 'orders/new', ['DELETE orders/:order', { order: 'new' }]],
    ['PUT', 'a/b/c/d%20%C3%A9', ['PUT a/:x/c/:y', { x: 'b', y: 'd é' }]],
    ['PATCH', 'everything', ['ANY everything', {}]],
    ['HEAD', 'everything', ['ANY everything', {}]],
  ])('%s %s', (method, path, expected) => {
    expect(find(method, path)).toEqual(expected);
  });
});

describe('known paths name their methods', () => {
  test.each([
    ['GET', 'orders', { allowed: ['POST'] }],
    ['POST', 'orders/new', { allowed: ['DELETE', 'GET'] }],
    ['OPTIONS', 'everything', { allowed: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] }],
  ])('%s %s', (method, path, expected) => {
    expect(find(method, path)).toEqual(expected);
  });
});

describe('nothing is there', () => {
  test.each([
    '',
    'order',
    'orders/',
    'orders/1/2',
    'Orders',
    'a/b',
    'orders/%zz',
    '__proto__',
    'constructor',
  ])('GET %s', (path) => {
    expect(find('GET', path)).toBeUndefined();
  });
});
