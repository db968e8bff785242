import { describe, expect, it } from 'vitest';
import { evaluateExpression, findErrorCode } from './testing/evaluate.ts';

/** Values of every kind that has a meaning in operators, with how to write them. */
const operands: [string, unknown][] = [
  ['1', 1],
  ['-2.5', -2.5],
  ['0', 0],
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['""', ''],
  ['"a"', 'a'],
  ['"10"', '10'],
  ['" 7 "', ' 7 '],
  ['true', true],
  ['false', false],
  ['null', null],
  ['undefined', undefined],
  ['[]', []],
  ['[5]', [5]],
  ['[1,2]', [1, 2]],
  ['({})', {}],
];

// biome-ignore-start lint/suspicious/noExplicitAny: what the host does with any two values is the reference
const operators: Record<string, (left: any, right: any) => unknown> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
  '&': (a, b) => a & b,
  '|': (a, b) => a | b,
  '^': (a, b) => a ^ b,
  '<<': (a, b) => a << b,
  '>>': (a, b) => a >> b,
  '>>>': (a, b) => a >>> b,
  '<': (a, b) => a < b,
  '>': (a, b) => a > b,
  '<=': (a, b) => a <= b,
  '>=': (a, b) => a >= b,
  // biome-ignore lint/suspicious/noDoubleEquals: the operator under test
  '==': (a, b) => a == b,
  // biome-ignore lint/suspicious/noDoubleEquals: the operator under test
  '!=': (a, b) => a != b,
  '===': (a, b) => a === b,
  '!==': (a, b) => a !== b,
  '&&': (a, b) => a && b,
  '||': (a, b) => a || b,
  '??': (a, b) => a ?? b,
};
// biome-ignore-end lint/suspicious/noExplicitAny: end of the reference

describe('operators agree with JavaScript on every pair of values', () => {
  it.each(Object.keys(operators))('%s', (operator) => {
    for (const [leftText, left] of operands) {
      for (const [rightText, right] of operands) {
        const text = `(${leftText}) ${operator} (${rightText})`;
        expect(evaluateExpression(text), text).toEqual(operators[operator]!(left, structuredClone(right)));
      }
    }
  });

  it.each(operands)('unary operators on %s', (text, value) => {
    expect(evaluateExpression(`!${text}`)).toBe(!value);
    expect(evaluateExpression(`-(${text})`)).toBe(-(value as number));
    expect(evaluateExpression(`+(${text})`)).toBe(Number(value));
    expect(evaluateExpression(`~(${text})`)).toBe(~(value as number));
    expect(evaluateExpression(`typeof (${text})`)).toBe(typeof value);
    expect(evaluateExpression(`void (${text})`)).toBe(undefined);
    expect(evaluateExpression(`String(${text})`)).toBe(String(value));
    expect(evaluateExpression(`Boolean(${text})`)).toBe(Boolean(value));
  });
});

