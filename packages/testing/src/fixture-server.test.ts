import { expect, test } from 'vitest';
import { startFixtureServer } from './fixture-server.ts';

test('remembers requests and answers values as text or JSON', async () => {
  await using server = await startFixtureServer((request) =>
    request.path === '/text' ? 'plain' : { number: request.number, sent: request.body.toString() },
  );
  const text = await fetch(`${server.url}/text?page=2`);
  expect(await text.text()).toBe('plain');
  const json = await fetch(`${server.url}/json`, { method: 'POST', body: 'hello' });
  expect(await json.json()).toEqual({ number: 2, sent: 'hello' });
  expect(server.count()).toBe(2);
  expect(server.count('/json')).toBe(1);
  expect(server.count('/other')).toBe(0);
  expect(server.requests[0]?.query.get('page')).toBe('2');
});

test('a handler may write the response itself, and its failure is a 500', async () => {
  await using server = await startFixtureServer((request, response) => {
    if (request.path === '/broken') throw new Error('broken on purpose');
    response.writeHead(429, { 'retry-after': '7' }).end();
  });
  const limited = await fetch(server.url);
  expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '7']);
  const broken = await fetch(`${server.url}/broken`);
  expect([broken.status, await broken.text()]).toEqual([500, 'Error: broken on purpose']);
});
