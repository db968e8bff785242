/**
 * 500 malformed definitions, bodies, queries and webhook payloads, made from a seed: each is refused by a problem
 * document that names the field, the server goes on answering, and no stack trace reaches its log.
 */
import { type Route, routeList, routes, workflowDefinitionSchema } from '@navette/contracts';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startServer, type TestServer } from './start-server.ts';

/** Another one by NAVETTE_TEST_SEED. */
const seed = Number(process.env['NAVETTE_TEST_SEED'] ?? 20_261_121);
const perFamily = 125;

let server: TestServer;
let key: string;
let workflowId: string;
let sent = 0;

beforeAll(async () => {
  server = await startServer({ env: { NAVETTE_WEBHOOK_MAX_BODY_BYTES: '65536' } });
  ({ apiKey: key } = await server.createOwner());
  const nodes = [
    {
      id: 'hook',
      name: 'Hook',
      type: 'webhook-trigger',
      parameters: { path: 'bad', respond: 'finished' as const },
    },
  ];
  const workflow = await server.api(routes.createWorkflow, {
    body: { name: 'Bad input', definition: { nodes } },
  });
  workflowId = workflow.id;
  await server.api(routes.publishWorkflow, { params: { workflowId }, body: {} });
});
afterAll(() => server?.stop());

interface Attempt {
  what: string;
  method: string;
  path: string;
  body?: string;
  contentType?: string;
  headers?: Record<string, string>;
  /** Where the fault lies: one of the issues points there or below. */
  field: string;
}

async function expectRefusal(attempt: Attempt): Promise<void> {
  sent += 1;
  const response = await fetch(`${server.url}${attempt.path}`, {
    method: attempt.method,
    headers: {
      authorization: `Bearer ${key}`,
      ...(attempt.body === undefined ? {} : { 'content-type': attempt.contentType ?? 'application/json' }),
      ...attempt.headers,
    },
    ...(attempt.body === undefined ? {} : { body: attempt.body }),
  });
  const text = await response.text();
  const about = `${attempt.what}\n${attempt.method} ${attempt.path.slice(0, 300)}\n${attempt.body?.slice(0, 500) ?? ''}\n→ ${response.status} ${text.slice(0, 1_000)}`;
  expect(response.status, about).toBeGreaterThanOrEqual(400);
  expect(response.status, about).toBeLessThan(500);
  expect(response.headers.get('content-type'), about).toBe('application/problem+json; charset=utf-8');
  const problem = JSON.parse(text);
  expect(problem, about).toMatchObject({
    status: response.status,
    code: expect.stringMatching(/^[A-Z]+(_[A-Z]+)+$/),
    detail: expect.any(String),
    help: expect.any(String),
  });
  const paths: string[] = (problem.issues ?? []).map((issue: { path: string }) => issue.path);
  expect(
    paths.some((path) => path === attempt.field || path.startsWith(`${attempt.field}/`)),
    `${about}\nno issue at ${attempt.field}: ${paths.join(', ')}`,
  ).toBe(true);
}

const json = (value: unknown) => JSON.stringify(value);

