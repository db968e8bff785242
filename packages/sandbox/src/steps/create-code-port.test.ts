import type { CodeRun, HttpRequest } from '@navette/contracts';
import { afterAll, describe, expect, test } from 'vitest';
import { sandboxErrors } from '../errors.ts';
import { placeLimitError } from '../policy/place-limit-error.ts';
import { defaultPolicy, type ServerPolicy } from '../policy/policy.ts';
import {
  createFixedPolicies,
  type PolicyAsk,
  type PolicyReading,
  PolicySet,
  type PolicySource,
} from '../policy/policy-set.ts';
import type { CodeEngine, EngineName } from '../port.ts';
import { createQuickJsEngine } from '../quickjs/quickjs-engine.ts';
import { createV8Engine } from '../v8/v8-engine.ts';
import { CodeEngines } from './code-engines.ts';
import { createCodePort } from './create-code-port.ts';

let made = 0;
const createEngines = () =>
  new CodeEngines(
    new Map<EngineName, () => CodeEngine>([
      [
        'quickjs',
        () => {
          made += 1;
          return createQuickJsEngine({ ready: 0, size: 1 });
        },
      ],
    ]),
  );

const engines = createEngines();
afterAll(() => engines.close());

const requests: HttpRequest[] = [];

function openPort(
  policy: ServerPolicy = defaultPolicy,
  readings: readonly PolicyReading[] = [],
  {
    policies,
    asks,
    having = engines,
  }: { policies?: PolicySource; asks?: readonly PolicyAsk[]; having?: CodeEngines } = {},
) {
  return createCodePort({
    engines: having,
    policies: policies ?? createFixedPolicies({ server: policy }, readings),
    http: {
      request: async ({ onHop, ...request }) => {
        const { hostname, port, protocol } = new URL(request.url);
        onHop?.({
          method: request.method,
          host: hostname,
          port: Number(port) || (protocol === 'https:' ? 443 : 80),
        });
        requests.push(request);
        const body = new Uint8Array([0xff, 0x00]);
        return {
          status: 201,
          statusText: 'Created',
          headers: { 'content-type': 'image/png' },
          body,
          url: request.url,
        };
      },
    },
    step: {
      projectId: 'project',
      versionId: 'version',
      signal: new AbortController().signal,
      ...(asks ? { asks } : {}),
    },
  });
}

function createRun(source: string, rest: Partial<CodeRun> = {}): CodeRun {
  return {
    engine: 'quickjs',
    language: 'javascript',
    source,
    parameters: ['host'],
    prelude: 'return [host];',
    input: 'null',
    modules: [],
    limits: {},
    allowedHosts: [],
    functions: new Map(),
    onLine: () => {},
    ...rest,
  };
}

const ceiling = (limits: Partial<ServerPolicy['ceiling']['limits']>, allowedHosts = ['*']): ServerPolicy => ({
  ...defaultPolicy,
  ceiling: { ...defaultPolicy.ceiling, limits: { ...defaultPolicy.ceiling.limits, ...limits }, allowedHosts },
});

