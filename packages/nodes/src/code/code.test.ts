import { createServer } from 'node:http';
import type { Item } from '@navette/contracts';
import { createGuardedClient } from '@navette/http';
import { type JsonObject, silentLogger } from '@navette/kit';
import { MemoryArtifacts, runNode } from '@navette/testing';
import { afterAll, describe, expect, it } from 'vitest';
import { code as codeNode } from './index.ts';
import { openCodePort } from './testing/open-code-port.ts';

const port = openCodePort();
afterAll(() => port.close());

const three: Item[] = [{ json: { n: 1 } }, { json: { n: 2 } }, { json: { n: 3 } }];
const nowMs = Date.UTC(2026, 5, 30, 22, 30);

function runCode(
  source: string,
  parameters: JsonObject = {},
  options: Partial<Parameters<typeof runNode>[1]> = {},
) {
  return runNode(codeNode, {
    parameters: { source, ...parameters },
    inputs: three,
    code: port.code,
    nowMs,
    timeZone: 'Europe/Paris',
    ...options,
  });
}

const jsonOf = async (...given: Parameters<typeof runCode>) =>
  (await runCode(...given)).outputs['main']!.map(({ json }) => json);

describe.each(['quickjs', 'v8'])('names of code on %s', (engine) => {
  it.each([
    ['$input.all().length', 3],
    ['$input.first().json.n + $input.last().json.n', 4],
    ['$json.n', 1],
    ['items[1].json.n', 2],
    ['$itemIndex', 0],
    ['$now.toISO()', '2026-07-01T00:30:00.000+02:00'],
    ['$today.toISODate()', '2026-07-01'],
    [
      "DateTime.fromISO('2026-01-05T10:00').toFormat('cccc d LLLL yyyy, ZZ')",
      'Monday 5 January 2026, +01:00',
    ],
    ["$now.setZone('America/New_York').toFormat('HH:mm z')", '18:30 America/New_York'],
    ["$jmespath({ a: [{ b: 1 }] }, 'a[0].b')", 1],
    ['$workflow.name', 'Test workflow'],
    ['$execution.mode', 'manual'],
    ['$vars.city', 'Lyon'],
    ['/^[0-9a-f-]{36}$/.test($idempotencyKey)', true],
    ['typeof http + typeof fetch + typeof process', 'undefinedundefinedundefined'],
  ])('%s is %s', async (expression, value) => {
    const options = { vars: { city: 'Lyon' } };
    expect(await jsonOf(`return { value: ${expression} }`, { engine }, options)).toEqual([{ value }]);
  });

  it('are those of each item in the mode "each"', async () => {
    const source = 'return { n: $json.n, same: $input.item.json.n === item.json.n, index: $itemIndex }';
    expect(await jsonOf(source, { engine, mode: 'each' })).toEqual([
      { n: 1, same: true, index: 0 },
      { n: 2, same: true, index: 1 },
      { n: 3, same: true, index: 2 },
    ]);
  });

  it('are found behind quotes in patterns', async () => {
    const source =
      "const parts = 'a`b'.split(/`/); const later = await Promise.resolve($now.year); return { n: parts.length, later }";
    expect(await jsonOf(source, { engine })).toEqual([{ n: 2, later: 2026 }]);
  });

  it('can be declared anew by the code', async () => {
    const source =
      'const items = [1, 2]; const $json = 5; let item = 1; return items.map((n) => ({ n: n + $json }))';
    expect(await jsonOf(source, { engine })).toEqual([{ n: 6 }, { n: 7 }]);
  });

  it('console output goes to the log of the step', async () => {
    const { logs } = await runCode("console.log('seen', { n: 1 }); console.warn('careful'); return []", {
      engine,
    });
    expect(logs).toEqual(['seen {"n":1}', 'warn: careful']);
  });
});

