import { describe, expect, it } from 'vitest';
import { compileTemplate } from './compile-template.ts';
import { evaluate } from './testing/evaluate.ts';
import { createTestScope } from './testing/test-scope.ts';

describe('the type of a result', () => {
  it.each<[string, unknown]>([
    ['{{ 5 }}', 5],
    ['{{ "5" }}', '5'],
    ['{{ null }}', null],
    ['{{ undefined }}', undefined],
    ['{{ [1, {a: 2}] }}', [1, { a: 2 }]],
    [' {{ 5 }}', ' 5'],
    ['{{ 5 }}{{ 6 }}', '56'],
    ['a{{ null }}b{{ undefined }}c', 'abc'],
    ['x{{ [1, [2, null], 3] }}', 'x1,2,,3'],
    ['x{{ {a: 1} }}', 'x[object Object]'],
    ['x{{ true }}{{ 1.5 }}{{ 10n }}', 'xtrue1.510'],
    ['on {{ $now }}', 'on 2025-07-14T14:30:15.250+02:00'],
    ['on {{ new Date(0) }}', 'on Thu Jan 01 1970 00:00:00 GMT+0000 (Coordinated Universal Time)'],
    ['for {{ Duration.fromObject({hours: 2}) }}', 'for PT2H'],
    ['{{ /a+/g }}', '/a+/g'],
  ])('%s', (text, expected) => {
    expect(evaluate(text)).toEqual(expected);
  });

  it('is never evaluated a second time', () => {
    expect(evaluate('{{ $json.a }}', { json: { a: '{{ 1 + 1 }}' } })).toBe('{{ 1 + 1 }}');
    expect(evaluate('x {{ $json.a }}', { json: { a: '{{ 1 + 1 }}' } })).toBe('x {{ 1 + 1 }}');
  });
});

describe('references', () => {
  it('name the nodes, and say whether the item matters', () => {
    const { references, isExpression } = compileTemplate(
      `{{ $('A').first().json.x + $node["B"].json.y + $items("C").length + $("A").item }}`,
    );
    expect(isExpression).toBe(true);
    expect(references).toEqual({
      nodes: ['A', 'B', 'C'],
      hasDynamicNode: false,
      usesItem: true,
      unknownNames: [],
    });
  });

  it.each([
    ['plain', false],
    ['{{ 1 }}', false],
    ['{{ $json.a }}', true],
    ['{{ $input.all().length }}', false],
    ['{{ $input.item.json }}', true],
    ["{{ $('A').first().json.a }}", false],
    ["{{ $('A').item.json.a }}", true],
    ["{{ $('A')[$workflow.name] }}", true],
    ['{{ $vars.a }}', false],
    ['{{ $itemIndex }}', true],
    ['{{ $response.body }}', true],
  ])('%s uses the item: %s', (text, expected) => {
    expect(compileTemplate(text).references.usesItem).toBe(expected);
  });

  it('see computed names and shadowed ones', () => {
    expect(compileTemplate('{{ $($json.name).first() }}').references.hasDynamicNode).toBe(true);
    expect(compileTemplate('{{ $node[$json.name].json }}').references.hasDynamicNode).toBe(true);
    expect(compileTemplate('{{ ($ => $("A"))(x => x) }}').references.nodes).toEqual([]);
    expect(compileTemplate('{{ foo + $response.a + ((x) => x)(1) }}').references.unknownNames).toEqual([
      'foo',
      '$response',
    ]);
  });
});

describe('the cache', () => {
  it('gives the same object for the same text and mode', () => {
    expect(compileTemplate('{{ 1 + 41 }}')).toBe(compileTemplate('{{ 1 + 41 }}'));
    expect(compileTemplate('{{ 1 + 41 }}', { mode: 'n8n' })).not.toBe(compileTemplate('{{ 1 + 41 }}'));
  });

  it('does not share state between evaluations', () => {
    const compiled = compileTemplate('{{ (() => { const l = [1]; l.push($json.a); return l })() }}');
    expect(compiled.evaluate(createTestScope({ json: { a: 2 } }))).toEqual([1, 2]);
    expect(compiled.evaluate(createTestScope({ json: { a: 3 } }))).toEqual([1, 3]);
    const regex = compileTemplate('{{ /a/g.test($json.a) }}');
    for (let i = 0; i < 3; i++) expect(regex.evaluate(createTestScope({ json: { a: 'ba' } }))).toBe(true);
  });

  it('reads the scope only for what is used', () => {
    const reads: string[] = [];
    const scope = new Proxy(createTestScope({ json: { a: 1 } }), {
      get(target, key) {
        reads.push(String(key));
        return Reflect.get(target, key);
      },
    });
    expect(compileTemplate('{{ $json.a ? 1 : $vars.b }}').evaluate(scope)).toBe(1);
    expect(reads).toEqual(['json']);
  });
});
