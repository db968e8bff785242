import { NavetteError } from '@navette/kit';
import { describe, expect, it } from 'vitest';
import { evaluate, evaluateExpression } from '../testing/evaluate.ts';
import { parseTemplate } from './parse-template.ts';

function parts(text: string, mode: 'navette' | 'n8n' = 'navette') {
  return parseTemplate(text, { mode }).parts.map((part) =>
    part.type === 'text' ? part.text : text.slice(part.start, part.end),
  );
}

function fault(text: string): NavetteError {
  try {
    parseTemplate(text);
  } catch (error) {
    if (NavetteError.is(error)) return error;
    throw error;
  }
  throw new Error(`No error in ${text}`);
}

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: expressions under test
describe('splitting a template', () => {
  it.each([
    ['', []],
    ['plain', ['plain']],
    ['{{ a }}', ['{{ a }}']],
    ['x {{ a }} y {{b}}', ['x ', '{{ a }}', ' y ', '{{b}}']],
    ['{{a}}{{b}}', ['{{a}}', '{{b}}']],
    ['{{ "}}" }}', ['{{ "}}" }}']],
    ['{{ `${ {a: {b: 1}}.a }` }}', ['{{ `${ {a: {b: 1}}.a }` }}']],
    ['{{ {a:{b:1}}}}', ['{{ {a:{b:1}}}}']],
    ['{{ /}}/ }}', ['{{ /}}/ }}']],
    ['{{ a /* }} */ }}', ['{{ a /* }} */ }}']],
    ['never closed {{ a', ['never closed {{ a']],
    ['}} {{', ['}} {{']],
    ['{{ a; }}', ['{{ a; }}']],
  ])('%s', (text, expected) => {
    expect(parts(text)).toEqual(expected);
  });

  it('takes a backslash before braces as plain text', () => {
    expect(parts('a \\{{ b }} {{ c }}')).toEqual(['a {{ b }} ', '{{ c }}']);
    expect(evaluate('\\{{ name }}')).toBe('{{ name }}');
  });

  it('in n8n mode needs an equals sign', () => {
    expect(parseTemplate('{{ a }}', { mode: 'n8n' })).toMatchObject({
      isExpression: false,
      parts: [{ type: 'text', text: '{{ a }}' }],
    });
    expect(parts('={{ a }}', 'n8n')).toEqual(['{{ a }}']);
    expect(parts('= x {{ a }}', 'n8n')).toEqual([' x ', '{{ a }}']);
    expect(evaluate('=TRUE', {}, { mode: 'n8n' })).toBe('TRUE');
    expect(evaluate('=a{{ }}b', {}, { mode: 'n8n' })).toBe('ab');
  });

  it('in its own mode takes an equals sign as text', () => {
    expect(evaluate('={{ 1 }}')).toBe('=1');
  });
});