describe.each(['quickjs', 'v8'])('other nodes on %s', (engine) => {
  const orders: Item[] = [{ json: { id: 'a' } }, { json: { id: 'b' } }, { json: { id: 'c' } }];
  const nodes = new Map([
    ["It's an order", orders],
    ['Empty', []],
  ]);

  it.each([
    ["$('It\\'s an order').all().length", 3],
    ['$("It\'s an order").first().json.id', 'a'],
    ["$(`It's an order`).last().json.id", 'c'],
    ["$('It\\'s an order').item.json.id", 'a'],
    ["$('It\\'s an order').itemMatching(1).json.id", 'b'],
    ["$('It\\'s an order').isExecuted", true],
    ['$node["It\'s an order"].json.id', 'a'],
    ['$node.Empty.json === undefined', true],
    ['$items("It\'s an order").length', 3],
    ["$('Nowhere').isExecuted", false],
  ])('%s is %j', async (expression, value) => {
    expect(await jsonOf(`return { value: ${expression} }`, { engine }, { nodes })).toEqual([{ value }]);
  });

  it('follow each item back in the mode "each"', async () => {
    const source = 'return { n: $json.n, id: $("It\'s an order").item.json.id }';
    expect(await jsonOf(source, { engine, mode: 'each' }, { nodes })).toEqual([
      { n: 1, id: 'a' },
      { n: 2, id: 'b' },
      { n: 3, id: 'c' },
    ]);
  });

  it('that are none, or are not named as a text, are an error when they are read', async () => {
    await expect(runCode("return $('Nowhere').all()", { engine }, { nodes })).rejects.toMatchObject({
      message: expect.stringContaining('"Nowhere", which is not in this workflow'),
    });
    await expect(
      runCode("const name = 'Empty'; return $(name).all()", { engine }, { nodes }),
    ).rejects.toMatchObject({ message: expect.stringContaining('Name the node "Empty" as a text') });
  });
});

describe('imports', () => {
  it('of every form are taken, and lines stay', async () => {
    const source = [
      "import { DateTime as D, Duration } from 'luxon';",
      "import * as collections from 'collections';",
      "import Papa from 'papaparse';",
      'import {',
      '  sha256,',
      '  md5,',
      "} from 'hashes';",
      "const { search } = require('jmespath');",
      "const { z } = await import('zod');",
      'return {',
      '  d: D.utc(2026).plus(Duration.fromObject({ days: 1 })).toISODate(),',
      '  c: collections.chunk([1, 2, 3], 2), p: Papa.unparse([[1, 2]]), h: md5(sha256("a")).length,',
      "  j: search({ a: 1 }, 'a'), z: z.int().safeParse(1).success,",
      '};',
    ].join('\n');
    expect(await jsonOf(source)).toEqual([
      { d: '2026-01-02', c: [[1, 2], [3]], p: '1,2', h: 32, j: 1, z: true },
    ]);
    await expect(runCode(source.replace('z: z.int()', 'x: nothing, z: z.int()'))).rejects.toMatchObject({
      code: 'SANDBOX_CODE_THREW',
      params: { line: 13 },
    });
  });

  it.each([
    ["const fs = require('fs');", 'fs', 'Code reaches no files of the server'],
    ["\nimport axios from 'axios';", 'axios', 'Use http(…)'],
    ["import _ from 'lodash';", 'lodash', 'Use collections'],
    ["import crypto from 'node:crypto';", 'node:crypto', 'Use hashes'],
    ["await import('left-pad')", 'left-pad', 'Paste what you need'],
  ])('%j is refused with what to use instead', async (source, module, advice) => {
    const line = source.startsWith('\n') ? 2 : 1;
    await expect(runCode(source)).rejects.toMatchObject({
      code: 'CODE_IMPORT_UNKNOWN',
      params: { module, line },
      help: expect.stringContaining(advice),
    });
  });

  it.each([
    ['axios', 'Use http(…)'],
    ['luxon', 'Write its name as a text'],
  ])('whose name was computed, %s, are refused with what to do', async (module, advice) => {
    const source = `const name = ${JSON.stringify([...module])}.join('');\nawait import(name)`;
    await expect(runCode(source)).rejects.toMatchObject({
      code: 'CODE_IMPORT_UNKNOWN',
      params: { module },
      help: expect.stringContaining(advice),
    });
  });

  it('in texts and comments are none', async () => {
    const source = "// import x from 'fs'\nreturn { text: \"require('fs')\", other: `\nimport y from 'os'` }";
    expect(await jsonOf(source)).toEqual([{ text: "require('fs')", other: "\nimport y from 'os'" }]);
  });

  it('have an answer for exports', async () => {
    await expect(runCode('const a = 1;\nexport default a')).rejects.toMatchObject({
      code: 'CODE_IMPORT_FORM',
      params: { line: 2 },
    });
  });
});