describe('expressions', () => {
  it.each<[string, unknown]>([
    ['1 + 2 * 3 - 4 / 2', 5],
    ['2 ** 3 ** 2', 512],
    ['(1, 2, 3)', 3],
    ['1 < 2 === true', true],
    ['1 ? 2 : 3 ? 4 : 5', 2],
    ['null ?? 0 || 7', 7],
    ['"b" in {b: 1}', true],
    ['"c" in {b: 1}', false],
    ['1 in [5, 6]', true],
    ['2 in [5, 6]', false],
    ['[] instanceof Array', true],
    ['({}) instanceof Object', true],
    ['new Date() instanceof Date', true],
    ['new TypeError("x") instanceof Error', true],
    ['new TypeError("x") instanceof RangeError', false],
    ['$now instanceof DateTime', true],
    ['/a/ instanceof RegExp', true],
    ['10n ** 20n', 10n ** 20n],
    ['-5n % 3n', -2n],
    ['1n < 2', true],
    ['1n == 1', true],
    ['typeof 1n', 'bigint'],
    ['typeof (() => 1)', 'function'],
    ['typeof Math.max', 'function'],
    ['typeof neverDeclared', 'undefined'],
    ['typeof window', 'undefined'],
    ['this', undefined],
    ['[...[1, 2], ...[3], ..."ab"]', [1, 2, 3, 'a', 'b']],
    ['{...{a: 1, b: 2}, b: 3}', { a: 1, b: 3 }],
    ['{a: 1, ["b" + 1]: 2, c() { return 3 }}.c()', 3],
    ['(x => ({x}))(1)', { x: 1 }],
    ['Math.max(...[1, 5, 3])', 5],
    ['{a: {b: [1, {c: 2}]}}.a.b[1]["c"]', 2],
    ['undefined?.a.b.c()', undefined],
    ['null?.[1]', undefined],
    ['{a: 1}.b?.()', undefined],
    ['{a: null}.a?.b.c.d', undefined],
    ['({a: {}}.a?.b).c', undefined],
    ['new Map([["a", 1]]).get("a")', 1],
    ['new Map([["a", 1]]).size', 1],
    ['[...new Set([1, 1, 2])]', [1, 2]],
    ['[...new Map([[1, 2]])]', [[1, 2]]],
    ['new Array(3).fill(0)', [0, 0, 0]],
    ['Array.from({length: 3}, (_, i) => i * 2)', [0, 2, 4]],
    ['new String("a")', 'a'],
    ['new Error("x").message', 'x'],
    ['new Error("x").stack', undefined],
    ['String(new RangeError("far"))', 'RangeError: far'],
    ['["1", "2", "3"].map(Number)', [1, 2, 3]],
    ['[0, 1, ""].filter(Boolean)', [1]],
    ['[3, 1].map(Math.sqrt).length', 2],
    ['Math.max.apply(null, [1, 9])', 9],
    ['Math.max.call(null, 1, 9)', 9],
    [
      '(({a, b: [c, d = 4], ...rest}) => [a, c, d, rest])({a: 1, b: [2], e: 5, f: 6})',
      [1, 2, 4, { e: 5, f: 6 }],
    ],
    [
      '((first, second = first + 1, ...others) => [first, second, others])(1, undefined, 3, 4)',
      [1, 2, [3, 4]],
    ],
    ['[[1, 2], [3, 4]].map(([a, b]) => a + b)', [3, 7]],
    ['(function fact(n) { return n < 2 ? 1 : n * fact(n - 1) })(10)', 3628800],
  ])('%s', (expression, expected) => {
    expect(evaluateExpression(expression)).toEqual(expected);
  });
});

