import { describe, expect, it } from 'vitest';
import type { NodeView } from '../scope.ts';
import { evaluate, evaluateExpression, findErrorCode } from '../testing/evaluate.ts';

const orders: NodeView = {
  isExecuted: true,
  params: { url: 'https://a.example' },
  context: { page: 2 },
  runIndex: 3,
  all: ({ output, run }) => {
    if (output === 1 || output === 'error') return [];
    return [
      { json: { id: run === 0 ? 10 : 1 } },
      { json: { id: 2 }, binary: { file: { fileName: 'a.pdf' } } },
    ];
  },
  itemMatching: (index) => (index === 0 ? { json: { id: 'linked' } } : undefined),
};
const idle: NodeView = { isExecuted: false, params: {}, all: () => [], itemMatching: () => undefined };

const scope = {
  items: [{ json: { name: 'Ada' }, binary: { scan: { fileName: 'x.png' } } }, { json: { name: 'Bob' } }],
  nodes: { 'Get orders': orders, Idle: idle },
  prevNode: { name: 'Get orders', outputIndex: 0, runIndex: 3 },
  vars: new Map([['region', 'eu']]),
  self: { id: 'n1', name: 'Here', typeVersion: 2, webhookId: 'w1', params: { a: 1 }, context: { i: 5 } },
  extras: new Map<string, unknown>([['$response', { statusCode: 200 }]]),
  execution: { id: 'e1', mode: 'production', resumeUrl: 'https://r', customData: new Map([['k', 'v']]) },
};

describe('names of the scope', () => {
  it.each<[string, unknown]>([
    ['$json.name', 'Ada'],
    ['$data.name', 'Ada'],
    ['$binary.scan.fileName', 'x.png'],
    ['$input.item.json.name', 'Ada'],
    ['$input.all().length', 2],
    ['$input.first().json.name + $input.last().json.name', 'AdaBob'],
    ['$input.params.a', 1],
    ['$input.context.i', 5],
    ['$items().length', 2],
    ['$items("Get orders")[1].json.id', 2],
    ['$item(1).$json.name', 'Bob'],
    ['$item(1).$node["Get orders"].json.id', 2],
    ['$thisItem.json.name', 'Ada'],
    ['[$itemIndex, $position, $thisItemIndex, $runIndex, $thisRunIndex]', [0, 0, 0, 0, 0]],
    ['$("Get orders").item.json.id', 'linked'],
    ['$("Get orders").itemMatching(0).json.id', 'linked'],
    ['$("Get orders").itemMatching(7)', undefined],
    ['$("Get orders").pairedItem().json.id', 'linked'],
    ['$("Get orders").all().length', 2],
    ['$("Get orders").all(1)', []],
    ['$("Get orders").all("error")', []],
    ['$("Get orders").first(0, 0).json.id', 10],
    ['$("Get orders").first().json.id', 1],
    ['$("Get orders").last().json.id', 2],
    ['$("Get orders").params.url', 'https://a.example'],
    ['$("Get orders").context.page', 2],
    ['$("Get orders").isExecuted', true],
    ['$("Idle").isExecuted', false],
    ['$("Idle").isExecuted ? $("Idle").first() : "none"', 'none'],
    ['$node["Get orders"].json.id', 1],
    ['$node["Get orders"].data.id', 1],
    ['$node["Get orders"].parameter.url', 'https://a.example'],
    ['$node["Get orders"].runIndex', 3],
    ['$node.Idle.name', 'Idle'],
    ['$prevNode', { name: 'Get orders', outputIndex: 0, runIndex: 3 }],
    ['$workflow', { id: 'wfl_1', name: 'Orders', active: true }],
    ['$execution.id + $execution.mode + $execution.resumeUrl', 'e1productionhttps://r'],
    ['$execution.customData.get("k")', 'v'],
    ['$execution.customData.getAll()', { k: 'v' }],
    ['$executionId', 'e1'],
    ['$vars.region', 'eu'],
    ['$vars.other', undefined],
    ['$parameter.a', 1],
    ['[$nodeId, $nodeVersion, $webhookId]', ['n1', 2, 'w1']],
    ['$response.statusCode', 200],
    ['Math.random()', 0.25],
    ['"region" in $vars', true],
    ['Object.keys($vars)', ['region']],
  ])('%s', (expression, expected) => {
    expect(evaluateExpression(expression, scope)).toEqual(expected);
  });

  it('reads environment variables only where the host gives them', () => {
    expect(findErrorCode('{{ $env.HOME }}', scope)).toBe('EXPRESSION_ENV_DENIED');
    expect(findErrorCode('={{ $env.HOME }}', scope, { mode: 'n8n' })).toBe('EXPRESSION_ENV_DENIED');
    expect(evaluateExpression('$env.HOME', { env: { HOME: '/x' } })).toBe('/x');
  });

  it.each([
    ['$("Nope")', 'EXPRESSION_NODE_UNKNOWN'],
    ['$node.Nope.json', 'EXPRESSION_NODE_UNKNOWN'],
    ['$items("Nope")', 'EXPRESSION_NODE_UNKNOWN'],
    ['$("Idle").first()', 'EXPRESSION_NODE_NOT_EXECUTED'],
    ['$("Idle").item', 'EXPRESSION_NODE_NOT_EXECUTED'],
    ['$node.Idle.json', 'EXPRESSION_NODE_NOT_EXECUTED'],
    ['$()', 'EXPRESSION_ARGUMENT'],
    ['$input.first(1)', 'EXPRESSION_ARGUMENT'],
    ['$("Get orders").itemMatching()', 'EXPRESSION_ARGUMENT'],
    ['$execution.customData.set("a", 1)', 'EXPRESSION_UNSUPPORTED'],
  ])('%s ends with %s', (expression, code) => {
    expect(findErrorCode(`{{ ${expression} }}`, scope)).toBe(code);
    expect(findErrorCode(`={{ ${expression} }}`, scope, { mode: 'n8n' })).toBe(code);
  });

  it('becomes plain data when a view is the result', () => {
    const input = evaluateExpression('$input', scope);
    expect(JSON.parse(JSON.stringify(input))).toEqual({
      item: { json: { name: 'Ada' }, binary: { scan: { fileName: 'x.png' } } },
      params: { a: 1 },
      context: { i: 5 },
    });
  });
});

