import { describe, expect, it } from 'vitest';
import { evaluateExpression } from '../testing/evaluate.ts';

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: expressions under test
/** Each of these would hold the process or fill its memory; each must end soon with EXPRESSION_BUDGET. */
const bombs = [
  '(() => { while (true) {} })()',
  '(() => { for (;;) {} })()',
  '(() => { do { } while (1) })()',
  '(f => f(f))(f => f(f))',
  '(function f() { return f() })()',
  '(() => { const f = n => f(n + 1) + f(n + 1); return f(0) })()',
  '(() => { const f = n => n > 30 ? 1 : f(n + 1) + f(n + 1); return f(0) })()',
  'Array.from({length: 1e9})',
  'Array(1e9)',
  'new Array(1e8).fill("x")',
  'numberList(1, 1e9)',
  '"x".repeat(1e9)',
  '"x".padStart(1e9)',
  '"x".padEnd(1e9, "ab")',
  '"a".repeat(1e6).replaceAll("a", "b".repeat(1e6))',
  '"a".repeat(1e6).replace(/a/g, "b".repeat(1e6))',
  '"a".repeat(1e5).replaceAll("a", "$`")',
  '"a".repeat(1e6).split("").join("b".repeat(100))',
  '"a".repeat(5e6).split("")',
  '[..."a".repeat(5e6)]',
  '(() => { let s = "a"; while (true) s += s })()',
  '(() => { let s = "a"; while (true) s = `${s}${s}` })()',
  '(() => { let s = "a"; while (true) s = s.concat(s) })()',
  '(() => { let l = [1]; while (true) l = [...l, ...l] })()',
  '(() => { let l = [1]; while (true) l = l.concat(l) })()',
  '(() => { const l = []; while (true) l.push(1) })()',
  '(() => { const m = new Map(); let i = 0; while (true) m.set(i++, "x") })()',
  '(() => { const s = new Set(); let i = 0; while (true) s.add(i++) })()',
  '(() => { const l = []; l[1e8] = 1; return l })()',
  '(() => { const l = []; l.length = 1e9; return l })()',
  '(() => { const l = [1]; l.push(l); return JSON.stringify(l) })()',
  '(() => { const l = [1]; l.push(l); return l.join() })()',
  '(() => { const l = [1]; l.push(l); return l.flat(Infinity) })()',
  '(() => { const l = [1]; l.push(l); return l })()',
  '(() => { const o = {}; o.o = o; return o })()',
  '(() => { let l = ["x"]; for (let i = 0; i < 40; i++) l = [l, l]; return l })()',
  '(() => { let l = ["x"]; for (let i = 0; i < 40; i++) l = [l, l]; return String(l) })()',
  '(() => { let l = ["x"]; for (let i = 0; i < 40; i++) l = [l, l]; return l.flat(Infinity) })()',
  '(() => { let l = ["x"]; for (let i = 0; i < 40; i++) l = [l, l]; return JSON.stringify(l) })()',
  '(() => { let l = ["x"]; for (let i = 0; i < 40; i++) l = {a: l, b: l}; return l.toJsonString() })()',
  '(() => { let l = ["x"]; for (let i = 0; i < 40; i++) l = [l, l]; return [l, l].unique() })()',
  '(() => { let n = 2n; while (true) n *= n })()',
  '2n ** 10000000n',
  '1n << 100000000n',
  'numberList(1, 1e5).map(() => numberList(1, 1e5))',
  'numberList(1, 1e6).map(x => numberList(1, 1e6))',
  'numberList(1, 3000).map(x => "a".repeat(1e6).indexOf("b"))',
  'numberList(1, 3000).map(x => ("a".repeat(9e6) + x)[5])',
  'numberList(1, 3000).map(x => ("a".repeat(9e6) + x) === ("a".repeat(9e6) + (x + 1)))',
  'numberList(1, 3000).map(x => "a".repeat(1e6).toUpperCase())',
  'Array(1000).fill("a".repeat(9e6) + "b").includes("a".repeat(9e6) + "c")',
  '(x => [x, x, x].map(y => [...y, ...y]).join())(numberList(1, 1e6))',
  '/(a+)+$/.test("a".repeat(40) + "!")',
  '/(a|aa)+$/.test("a".repeat(60) + "!")',
  '/^(\\w+\\s?)*$/.test("aaaa ".repeat(20) + "!")',
  '"a".repeat(50000).match(/(.*)(.*)(.*)x/)',
  '" ".repeat(100000).replace(/\\s+$/, "") + " ".repeat(100000).concat("x").replace(/\\s+$/, "")',
  'new RegExp("(" + "a?".repeat(40) + ")" + "a".repeat(40) + "$").test("a".repeat(30) + "b")',
  '$jmespath({l: numberList(1, 2000)}, "l[?@ > `0`][] | map(&[@], @)") && (() => { while (1) $jmespath([1], "[0]") })()',
  'Interval.fromDateTimes("1970-01-01", "2100-01-01").splitBy({seconds: 1}) || (() => { while (1) {} })()',
];