describe('statements inside functions', () => {
  const run = (body: string) => evaluateExpression(`(() => { ${body} })()`);

  it.each<[string, unknown]>([
    ['const a = 1; let b = 2; var c = 3; return a + b + c', 6],
    ['let a = 1\nlet b = 2\nreturn a + b', 3],
    ['return\n5', undefined],
    ['if (0) return 1; else if (1) return 2; else return 3', 2],
    ['let s = 0; for (let i = 0; i < 5; i++) { if (i === 3) break; s += i } return s', 3],
    ['let s = 0; for (let i = 0; i < 5; i++) { if (i % 2) continue; s += i } return s', 6],
    ['let s = ""; for (const c of "abc") s = c + s; return s', 'cba'],
    ['let s = []; for (const k in {a: 1, b: 2}) s.push(k); return s', ['a', 'b']],
    ['let i = 0; while (i < 3) i++; return i', 3],
    ['let i = 9; do { i++ } while (i < 3); return i', 10],
    ['const fs = []; for (let i = 0; i < 3; i++) fs.push(() => i); return fs.map(f => f())', [0, 1, 2]],
    ['switch (2) { case 1: return "a"; case 2: case 3: return "b"; default: return "c" }', 'b'],
    ['switch (9) { case 1: return "a"; default: return "c" }', 'c'],
    ['let s = ""; switch (1) { case 1: s += "a"; case 2: s += "b"; break; case 3: s += "c" } return s', 'ab'],
    ['try { throw new Error("x") } catch (e) { return e.message } finally { }', 'x'],
    ['try { null.a.b() } catch (e) { return e.name }', 'TypeError'],
    ['try { return 1 } finally { return 2 }', 2],
    ['let s = 1; try { s = 2 } finally { s += 5 } return s', 7],
    ['try { throw {a: 1} } catch ({a}) { return a }', 1],
    ['const f = n => n < 2 ? n : f(n - 1) + f(n - 2); return f(12)', 144],
    ['const o = {}; o.a = 1; o["b"] = 2; o.a += 5; delete o.b; return o', { a: 6 }],
    ['const l = [3, 1, 2]; l.sort(); l.push(9); l[0] = 7; return l', [7, 2, 3, 9]],
    ['let [a, b] = [1, 2]; [a, b] = [b, a]; return [a, b]', [2, 1]],
    ['let x; x ??= 4; x ||= 5; x &&= 6; x **= 2; return x', 36],
    ['let i = 5; return [i++, ++i, i--, --i]', [5, 7, 7, 5]],
    ['const m = new Map(); m.set("a", 1); m.set("b", 2); return [...m.keys()]', ['a', 'b']],
    ['function double(x) { return x * 2 } return double(4)', 8],
    ['const x = 1; { const x = 2; } return x', 1],
    ['if (true) { var y = 5 } return y', 5],
    [';;; return 1', 1],
    ['const d = new Date(0); d.setUTCDate(5); return d.toISOString()', '1970-01-05T00:00:00.000Z'],
  ])('%s', (body, expected) => {
    expect(run(body)).toEqual(expected);
  });

  it.each([
    ['{{ (() => { throw new Error("x") })() }}', 'EXPRESSION_THROWN'],
    ['{{ null.a() }}', 'EXPRESSION_TYPE'],
    ['{{ (5)() }}', 'EXPRESSION_TYPE'],
    ['{{ new 5 }}', 'EXPRESSION_TYPE'],
    ['{{ 1 in 2 }}', 'EXPRESSION_TYPE'],
    ['{{ 1n + 1 }}', 'EXPRESSION_TYPE'],
    ['{{ 1n / 0n }}', 'EXPRESSION_TYPE'],
    ['{{ [...5] }}', 'EXPRESSION_TYPE'],
    ['{{ (({a}) => a)(null) }}', 'EXPRESSION_TYPE'],
    ['{{ (5).toFixed(200) }}', 'EXPRESSION_TYPE'],
    ['{{ [].reduce((a, b) => a) }}', 'EXPRESSION_TYPE'],
    ['{{ [1].map(5) }}', 'EXPRESSION_TYPE'],
    ['{{ x => x }}', 'EXPRESSION_FUNCTION_RESULT'],
    ['{{ Math.max }}', 'EXPRESSION_FUNCTION_RESULT'],
    ['{{ "a".trim }}', 'EXPRESSION_FUNCTION_RESULT'],
  ])('%s ends with %s', (text, code) => {
    expect(findErrorCode(text)).toBe(code);
  });
});

describe('data is never changed', () => {
  const json = { list: [3, 1, 2], map: { a: 1 }, nested: [{ b: 1 }] };
  const before = JSON.stringify(json);

  it.each([
    '$json.x = 1',
    '$json.map.a = 2',
    '$json.list[0] = 2',
    '$json.list.length = 0',
    'delete $json.map',
    '$json.map.a++',
    '$json.nested[0].b += 1',
    '(() => { const { map } = $json; map.a = 5; })()',
    '$json.nested.map(x => { x.b = 2; return x })',
    '[$json.map][0].a = 9',
    '$input.all()[0].json = 1',
    '$input.item.json.list = 1',
  ])('%s is refused', (expression) => {
    expect(findErrorCode(`{{ ${expression} }}`, { json })).toBe('EXPRESSION_READ_ONLY');
    expect(JSON.stringify(json)).toBe(before);
  });

  it.each<[string, unknown]>([
    ['$json.list.sort()', [1, 2, 3]],
    ['$json.list.reverse()', [2, 1, 3]],
    ['$json.list.pop()', 2],
    ['$json.list.shift()', 3],
    ['$json.list.push(4)', 4],
    ['$json.list.splice(0, 2)', [3, 1]],
    ['$json.list.fill(0)', [0, 0, 0]],
    ['Object.assign($json.map, {b: 2})', { a: 1, b: 2 }],
    ['(() => { const l = [...$json.list]; l.push(9); return l })()', [3, 1, 2, 9]],
    ['(() => { const o = {...$json.map}; o.z = 9; return o })()', { a: 1, z: 9 }],
    ['["so", "rt"]["so" + "rt"]()', ['rt', 'so']],
  ])('%s works on a copy', (expression, expected) => {
    expect(evaluateExpression(expression, { json })).toEqual(expected);
    expect(JSON.stringify(json)).toBe(before);
  });
});