describe('unknown names', () => {
  it('are errors with a suggestion in our own mode', () => {
    expect(() => evaluate('{{ $jsn.name }}')).toThrow(
      expect.objectContaining({
        code: 'EXPRESSION_UNKNOWN_NAME',
        message: 'The expression uses the unknown name "$jsn". Did you mean "$json"?',
      }),
    );
    expect(() => evaluate('{{ customer }}')).toThrow('The expression uses the unknown name "customer".');
    expect(() => evaluate('{{ "a".toUpercase() }}')).toThrow('Did you mean "toUpperCase"?');
  });

  it('are undefined in n8n mode, as are errors of type', () => {
    const n8n = (expression: string) =>
      evaluate(`={{ ${expression} }}`, { json: { a: null } }, { mode: 'n8n' });
    expect(n8n('customer')).toBe(undefined);
    expect(n8n('$json.a.b.c')).toBe(undefined);
    // The whole expression is undefined, not only the part with the gap.
    expect(n8n('$json.a.b || "default"')).toBe(undefined);
    expect(n8n('$json.a?.b || "default"')).toBe('default');
    expect(n8n('"a".nope()')).toBe(undefined);
    expect(n8n('(() => { throw new Error("x") })()')).toBe(undefined);
    expect(evaluate('=a{{ nope }}b{{ 1 }}', {}, { mode: 'n8n' })).toBe('ab1');
  });

  it('that lead into a gap of the data are undefined in our own mode', () => {
    expect(evaluateExpression('$json.a.b.c', { json: {} })).toBe(undefined);
    expect(evaluateExpression('$json.a.b.c ?? "default"', { json: {} })).toBe('default');
    expect(findErrorCode('{{ $json.a.trim() }}', { json: {} })).toBe('EXPRESSION_TYPE');
    expect(evaluateExpression('$json.a?.trim()', { json: {} })).toBe(undefined);
  });
});

describe('functions that stand alone', () => {
  it.each<[string, unknown]>([
    ['$if(1 > 2, "a", "b")', 'b'],
    ['[0, "", [], {}, null, "x"].map(v => $ifEmpty(v, "d"))', [0, 'd', 'd', 'd', 'd', 'x']],
    ['$min(3, 1, 2) + $max(3, 1, 2) + $average(1, 2, 3)', 6],
    ['min(1, 2) + max(1, 2) + average(2, 4)', 6],
    ['$not(0) && not("")', true],
    ['numberList(1, 4)', [1, 2, 3, 4]],
    ['numberList(3, 1)', [3, 2, 1]],
    ['zip(["a", "b"], [1, 2])', { a: 1, b: 2 }],
    ['parseInt("12px") + parseFloat("0.5")', 12.5],
    ['isNaN("x") && isFinite("5")', true],
    ['encodeURIComponent("a b") + decodeURIComponent("%20")', 'a%20b '],
    ['[undefined, NaN, Infinity].length', 3],
    ['BigInt("12") + 1n', 13n],
  ])('%s', (expression, expected) => {
    expect(evaluateExpression(expression)).toEqual(expected);
  });
});