describe('the code of a step', () => {
  test('gets the limits that it asks for, up to those of the server', async () => {
    const endless = createRun('for (;;) {}', { limits: { cpuMs: 600_000 } });
    await expect(openPort(ceiling({ cpuMs: 150 })).run(endless)).rejects.toMatchObject({
      code: 'SANDBOX_CPU_LIMIT',
      params: { allowed: 150 },
      help: 'Raise policies/default.json: ceiling.limits.cpuMs; or make the code do less.',
    });
    const modest = createRun('for (;;) {}', { limits: { cpuMs: 100 } });
    await expect(openPort().run(modest)).rejects.toMatchObject({
      params: { allowed: 100, place: 'the step: parameters.limits' },
      help: 'Raise limits.cpuSeconds in the settings of the step, up to 600 (policies/default.json: ceiling.limits.cpuMs); or make the code do less.',
    });
  });

  test.each([
    {
      source: 'for (;;) console.log(1)',
      limits: { consoleLines: 50 },
      message:
        /^The code wrote \d+ lines to the console; 50 are allowed \(consoleLines of policies\/default\.json: ceiling/,
      help: /^Raise policies\/default\.json: ceiling\.limits\.consoleLines; or write less/,
    },
    {
      source: 'console.log("x".repeat(1000))',
      limits: { consoleBytes: 500 },
      message: /^The code wrote \d+ bytes to the console; 500 are allowed \(consoleBytes of /,
      help: /^Raise policies\/default\.json: ceiling\.limits\.consoleBytes;/,
    },
    {
      source: 'for (;;) await host.twice(1)',
      limits: { calls: 5 },
      message: /^The code came to 6 calls of host functions; 5 are allowed \(calls of /,
      help: /^Raise policies\/default\.json: ceiling\.limits\.calls;/,
    },
    {
      source: 'await host.twice("x".repeat(1000))',
      limits: { callBytes: 500 },
      message: /^The code came to \d+ bytes in one call; 500 are allowed \(callBytes of /,
      help: /^Raise policies\/default\.json: ceiling\.limits\.callBytes;/,
    },
    {
      source: `return 1 // ${'x'.repeat(1000)}`,
      limits: { sourceBytes: 500 },
      message: /^The text of the code has \d+ bytes; 500 are allowed \(sourceBytes of /,
      help: /^Raise policies\/default\.json: ceiling\.limits\.sourceBytes; or shorten it: data/,
    },
    {
      source: 'return 1',
      input: JSON.stringify('x'.repeat(1000)),
      limits: { inputBytes: 500 },
      message: /^What the code was given has 1002 bytes; 500 are allowed \(inputBytes of /,
      help: /^Raise policies\/default\.json: ceiling\.limits\.inputBytes; or give the step fewer/,
    },
  ])('is told which limit of its code, how far, and where to raise it: $limits', async (one) => {
    const functions = new Map([['twice', async () => 2]]);
    const input = 'input' in one ? one.input : 'null';
    const run = openPort(ceiling(one.limits)).run(createRun(one.source, { functions, input }));
    await expect(run).rejects.toMatchObject({
      message: expect.stringMatching(one.message),
      help: expect.stringMatching(one.help),
    });
  });

  test('is not sent to a limit that V8 does not have', () => {
    const said = sandboxErrors.create('SANDBOX_STACK_LIMIT', { params: { limit: 'stackBytes' } });
    const policy = PolicySet.create().resolve({ projectId: 'project', asks: [] });
    const error = placeLimitError(said, policy, { canAsk: true, engine: 'v8' }) as Error & { help: string };
    expect(error.message).toContain('for V8');
    expect(error.help).toMatch(/Use the engine QuickJS.* if it has to be so deep\.$/);
    const other = placeLimitError(said, policy, { canAsk: true, engine: 'quickjs' }) as typeof error;
    expect(other.help).toContain('Raise policies/default.json: defaults.limits.stackBytes, up to');
  });

  test('has http only where it names a host, and is told which policy refuses', async () => {
    const policy = ceiling({}, ['*.example.com']);
    expect((await openPort(policy).run(createRun('return typeof host.http'))).output).toBe('"undefined"');
    const ask = async (url: string, allowedHosts: string[]) => {
      const source = `try { return (await host.http('${url}')).status } catch (error) { return [error.code, error.message] }`;
      return JSON.parse((await openPort(policy).run(createRun(source, { allowedHosts }))).output);
    };
    expect(await ask('https://a.example.com', ['*.EXAMPLE.com.'])).toBe(201);
    const count = requests.length;
    expect(await ask('https://other.net', ['other.net'])).toEqual([
      'POLICY_HOST_REFUSED',
      'Code may not call other.net, port 443: the configuration: code.allowedHosts does not allow it',
    ]);
    expect(await ask('https://b.example.com', ['a.example.com'])).toEqual([
      'POLICY_HOST_REFUSED',
      'Code may not call b.example.com, port 443: the step: parameters.allowedHosts does not allow it',
    ]);
    expect(requests).toHaveLength(count);
  });

  test('is bound by the policy that it chose', async () => {
    const text = JSON.stringify({ version: 1, limits: { cpuMs: 120 }, allowedHosts: ['a.example.com'] });
    const port = openPort(defaultPolicy, [{ file: 'named/calm.json', text }]);
    const endless = createRun('for (;;) {}', { policy: 'calm', limits: { cpuMs: 600_000 } });
    await expect(port.run(endless)).rejects.toMatchObject({
      params: { allowed: 120, place: 'policies/named/calm.json: limits.cpuMs' },
    });
    const source = "try { await host.http('https://b.net') } catch (error) { return error.message }";
    const { output } = await port.run(createRun(source, { policy: 'calm', allowedHosts: ['*'] }));
    expect(output).toContain('policies/named/calm.json: allowedHosts');
    await expect(port.run(createRun('return 1', { policy: 'none' }))).rejects.toMatchObject({
      code: 'POLICY_UNKNOWN',
      help: 'Choose another one (calm), or have the operator of the server add policies/named/none.json.',
    });
  });

  test('sends what it says, to those hosts, and sees bytes as base64', async () => {
    const source =
      "return await host.http({ url: 'https://a.example.com/x', headers: { n: 1 }, timeoutMs: 50 })";
    const lines: string[] = [];
    const run = createRun(source, {
      allowedHosts: ['a.example.com', 'b.net'],
      onLine: (line) => lines.push(line),
    });
    const { output } = await openPort(ceiling({}, ['*.example.com'])).run(run);
    expect(JSON.parse(output)).toMatchObject({ status: 201, ok: true, body: '', base64: '/wA=' });
    expect(requests.at(-1)).toEqual({
      method: 'GET',
      url: 'https://a.example.com/x',
      headers: { n: '1' },
      timeoutMs: 50,
      allowedHosts: ['a.example.com'],
    });
    expect(lines).toEqual(['http: GET https://a.example.com/x: 201, 2 bytes']);
  });

  test('is bound by what the workflow around it asks for', async () => {
    const asks: PolicyAsk[] = [{ by: 'workflow', limits: { cpuMs: 110 }, allowedHosts: ['a.example.com'] }];
    const port = openPort(defaultPolicy, [], { asks });
    const endless = createRun('for (;;) {}', { limits: { cpuMs: 600_000 } });
    await expect(port.run(endless)).rejects.toMatchObject({ params: { allowed: 110 } });
    const source = "try { await host.http('https://b.net') } catch (error) { return error.code }";
    const { output } = await port.run(createRun(source, { allowedHosts: ['*'] }));
    expect(output).toBe('"POLICY_HOST_REFUSED"');
  });

  test('is bound at each request by the policies of that moment', async () => {
    let current = createFixedPolicies({ server: defaultPolicy }, []);
    const functions = new Map([
      [
        'tighten',
        async () => {
          current = createFixedPolicies({ server: ceiling({}, ['*.example.com']) }, []);
          return null;
        },
      ],
    ]);
    const source = `const first = (await host.http('https://b.net')).status; await host.tighten();
      try { await host.http('https://b.net') } catch (error) { return [first, error.code] }`;
    const port = openPort(defaultPolicy, [], { policies: { read: () => current.read() } });
    const { output } = await port.run(createRun(source, { allowedHosts: ['*'], functions }));
    expect(JSON.parse(output)).toEqual([201, 'POLICY_HOST_REFUSED']);
  });

  describe('with a credential', () => {
    const credential = {
      headers: [['Authorization', 'Bearer canary']] as [string, string][],
      query: [['key', 'canary']] as [string, string][],
      allowedHosts: ['*.example.com', 'c.net'],
    };
    const send = async (request: string, allowedHosts: string[]) => {
      const lines: string[] = [];
      const before = requests.length;
      const source = `try { return (await host.http(${request})).status } catch (error) { return [error.code, error.message] }`;
      const run = createRun(source, {
        allowedHosts,
        onLine: (line) => lines.push(line),
        credential: async (name) => (name === 'api' ? credential : undefined),
      });
      const { output } = await openPort().run(run);
      return { output: JSON.parse(output), lines, sent: requests.slice(before) };
    };

    test('says what is in it in place of what the code says, to hosts that both allow, and not in the log', async () => {
      const headers = "{ authorization: 'mine', AUTHORIZATION: 'mine', x: 'own' }";
      const request = `{ url: 'https://a.example.com/x?key=mine&q=1', credential: 'api', headers: ${headers} }`;
      const { lines, output, sent } = await send(request, ['a.example.com', 'b.net']);
      expect(output).toBe(201);
      expect(sent).toEqual([
        {
          method: 'GET',
          url: 'https://a.example.com/x?key=canary&q=1',
          headers: { x: 'own', Authorization: 'Bearer canary' },
          allowedHosts: ['a.example.com'],
        },
      ]);
      expect(lines).toEqual(['http: GET https://a.example.com/x: 201, 2 bytes']);
    });

    test('goes nowhere when it may go to none of the hosts of the step', async () => {
      const { output, sent } = await send("{ url: 'https://b.net', credential: 'api' }", ['b.net']);
      expect(output).toEqual(['SANDBOX_HTTP_INVALID', expect.stringContaining('none of the hosts')]);
      expect(sent).toEqual([]);
    });

    test('that the step does not have is no reason to send without', async () => {
      const { output, sent } = await send("{ url: 'https://b.net', credential: 'other' }", ['b.net']);
      expect(output).toEqual(['SANDBOX_HTTP_INVALID', expect.stringContaining('"other"')]);
      expect(sent).toEqual([]);
    });
  });

  test.each([
    ['{ address: 1 }', 'url'],
    ["{ url: 'https://a.example.com', timeoutMs: -1 }", 'timeoutMs'],
    ["{ url: 'https://a.example.com', allowedHosts: ['*'] }", 'allowedHosts'],
    ["{ url: 'https://a.example.com', method: 'GET /' }", 'method'],
  ])('is told what is wrong with http(%s)', async (request, field) => {
    const count = requests.length;
    const source = `try { await host.http(${request}) } catch (error) { return [error.code, error.message] }`;
    const { output } = await openPort().run(createRun(source, { allowedHosts: ['*'] }));
    expect(JSON.parse(output)).toEqual(['SANDBOX_HTTP_INVALID', expect.stringContaining(field)]);
    expect(requests).toHaveLength(count);
  });

  test('calls functions of its node, and console lines say their level', async () => {
    const lines: unknown[] = [];
    const functions = new Map([['twice', async ([n]: readonly unknown[]) => Number(n) * 2]]);
    const source = "console.log('a'); console.error('b'); return await host.twice(21)";
    const { output } = await openPort().run(
      createRun(source, { functions, onLine: (...line) => lines.push(line) }),
    );
    expect(output).toBe('42');
    expect(lines).toEqual([
      ['a', 'info'],
      ['b', 'error'],
    ]);
  });
});

describe('a step without a jail', () => {
  const open = (engine: EngineName, create: () => CodeEngine) =>
    new CodeEngines(new Map<EngineName, () => CodeEngine>([[engine, create]]));
  const bare = { ready: 0, size: 1, jail: 'never' } as const;

  test.each<[string, EngineName, CodeEngines, string[]]>([
    [
      'says so in its log, before its code says anything',
      'v8',
      open('v8', () => createV8Engine({ ...bare, withoutJail: 'allow' })),
      ['without-jail', 'of the code'],
    ],
    [
      'says nothing on QuickJS, which needs none',
      'quickjs',
      open('quickjs', () => createQuickJsEngine(bare)),
      ['of the code'],
    ],
  ])('%s', async (_, engine, own, notices) => {
    const lines: string[] = [];
    const onLine: CodeRun['onLine'] = (line, _level, notice) => lines.push(notice ?? line);
    await openPort(undefined, [], { having: own }).run(
      createRun("console.log('of the code')", { engine, onLine }),
    );
    expect(lines).toEqual(notices);
    await own.close();
  });

  test('says nothing where it is refused', async () => {
    const own = open('v8', () => createV8Engine(bare));
    const lines: string[] = [];
    const run = createRun('return 1', { engine: 'v8', onLine: (line) => lines.push(line) });
    await expect(openPort(undefined, [], { having: own }).run(run)).rejects.toMatchObject({
      code: 'SANDBOX_UNAVAILABLE',
    });
    expect(lines).toEqual([]);
    await own.close();
  });
});

describe('the engines of a process', () => {
  test('are made when they are asked for, once; one that is not there says so', async () => {
    const before = made;
    const own = createEngines();
    expect(made).toBe(before);
    expect(own.lastReport).toBeUndefined();
    const reports = await own.report();
    expect(reports).toEqual([
      { engine: 'quickjs', availability: expect.objectContaining({ available: true }) },
    ]);
    expect(own.lastReport).toBe(reports);
    expect(own.open('quickjs')).toBe(own.open('quickjs'));
    expect(made).toBe(before + 1);
    expect(() => own.open('v8')).toThrow(expect.objectContaining({ code: 'SANDBOX_UNAVAILABLE' }));
    await own.close();
    expect(() => own.open('quickjs')).toThrow(expect.objectContaining({ code: 'SANDBOX_CLOSED' }));
  });
});