describe('definitions', () => {
  /** Values that are nowhere right where text, numbers, lists or objects are asked for. */
  const not = {
    text: fc.oneof(
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.array(fc.integer()),
      fc.constant({ a: 1 }),
    ),
    number: fc.oneof(fc.string(), fc.boolean(), fc.constant(null), fc.array(fc.integer()), fc.constant({})),
    list: fc.oneof(fc.string(), fc.integer(), fc.constant(null), fc.constant({ 0: 'a' })),
    object: fc.oneof(fc.string(), fc.integer(), fc.constant(null), fc.array(fc.integer())),
    boolean: fc.oneof(fc.string(), fc.integer(), fc.constant(null)),
  };
  const unknownName = fc.stringMatching(/^x[a-z]{3,12}$/);
  const badId = fc.oneof(
    fc.constantFrom('', 'constructor', 'a b', 'é', '../x', '-a', 'a'.repeat(65), '__proto__', '\n'),
    fc.stringMatching(/^[!"#$%&/()=?]{1,8}$/),
  );
  type Definition = {
    nodes: Record<string, unknown>[];
    edges: Record<string, unknown>[];
    settings: Record<string, unknown>;
  };
  interface Damage {
    field: string;
    apply(definition: Definition): void;
  }
  const set =
    (field: string, target: (definition: Definition) => Record<string, unknown>, name: string) =>
    (value: unknown): Damage => ({
      field,
      apply: (definition) => {
        target(definition)[name] = value;
      },
    });
  const node = (definition: Definition) => definition.nodes[1]!;
  const edge = (definition: Definition) => definition.edges[0]!;
  const whole = (definition: Definition) => definition as unknown as Record<string, unknown>;
  const damage: fc.Arbitrary<Damage> = fc.oneof(
    fc.oneof(not.text, badId).map(set('/nodes/1/id', node, 'id')),
    fc.oneof(not.text, fc.constantFrom('', '   ', 'x'.repeat(121))).map(set('/nodes/1/name', node, 'name')),
    fc
      .oneof(not.text, unknownName, fc.constantFrom('No-Op', 'no op', '', '9a'))
      .map(set('/nodes/1/type', node, 'type')),
    fc
      .oneof(not.number, fc.integer({ max: 0 }), fc.double({ min: 1.1, max: 1.9, noNaN: true }))
      .map(set('/nodes/1/typeVersion', node, 'typeVersion')),
    not.object.map(set('/nodes/1/parameters', node, 'parameters')),
    fc
      .oneof(not.list, fc.constantFrom([], [1], [1, 2, 3], ['a', 'b']))
      .map(set('/nodes/1/position', node, 'position')),
    not.boolean.map(set('/nodes/1/disabled', node, 'disabled')),
    not.object.map(set('/nodes/1/settings', node, 'settings')),
    fc
      .constantFrom(
        { retry: { maxAttempts: 0 } },
        { timeoutMs: -1 },
        { onError: 'ignore' },
        { afterCrash: 1 },
      )
      .map(set('/nodes/1/settings', node, 'settings')),
    fc
      .oneof(not.list, fc.constant([{ json: 1 }]), fc.constant([{ data: {} }]))
      .map(set('/nodes/1/pinned', node, 'pinned')),
    unknownName.chain((name) => fc.jsonValue().map(set(`/nodes/1/${name}`, node, name))),
    fc.constant(set('/nodes/1/id', node, 'id')('start')),
    fc.constant(set('/nodes/1/name', node, 'name')('Start')),
    fc.oneof(not.text, badId, fc.constant('nowhere')).map(set('/edges/0/from', edge, 'from')),
    fc.oneof(not.text, badId, fc.constant('nowhere')).map(set('/edges/0/to', edge, 'to')),
    fc
      .oneof(not.text, fc.constantFrom('', 'Main', 'a b', 'constructor', 'no-such-port'))
      .map(set('/edges/0/fromPort', edge, 'fromPort')),
    fc.oneof(not.text, unknownName).map(set('/edges/0/kind', edge, 'kind')),
    unknownName.chain((name) => fc.jsonValue().map(set(`/edges/0/${name}`, edge, name))),
    fc
      .oneof(not.text, fc.constantFrom('Mars/Olympus', '', 'UTC+25'))
      .map(set('/settings/timeZone', (each) => each.settings, 'timeZone')),
    fc
      .oneof(not.number, fc.constantFrom(0, -5, 1.5))
      .map(set('/settings/timeoutMs', (each) => each.settings, 'timeoutMs')),
    not.list.map(set('/nodes', whole, 'nodes')),
    not.list.map(set('/edges', whole, 'edges')),
    fc.constantFrom(0, 2, '1', null).map(set('/schemaVersion', whole, 'schemaVersion')),
    unknownName.chain((name) => fc.jsonValue().map(set(`/${name}`, whole, name))),
    fc.constantFrom('{{ $json. }}', '{{ 1 + }}', '{{ }}}', "{{ $('Nobody').item }}").map(
      (value): Damage => ({
        field: '/nodes/2/parameters',
        apply: (definition) => {
          definition.nodes[2]!['parameters'] = { message: value };
        },
      }),
    ),
    fc
      .constantFrom({ no: 'such' }, { message: 1 }, { message: '' })
      .map(set('/nodes/2/parameters', (each) => each.nodes[2]!, 'parameters')),
  );

  test(`${perFamily} damaged ones`, async () => {
    for (const each of fc.sample(damage, { seed, numRuns: perFamily })) {
      const definition: Definition = {
        nodes: [
          { id: 'start', name: 'Start', type: 'manual-trigger' },
          { id: 'middle', name: 'Middle', type: 'no-op' },
          { id: 'stop', name: 'Stop', type: 'stop-with-error', parameters: { message: 'x' } },
        ],
        edges: [
          { from: 'start', to: 'middle' },
          { from: 'middle', to: 'stop' },
        ],
        settings: {},
      };
      each.apply(definition);
      await expectRefusal({
        what: 'a definition',
        method: 'POST',
        path: '/api/v1/workflows',
        body: json({ name: 'x', definition }),
        field: `/body/definition${each.field}`,
      });
    }
  });

  test('and the undamaged one is fine', () => {
    expect(workflowDefinitionSchema.safeParse({ nodes: [], edges: [], settings: {} }).success).toBe(true);
  });
});

describe('bodies', () => {
  const withBody = routeList.filter((route) => route.body !== undefined && route.access !== 'setup');
  const garbage = fc.oneof(
    fc.jsonValue({ maxDepth: 3 }).map(json),
    fc.string({ minLength: 1, maxLength: 60 }),
    fc.constantFrom('{', '[1,', '"open', '{"a":1,}', "{'a':1}", '{"a":NaN}', '\ufeff{}', 'undefined'),
    fc.constantFrom('{"__proto__":{"x":1}}', '{"constructor":{"prototype":{}}}', '{"name":"a\\u0000b"}'),
    fc.integer({ min: 101, max: 5_000 }).map((depth) => '['.repeat(depth) + ']'.repeat(depth)),
    fc
      .dictionary(fc.string({ minLength: 1 }), fc.jsonValue({ maxDepth: 1 }), { minKeys: 1, maxKeys: 5 })
      .map(json),
  );

  test(`${perFamily} that no route takes`, async () => {
    const pairs = fc.sample(fc.tuple(fc.constantFrom(...withBody), garbage), {
      seed,
      numRuns: perFamily * 3,
    });
    const refused = pairs.filter(([route, text]) => !isAcceptable(route, text)).slice(0, perFamily);
    expect(refused).toHaveLength(perFamily);
    for (const [route, body] of refused) {
      const path = route.path.replace(/:(\w+)/g, (_whole, name: string) =>
        name === 'workflowId' ? workflowId : `crd_${'0'.repeat(32)}`,
      );
      await expectRefusal({ what: route.id, method: route.method, path, body, field: '/body' });
    }
  });

  function isAcceptable(route: Route, text: string): boolean {
    try {
      return /\S/.test(text) === false || route.body!.safeParse(JSON.parse(text)).success;
    } catch {
      return false;
    }
  }
});

describe('queries and paths', () => {
  const badValues: Record<string, fc.Arbitrary<string>> = {
    limit: fc.constantFrom('0', '-1', '201', '1.5', 'ten', '1e9', '%00', 'NaN', '１'),
    cursor: fc.oneof(
      fc.constantFrom('', 'x', '%00', 'x'.repeat(201)),
      fc.base64String({ minLength: 4, maxLength: 60 }).map(encodeURIComponent),
    ),
    workflowId: fc.constantFrom('x', 'wfl_1', `exe_${'0'.repeat(32)}`, `wfl_${'G'.repeat(32)}`),
    status: fc.constantFrom('done', 'queued,done', '', ',', 'queued;running'),
    mode: fc.constantFrom('byhand', 'MANUAL', ''),
    createdAfter: fc.constantFrom('yesterday', '2026-13-01T00:00:00Z', '2026-01-01', '0'),
    createdBefore: fc.constantFrom('tomorrow', '2026-01-01T25:00:00Z', '1e3'),
    failedAfter: fc.constantFrom('yesterday', '2026-13-01T00:00:00Z', '0'),
    failedBefore: fc.constantFrom('tomorrow', '2026-01-01T25:00:00Z', '1e3'),
    code: fc.constantFrom('x'.repeat(300), '%00'),
    mine: fc.constantFrom('perhaps', '7'),
    executionId: fc.constantFrom('x', `wfl_${'0'.repeat(32)}`, `exe_${'G'.repeat(32)}`),
    published: fc.constantFrom('maybe', '2', ''),
    search: fc.constantFrom('x'.repeat(201), '%00'),
    target: fc.constantFrom('live', ''),
    inline: fc.constantFrom('perhaps', '7'),
    action: fc.constantFrom('x'.repeat(65), '%00'),
    after: fc.constantFrom('x'.repeat(31)),
  };
  const withQuery = routeList.filter((route) => route.query !== undefined && !route.path.includes(':'));
  const query = fc.constantFrom(...withQuery).chain((route) => {
    const names = Object.keys(route.query!.shape);
    const bad = fc
      .constantFrom(...names)
      .chain((name) => badValues[name]!.map((value) => ({ route, name, text: `${name}=${value}` })));
    const twice = fc.constantFrom(...names).map((name) => ({ route, name, text: `${name}=1&${name}=2` }));
    const unknown = fc.stringMatching(/^x[a-z_]{2,20}$/).map((name) => ({ route, name, text: `${name}=1` }));
    return fc.oneof({ weight: 4, arbitrary: bad }, twice, unknown);
  });
  const badIds = [
    'x',
    '0',
    '%00',
    'wfl_',
    `wfl_${'0'.repeat(31)}`,
    `WFL_${'0'.repeat(32)}`,
    `prj_${'0'.repeat(32)}`,
    '%2e%2e%2f',
    "';--",
  ];
  const withParams = routeList.filter((route) => /:\w+Id/.test(route.path) && route.method === 'GET');
  const path = fc.tuple(fc.constantFrom(...withParams), fc.constantFrom(...badIds));

  test(`${perFamily} that no route takes`, async () => {
    for (const { route, name, text } of fc.sample(query, { seed, numRuns: perFamily - 25 }))
      await expectRefusal({
        what: route.id,
        method: route.method,
        path: `${route.path}?${text}`,
        field: `/query/${name}`,
      });
    for (const [route, id] of fc.sample(path, { seed, numRuns: 25 })) {
      const [first] = /(?<=:)\w+/.exec(route.path)!;
      await expectRefusal({
        what: route.id,
        method: route.method,
        path: route.path.replace(/:(\w+)/g, (_whole, name: string) => (name === 'path' ? 'a' : id)),
        field: `/params/${first}`,
      });
    }
  });
});

describe('webhook payloads', () => {
  const jsonTypes = fc.constantFrom(
    'application/json',
    'application/json; charset=utf-8',
    'application/vnd.x+json',
  );
  const notJson = fc
    .oneof(
      fc.string({ minLength: 1, maxLength: 80 }),
      fc.constantFrom('{', '{"a":}', '[1 2]', '"\n"', 'nul', '{"a":1}}', '\ufeff1'),
      fc.integer({ min: 101, max: 20_000 }).map((depth) => '{"a":'.repeat(depth)),
      fc.integer({ min: 101, max: 20_000 }).map((depth) => '['.repeat(depth) + ']'.repeat(depth)),
      fc.constantFrom('{"__proto__":1}', '[{"a":{"__proto__":{"x":1}}}]', '{"\\u005f\\u005fproto__":{}}'),
    )
    .filter((text) => {
      try {
        const value = JSON.parse(text);
        return /proto/.test(text) || text.startsWith('[[') || value === undefined;
      } catch {
        return true;
      }
    });
  const payload = fc.oneof(
    {
      weight: 5,
      arbitrary: fc
        .tuple(jsonTypes, notJson)
        .map(([contentType, body]) => ({ contentType, body, field: '/body', headers: {} })),
    },
    {
      weight: 2,
      arbitrary: fc
        .constantFrom(
          '--x\r\n',
          '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nhalf',
          'nothing at all',
          '--y--\r\n',
        )
        .map((body) => ({
          contentType: 'multipart/form-data; boundary=x',
          body,
          field: '/body',
          headers: {},
        })),
    },
    {
      weight: 1,
      arbitrary: fc.constant({ contentType: 'multipart/form-data', body: 'x', field: '/body', headers: {} }),
    },
    {
      weight: 1,
      arbitrary: fc
        .integer({ min: 65_537, max: 200_000 })
        .map((size) => ({ contentType: 'text/plain', body: 'x'.repeat(size), field: '/body', headers: {} })),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom('x'.repeat(256), 'a b', 'é').map((name) => ({
        contentType: 'text/plain',
        body: 'x',
        field: '/headers/idempotency-key',
        headers: { 'idempotency-key': Buffer.from(name).toString('latin1') },
      })),
    },
  );

  test(`${perFamily} that are not what they say`, async () => {
    for (const each of fc.sample(payload, { seed, numRuns: perFamily }))
      await expectRefusal({ what: 'a webhook', method: 'POST', path: '/webhook/bad', ...each });
  });
});

test('the server goes on answering, and its log has no stack trace', async () => {
  expect(sent).toBe(4 * perFamily);
  const answer = await fetch(`${server.url}/webhook/bad`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"good":true}',
  });
  expect([answer.status, await answer.json()]).toMatchObject([200, [{ body: { good: true } }]]);
  expect((await server.api(routes.healthReady)).status).toBe('ok');
  expect(await server.api(routes.listExecutions)).toMatchObject({
    items: [{ status: 'succeeded' }],
    nextCursor: null,
  });
  const log = server.logs();
  expect(log).not.toMatch(/\\n {4}at |\n {4}at /);
  expect(log.split('\n').filter((line) => /"level":"(error|warn)"/.test(line))).toEqual([]);
});