describe('what would not end is ended', () => {
  // A few are refused for what they are, before anything is spent: JSON that contains itself, a split into millions.
  const allowed = ['EXPRESSION_BUDGET', 'EXPRESSION_ARGUMENT', 'EXPRESSION_TYPE'];

  it.each(bombs)('%s', { timeout: 20_000 }, (bomb) => {
    let code: unknown;
    try {
      evaluateExpression(bomb);
    } catch (error) {
      code = (error as { code?: unknown }).code ?? error;
    }
    expect(allowed).toContain(code);
  });

  it('a long text in a long text is found in linear time', () => {
    const found = evaluateExpression(
      '(t => [t.includes("b" + t), (t + "b" + t).indexOf(t + "b"), t.lastIndexOf("c"), t.split(t + "x").length])("a".repeat(200000))',
    );
    expect(found).toEqual([false, 0, -1, 1]);
    const half = 'a'.repeat(50_000);
    const expression =
      '[$json.t.includes($json.p), $json.t.lastIndexOf($json.p), $json.t.split($json.p).length]';
    const json = { t: 'a'.repeat(1_000_000), p: `${half}b${half}` };
    expect(evaluateExpression(expression, { json })).toEqual([false, -1, 1]);
    const there = { t: `${'a'.repeat(500_000)}b${'a'.repeat(500_000)}`, p: json.p };
    expect(evaluateExpression(expression, { json: there })).toEqual([true, 450_000, 2]);
  });
});

describe('honest work fits the budget', () => {
  const json = {
    rows: Array.from({ length: 10_000 }, (_, id) => ({ id, name: `n${id % 100}`, price: id / 2 })),
  };

  it.each<[string, unknown]>([
    ['$json.rows.filter(r => r.price > 100).map(r => ({...r, total: r.price * 2})).length', 9799],
    ['$json.rows.map(r => r.name).unique().length', 100],
    ['$json.rows.removeDuplicates("name").length', 100],
    ['$json.rows.reduce((sum, r) => sum + r.price, 0)', 24997500],
    ['$json.rows.reduce((text, r) => text + r.name + ",", "").length', 39_000],
    ['Object.keys($json.rows.reduce((all, r) => { all[r.name] = r; return all }, {})).length', 100],
    ['$json.rows.toSorted((a, b) => b.price - a.price)[0].id', 9999],
    ['JSON.parse(JSON.stringify($json.rows)).length', 10000],
    ['$json.rows.map(r => r.price.toFixed(2)).join("\\n").match(/\\d+\\.50/g).length', 5000],
    ['$json.rows.map(r => `${r.id};${r.name}`).join("\\n").split("\\n").length', 10000],
    ['"lorem ipsum ".repeat(50000).replace(/\\s+/g, " ").length', 600000],
  ])('%s', (expression, expected) => {
    expect(evaluateExpression(expression, { json })).toEqual(expected);
  });
});
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: end of the expressions under test