describe('what cannot be read', () => {
  it('is named with line, column and offset', () => {
    const error = fault('first\nsecond {{ $json.a + }} end');
    expect(error.code).toBe('EXPRESSION_SYNTAX');
    expect(error.params).toMatchObject({ line: 2, column: 21, offset: 26 });
    expect(error.message).toBe(
      'The expression cannot be read at line 2, column 21: a value is missing here.',
    );
    expect(error.help).toContain('$json.a + }} end');
  });

  it.each([
    '{{ }}',
    '{{ a b }}',
    '{{ a. }}',
    '{{ a.1 }}',
    '{{ (a }}',
    '{{ [1, 2 }}',
    '{{ {a: } }}',
    '{{ "open }}',
    '{{ `open }}',
    '{{ /open }}',
    '{{ 1__0 }}',
    '{{ 1_ }}',
    '{{ 012 }}',
    '{{ 3px }}',
    '{{ 1.5n }}',
    '{{ "\\u{110000}" }}',
    '{{ "\\xZZ" }}',
    '{{ a ? b }}',
    '{{ () }}',
    '{{ (a, ) }}',
    '{{ (...a) }}',
    '{{ (...a, b) => 1 }}',
    '{{ 1 => 2 }}',
    '{{ (a.b) => 2 }}',
    '{{ 1 = 2 }}',
    '{{ 1++ }}',
    '{{ -1 ** 2 }}',
    '{{ a`x` }}',
    '{{ class A {} }}',
    '{{ async () => 1 }}',
    '{{ await x }}',
    '{{ import("fs") }}',
    '{{ yield 1 }}',
    '{{ super.x }}',
    '{{ new.target }}',
    '{{ function* () {} }}',
    '{{ { get a() { return 1 } } }}',
    '{{ { set a(v) { } } }}',
    '{{ () => { let } }}',
    '{{ () => { const a } }}',
    '{{ () => { const [a] } }}',
    '{{ () => { if a } }}',
    '{{ () => { for (;) {} } }}',
    '{{ () => { with (a) {} } }}',
    '{{ () => { try {} } }}',
    '{{ () => { switch (1) { default: default: } } }}',
    '{{ () => { a b } }}',
    '{{ \\u0061 }}',
    '{{ a # b }}',
    '{{ @a }}',
    '{{ #a in b }}',
    '{{ a?.b = 1 }}',
    '{{ let x = 1 }}',
    '{{ const x = 1; x }}',
    '{{ if (1) 2 }}',
    '{{ /(/ }}',
    '{{ /a/gg }}',
    '{{ ({a = 1}) }}',
    '{{ f({a = 1}) }}',
    '{{ (() => { const a = 1; a = 2 })() }}',
    '{{ x = 1 }}',
    '{{ delete x }}',
  ])('%s', (text) => {
    expect(() => evaluate(text)).toThrow(expect.objectContaining({ code: 'EXPRESSION_SYNTAX' }));
  });

  it('is refused when nested too deeply, without filling the stack', () => {
    const deep = [
      `${'('.repeat(5000)}1${')'.repeat(5000)}`,
      `${'['.repeat(50_000)}`,
      `${'{a:'.repeat(5000)}1`,
      `a${'.b'.repeat(5000)}`,
      `1${'+1'.repeat(5000)}`,
      `${'!'.repeat(5000)}1`,
      `${'a=>'.repeat(5000)}1`,
      `${'a?b:'.repeat(5000)}1`,
      `${'2**'.repeat(5000)}1`,
      `${'`${'.repeat(5000)}`,
      `${'new '.repeat(5000)}a`,
      `() => ${'{'.repeat(5000)}`,
      `() => { ${'if (1) '.repeat(5000)}; }`,
    ];
    for (const expression of deep) {
      expect(fault(`{{ ${expression} }}`).code, expression.slice(0, 30)).toBe('EXPRESSION_SYNTAX');
    }
  });

  it('is refused when too long', () => {
    expect(fault(`{{ "${'x'.repeat(200_000)}" }}`).message).toMatch(/closed|longer than 100000/);
  });
});

describe('tokens', () => {
  it.each<[string, unknown]>([
    ['0xff', 255],
    ['0b101', 5],
    ['0o17', 15],
    ['1_000.5', 1000.5],
    ['.5', 0.5],
    ['5.', 5],
    ['1e3', 1000],
    ['2E-2', 0.02],
    ['10n', 10n],
    ['0x10n', 16n],
    ['"a\\n\\t\\x41\\u0042\\u{1F600}\\\'"', "a\n\tAB😀'"],
    ["'it\\'s'", "it's"],
    ['`a${1}b${"c"}`', 'a1bc'],
    ['`line\nbreak`', 'line\nbreak'],
    ['1 /* two */ + /* three */ 3', 4],
    ['1 // one', 1],
    ['4 / 2 / 1', 2],
    ['[1,,2].length', 3],
    ['[1,2,].length', 2],
    ['{a: 1,}.a', 1],
    ['{"x y": 1, 2: 3, if: 4}["x y"]', 1],
    ['{if: 4}.if', 4],
    ['true ?.5 : 1', 0.5],
  ])('%s', (expression, expected) => {
    expect(evaluateExpression(expression)).toEqual(expected);
  });
});
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: end of the expressions under test
