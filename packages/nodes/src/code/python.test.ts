import type { Item } from '@navette/contracts';
import type { JsonObject } from '@navette/kit';
import { createPythonEngine } from '@navette/sandbox';
import { MemoryArtifacts, runNode } from '@navette/testing';
import { afterAll, describe, expect, it } from 'vitest';
import { code as codeNode } from './index.ts';
import { openCodePort } from './testing/open-code-port.ts';

const probe = createPythonEngine({ withoutJail: 'allow' });
const availability = await probe.availability();
await probe.close();
if (!availability.available) console.log(`Python code: skipped, ${availability.reason}`);

const port = openCodePort();
afterAll(() => port.close());

const three: Item[] = [{ json: { n: 1 } }, { json: { n: 2 } }, { json: { n: 3 } }];
const nodes = new Map<string, readonly Item[]>([
  ['Orders', [{ json: { id: 'a' } }, { json: { id: 'b' } }, { json: { id: 'c' } }]],
]);

function runPython(
  source: string,
  parameters: JsonObject = {},
  options: Partial<Parameters<typeof runNode>[1]> = {},
) {
  return runNode(codeNode, {
    parameters: { language: 'python', source, ...parameters },
    inputs: three,
    code: port.code,
    nowMs: Date.UTC(2026, 5, 30, 22, 30),
    timeZone: 'Europe/Paris',
    nodes,
    vars: { city: 'Lyon' },
    ...options,
  });
}

const jsonOf = async (...given: Parameters<typeof runPython>) =>
  (await runPython(...given)).outputs['main']!.map(({ json }) => json);

describe.skipIf(!availability.available)('Python code', () => {
  it.each([
    ['len(_input.all())', 3],
    ['_input.first().json["n"] + _input.last()["json"]["n"]', 4],
    ['_json["n"]', 1],
    ['[item.json["n"] for item in _items]', [1, 2, 3]],
    ['_now', '2026-07-01T00:30:00+02:00'],
    ['_today', '2026-07-01T00:00:00+02:00'],
    ['_workflow["name"]', 'Test workflow'],
    ['_vars["city"]', 'Lyon'],
    ['len(_("Orders").all())', 3],
    ["_('Orders').item.json['id']", 'a'],
    ["_('Orders').itemMatching(2).json['id']", 'c'],
    ["_('Nowhere').isExecuted", false],
    ['(1, 2, {3}, float("nan"))', [1, 2, [3], null]],
  ])('%s is %j', async (expression, value) => {
    expect(await jsonOf(`return {"value": ${expression}}`)).toEqual([{ value }]);
  });

  it('runs once per item, and names the item and the line of an error', async () => {
    const source =
      'text = """two\nlines"""\nreturn {"n": _json["n"] * 2, "id": _("Orders").item.json["id"], "at": _itemIndex}';
    expect(await jsonOf(source, { mode: 'each' })).toEqual([
      { n: 2, id: 'a', at: 0 },
      { n: 4, id: 'b', at: 1 },
      { n: 6, id: 'c', at: 2 },
    ]);
    const failing = 'n = _json["n"]\nif n == 2:\n  raise ValueError("too much")\nreturn {"n": n}';
    await expect(runPython(failing, { mode: 'each' })).rejects.toMatchObject({
      code: 'CODE_ITEM_FAILED',
      params: { item: 1, line: '3', detail: 'ValueError: too much' },
    });
  });

  it.each([
    ['return [item for item in _items if item.json["n"] > 1]', [1, 2]],
    ['return list(reversed(_items))', [2, 1, 0]],
    ['return [item.json for item in reversed(_items)]', [2, 1, 0]],
    ['return [{"n": 1}, {"n": 2}, {"n": 3}]', [0, 1, 2]],
  ])('keeps where items came from: %s', async (source, links) => {
    const { outputs } = await runPython(source);
    expect(outputs['main']!.map(({ pairedItem }) => (pairedItem as { item: number }).item)).toEqual(links);
  });

  it.each([
    ['pass', 'nothing was returned'],
    ['return 5', 'a number was returned'],
    ['return [{"json": 1}]', "A 'json' property isn't an object [item 0]"],
  ])('%j is refused: %s', async (source, detail) => {
    await expect(runPython(source)).rejects.toMatchObject({
      code: 'CODE_RESULT_INVALID',
      message: expect.stringContaining(detail),
    });
  });

  it('prints to the log, and names the line of syntax errors', async () => {
    expect((await runPython('print("seen", 1)\nreturn []')).logs).toEqual(['seen 1']);
    await expect(runPython('a = 1\nb = = 2')).rejects.toMatchObject({
      code: 'SANDBOX_SYNTAX',
      params: { line: 2 },
    });
  });

  it('says what to use in place of a package that is not there', async () => {
    await expect(runPython('n = 1\nimport surely_not_there')).rejects.toMatchObject({
      code: 'CODE_IMPORT_UNKNOWN',
      params: { module: 'surely_not_there', line: 2, column: 1 },
      help: expect.stringContaining('Ask the operator of the server'),
    });
  });

  it('reads and writes files by handle', async () => {
    const artifacts = new MemoryArtifacts();
    const file = artifacts.add({ data: 'hello', fileName: 'a.txt', mediaType: 'text/plain' });
    const source = [
      'text = await _files.text(_binary["file"])',
      'made = await _files.write(fileName="b.txt", text=text.upper())',
      'return {"json": {"text": text}, "binary": {"made": made}}',
    ].join('\n');
    const { outputs } = await runPython(source, {}, { artifacts, inputs: [{ json: {}, binary: { file } }] });
    expect(await artifacts.readText(outputs['main']![0]!.binary!['made']!)).toBe('HELLO');
  });

  it('reaches allowed hosts by http, and nothing without them', async () => {
    const requests: unknown[] = [];
    const open = openCodePort({
      request: async (request) => {
        requests.push(request);
        const body = new TextEncoder().encode('{"ok": true}');
        return {
          status: 200,
          statusText: 'OK',
          headers: { 'content-type': 'application/json' },
          body,
          url: request.url,
        };
      },
    });
    try {
      const source = [
        'import json',
        'answer = await http(method="POST", url="https://api.example.com/a?b=c", body={"n": 1})',
        'return {"status": answer["status"], "ok": json.loads(answer["body"])["ok"]}',
      ].join('\n');
      const parameters = { allowedHosts: ['api.example.com'] };
      const { outputs, logs } = await runPython(source, parameters, { code: open.code });
      expect(outputs['main']![0]!.json).toEqual({ status: 200, ok: true });
      expect(requests).toMatchObject([
        { method: 'POST', body: '{"n":1}', allowedHosts: ['api.example.com'] },
      ]);
      expect(logs).toEqual(['http: POST https://api.example.com/a: 200, 12 bytes']);
      await expect(runPython(source)).rejects.toMatchObject({
        code: 'SANDBOX_CODE_THREW',
        message: expect.stringContaining("'http' is not defined"),
      });
    } finally {
      await open.close();
    }
  });
});
