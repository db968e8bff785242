import { expect, it } from 'vitest';
import { compileParameters } from './compile-parameters.ts';
import { createTestScope } from './testing/test-scope.ts';

const scope = createTestScope({ json: { name: 'Ada', tags: ['a'], big: { x: 1 } } });

it('gives the same frozen tree when nothing is an expression', () => {
  const given = { url: 'https://a', list: [1, { b: null }], escaped: '\\{{ x }}' };
  const compiled = compileParameters(given);
  expect(compiled.isStatic).toBe(true);
  const first = compiled.evaluate(scope) as typeof given;
  expect(first).toEqual({ url: 'https://a', list: [1, { b: null }], escaped: '{{ x }}' });
  expect(compiled.evaluate(scope)).toBe(first);
  expect(Object.isFrozen(first) && Object.isFrozen(first.list) && Object.isFrozen(first.list[1])).toBe(true);
  expect(Object.isFrozen(given)).toBe(false);
});

it('evaluates every text once per item and shares what is static', () => {
  const compiled = compileParameters({
    greeting: 'Hi {{ $json.name }}',
    whole: '{{ $json.tags }}',
    nested: [{ deep: '{{ $itemIndex }}' }, { still: 'static' }],
    none: '{{ $json.missing }}',
  });
  expect(compiled.isStatic).toBe(false);
  expect(compiled.references.usesItem).toBe(true);
  const one = compiled.evaluate(scope) as { nested: object[]; whole: unknown };
  expect(one).toEqual({
    greeting: 'Hi Ada',
    whole: ['a'],
    nested: [{ deep: 0 }, { still: 'static' }],
    none: undefined,
  });
  const two = compiled.evaluate(scope) as typeof one;
  expect(two).not.toBe(one);
  expect(two.nested[1]).toBe(one.nested[1]);
  expect(one.whole).toBe((scope.json as { tags: unknown }).tags);
});

it('gives JSON: dates are texts, also inside what an expression makes', () => {
  const compiled = compileParameters({
    now: '{{ $now }}',
    made: '{{ {at: $today, d: [new Date(0)], s: new Set([1]), m: new Map([["k", $today]]), n: NaN, f: x => x} }}',
    data: '{{ $json.big }}',
  });
  const value = compiled.evaluate(scope) as { data: unknown };
  expect(value).toEqual({
    now: '2025-07-14T14:30:15.250+02:00',
    made: {
      at: '2025-07-14T00:00:00.000+02:00',
      d: ['1970-01-01T00:00:00.000Z'],
      s: [1],
      m: { k: '2025-07-14T00:00:00.000+02:00' },
      n: null,
    },
    data: { x: 1 },
  });
  expect(value.data).toBe((scope.json as { big: unknown }).big);
});

it('says which parameter is wrong, when compiling and when evaluating', () => {
  expect(() => compileParameters({ a: [{ 'b/c': '{{ 1 + }}' }] })).toThrow(
    expect.objectContaining({
      code: 'EXPRESSION_SYNTAX',
      issues: [expect.objectContaining({ path: '/a/0/b~1c' })],
    }),
  );
  const compiled = compileParameters({ headers: { x: '{{ $json.nope.trim() }}' } });
  expect(() => compiled.evaluate(scope)).toThrow(
    expect.objectContaining({
      code: 'EXPRESSION_TYPE',
      issues: [expect.objectContaining({ path: '/headers/x' })],
    }),
  );
});

it('knows templates of n8n by their equals sign', () => {
  const compiled = compileParameters(
    { a: '={{ $json.name }}', b: '{{ $json.name }}', c: '=x' },
    { mode: 'n8n' },
  );
  expect(compiled.evaluate(scope)).toEqual({ a: 'Ada', b: '{{ $json.name }}', c: 'x' });
});

it('lets no parameter name reach a prototype', () => {
  const given = JSON.parse(
    '{"__proto__": {"polluted": "{{ 1 }}"}, "constructor": "{{ 2 }}", "toString": "x"}',
  );
  const value = compileParameters(given).evaluate(scope) as Record<string, unknown>;
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  expect(Object.keys(value)).toEqual(['__proto__', 'constructor', 'toString']);
  expect(Object.hasOwn(value, 'constructor') && value['constructor']).toBe(2);
  expect(({} as Record<string, unknown>)['polluted']).toBe(undefined);
});

it('refuses a tree that is too deep', () => {
  let deep: unknown = '{{ 1 }}';
  for (let i = 0; i < 1000; i++) deep = [deep];
  expect(() => compileParameters(deep as never)).toThrow(
    expect.objectContaining({ code: 'EXPRESSION_BUDGET' }),
  );
});

it('unites the references of all its templates', () => {
  const { references } = compileParameters({ a: "{{ $('A').first() }}", b: ["{{ $('B').first() + foo }}"] });
  expect(references).toEqual({
    nodes: ['A', 'B'],
    hasDynamicNode: false,
    usesItem: true,
    unknownNames: ['foo'],
  });
});