describe('results', () => {
  it.each([
    ['return [{ a: 1 }, { json: { b: 2 } }]', 'have "json" and this one has not [item 0]'],
    ['return', 'nothing was returned'],
    ['return 5', 'a number was returned'],
    ['return [{ a: 1 }, 7]', 'a number is in the list [item 1]'],
    ['return [{ json: {} }, { json: [1] }]', "A 'json' property isn't an object [item 1]"],
    ['return [{ json: {}, data: 1 }]', 'Unknown top-level item key: data [item 0]'],
    ['return [{ json: {}, pairedItem: 9 }]', '"pairedItem" names no input item [item 0]'],
  ])('%s is refused: %s', async (source, detail) => {
    await expect(runCode(source)).rejects.toMatchObject({
      code: 'CODE_RESULT_INVALID',
      message: expect.stringContaining(detail),
    });
  });

  it.each([
    ['return [$json]', 'a list was returned [item 0]'],
    ['if ($json.n === 2) return; return $json', 'nothing was returned [item 1]'],
    ["return 'x'", 'a text was returned [item 0]'],
  ])('of one item, %s is refused: %s', async (source, detail) => {
    await expect(runCode(source, { mode: 'each' })).rejects.toMatchObject({
      code: 'CODE_RESULT_INVALID',
      message: expect.stringContaining(detail),
    });
  });

  it('of one item may be null, which drops it', async () => {
    const { outputs } = await runCode('return $json.n === 2 ? null : $json', { mode: 'each' });
    expect(outputs['main']).toEqual([
      { json: { n: 1 }, pairedItem: { item: 0 } },
      { json: { n: 3 }, pairedItem: { item: 2 } },
    ]);
  });

  it.each([
    ['return $input.all().filter((item) => item.json.n > 1)', [1, 2]],
    ['return $input.all().reverse()', [2, 1, 0]],
    ['return $input.all().map((item) => item.json).reverse()', [2, 1, 0]],
    ['return $input.all().map((item) => ({ json: { n: item.json.n } }))', [0, 1, 2]],
    ['return [{ json: { x: 1 }, pairedItem: 2 }]', [2]],
    ['return [{ json: { x: 1 }, pairedItem: { item: 1 } }]', [1]],
  ])('keep where items came from: %s', async (source, links) => {
    const { outputs } = await runCode(source);
    expect(outputs['main']!.map(({ pairedItem }) => (pairedItem as { item: number }).item)).toEqual(links);
  });

  it('cannot reach the prototype of anything', async () => {
    const source =
      'return [JSON.parse(\'{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}\')]';
    const [json] = await jsonOf(source);
    expect(Object.hasOwn(json!, '__proto__')).toBe(true);
    expect(({} as JsonObject)['polluted']).toBeUndefined();
  });
});

describe('errors', () => {
  it.each(['quickjs', 'v8'])('name the line on %s', async (engine) => {
    await expect(runCode('\n\nnull.x', { engine })).rejects.toMatchObject({
      code: 'SANDBOX_CODE_THREW',
      params: { line: 3 },
    });
  });

  it.each(['quickjs', 'v8'])('name the item and the line on %s', async (engine) => {
    const source = "const n = $json.n;\nif (n === 2) throw new RangeError('too much');\nreturn { n }";
    await expect(runCode(source, { engine, mode: 'each' })).rejects.toMatchObject({
      code: 'CODE_ITEM_FAILED',
      params: { item: 1, line: '2', detail: 'RangeError: too much' },
    });
  });

  it('name no line where there is none', async () => {
    await expect(runCode("throw 'too much'")).rejects.toMatchObject({ message: 'The code failed: too much' });
  });

  it.each(['quickjs', 'v8'])('of syntax name line and column on %s', async (engine) => {
    await expect(runCode('const a = 1;\nconst b = ;', { engine })).rejects.toMatchObject({
      code: 'SANDBOX_SYNTAX',
      params: { line: 2 },
    });
    await expect(runCode('const b = ;', { engine })).rejects.toMatchObject({
      code: 'SANDBOX_SYNTAX',
      params: { line: 1, column: 11 },
      message: expect.stringContaining('column 11'),
    });
  });

  it('of a limit say which, and the step may ask for its own', async () => {
    await expect(runCode('for (;;) {}', { limits: { cpuSeconds: 0.2 } })).rejects.toMatchObject({
      code: 'SANDBOX_CPU_LIMIT',
      message: expect.stringContaining('200 ms'),
    });
  });
});

describe('files', () => {
  it('are read and written by handle', async () => {
    const artifacts = new MemoryArtifacts();
    const file = artifacts.add({ data: 'hello', fileName: 'a.txt', mediaType: 'text/plain' });
    const source = [
      'const text = await $files.text($binary.file);',
      "const made = await $files.write({ fileName: 'b.txt', text: text.toUpperCase() });",
      'return { json: { text, base64: await $files.base64($binary.file) }, binary: { made, ...$binary } };',
    ].join('\n');
    const inputs = [{ json: {}, binary: { file } }];
    const { outputs } = await runCode(source, {}, { artifacts, inputs });
    const [item] = outputs['main']!;
    expect(item!.json).toEqual({ text: 'hello', base64: 'aGVsbG8=' });
    expect(await artifacts.readText(item!.binary!['made']!)).toBe('HELLO');
    expect(item!.binary!['file']).toEqual(file);
  });

  it('that the code made up are refused, in results and in reads', async () => {
    const artifacts = new MemoryArtifacts();
    const secret = artifacts.add({ data: 'secret', fileName: 's.txt', mediaType: 'text/plain' });
    const ref = JSON.stringify(secret);
    await expect(
      runCode(`return { json: {}, binary: { x: ${ref} } }`, {}, { artifacts }),
    ).rejects.toMatchObject({
      code: 'CODE_FILE_UNKNOWN',
    });
    await expect(runCode(`await $files.text(${ref}); return []`, {}, { artifacts })).rejects.toMatchObject({
      code: 'SANDBOX_CODE_THREW',
      cause: expect.objectContaining({ code: 'CODE_FILE_UNKNOWN' }),
    });
  });
});

describe('the network', () => {
  it('is reached by http for allowed hosts alone, and each request is in the log', async () => {
    const seen: string[] = [];
    const server = createServer((request, response) => {
      seen.push(`${request.method} ${request.url}`);
      response.setHeader('content-type', 'application/json');
      response.end('{"ok":true}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address() as { port: number };
    const client = createGuardedClient({
      allowPrivateHosts: ['127.0.0.1'],
      maxResponseBytes: 10_000,
      defaultTimeoutMs: 5_000,
      maxRedirects: 0,
      logger: silentLogger,
    });
    const open = openCodePort({
      request: async ({ body, ...request }) => {
        const answer = await client.request({ ...request, body: body as string | undefined });
        return { ...answer, headers: { 'content-type': String(answer.headers['content-type']) } };
      },
    });
    try {
      const url = `http://127.0.0.1:${address.port}/orders?key=secret`;
      const source = [
        `const answer = await http({ method: 'post', url: '${url}', body: { n: 1 } });`,
        'let refused = "";',
        `try { await http('http://localhost:${address.port}/') } catch (error) { refused = error.code }`,
        'return { status: answer.status, body: JSON.parse(answer.body), refused };',
      ].join('\n');
      const parameters = { allowedHosts: ['127.0.0.1'] };
      const { outputs, logs } = await runCode(source, parameters, { code: open.code });
      expect(outputs['main']![0]!.json).toEqual({
        status: 200,
        body: { ok: true },
        refused: 'POLICY_HOST_REFUSED',
      });
      expect(seen).toEqual(['POST /orders?key=secret']);
      expect(logs).toEqual([
        `http: POST http://127.0.0.1:${address.port}/orders: 200, 11 bytes`,
        `http: GET http://localhost:${address.port}/: POLICY_HOST_REFUSED`,
      ]);
    } finally {
      await open.close();
      await client.close();
      server.close();
    }
  });

  it('makes the step an effect', () => {
    const effect = codeNode.effect as (parameters: unknown) => string;
    expect(effect(codeNode.parameters.parse({ source: 'x' }))).toBe('pure');
    expect(effect(codeNode.parameters.parse({ source: 'x', allowedHosts: ['a.example'] }))).toBe('effect');
  });
});
