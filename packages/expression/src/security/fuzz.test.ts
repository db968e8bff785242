import { NavetteError } from '@navette/kit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NodeView } from '../scope.ts';
import { escapeAttempts } from '../testing/escape-attempts.ts';
import { evaluate } from '../testing/evaluate.ts';
import { findHarm } from '../testing/harmless.ts';

const node: NodeView = { isExecuted: true, all: () => [{ json: { a: 1 } }], itemMatching: () => undefined };
const scope = { json: { a: 1, b: 'text', c: [1, { d: 2 }], e: null }, nodes: { A: node } };

const dataBefore = JSON.stringify(scope.json);

/** Runs it in both modes: what comes out is data or a NavetteError, and the data that it read is as before. */
function assertTame(expression: string): void {
  for (const mode of ['navette', 'n8n'] as const) {
    const text = mode === 'n8n' ? `={{ ${expression} }}` : `{{ ${expression} }}`;
    try {
      expect(findHarm(evaluate(text, scope, { mode })), expression).toBe(undefined);
    } catch (error) {
      if (!NavetteError.is(error)) throw error;
      expect(error.kind, `${expression}: ${error.message}`).toBe('user');
    }
  }
  expect(JSON.stringify(scope.json), expression).toBe(dataBefore);
}

const tokens = [
  ...[
    '$json',
    '$input',
    '$("A")',
    '$now',
    '$node',
    '$items',
    'Math',
    'JSON',
    'Object',
    'Array',
    'Date',
    'DateTime',
  ],
  ...[
    'x',
    'y',
    'constructor',
    '__proto__',
    'prototype',
    'length',
    'map',
    'reduce',
    'all',
    'call',
    'apply',
    'name',
  ],
  ...[
    '(',
    ')',
    '[',
    ']',
    '{',
    '}',
    '.',
    '?.',
    ',',
    ';',
    ':',
    '=>',
    '=',
    '==',
    '===',
    '+',
    '-',
    '*',
    '/',
    '%',
    '**',
  ],
  ...[
    '!',
    '?',
    '??',
    '&&',
    '||',
    '...',
    '++',
    '--',
    '+=',
    '<',
    '>',
    '|',
    '&',
    '^',
    '~',
    '<<',
    '>>>',
    '`',
    '${',
    '}}',
  ],
  ...[
    '"a"',
    "'b'",
    '1',
    '0',
    '1e9',
    '10n',
    '.5',
    'null',
    'true',
    'undefined',
    '/a+/g',
    '/(a|b)*/',
    '//',
    '/*',
    '*/',
  ],
  ...[
    'function',
    'return',
    'const',
    'let',
    'if',
    'else',
    'for',
    'while',
    'of',
    'in',
    'new',
    'typeof',
    'delete',
  ],
  ...[
    'try',
    'catch',
    'throw',
    'switch',
    'case',
    'class',
    'async',
    'await',
    'yield',
    'import',
    'this',
    'super',
    'void',
  ],
  ...['\n', '\\', '#', '@', '\u2028', '\u{1F600}', '\ud800', '\0'],
];

describe('whatever the text, there is data or a named error', () => {
  it('for soups of tokens', { timeout: 60_000 }, () => {
    const soup = fc
      .array(fc.tuple(fc.constantFrom(...tokens), fc.constantFrom('', ' ')), { maxLength: 30 })
      .map((parts) => parts.map(([token, space]) => token + space).join(''));
    fc.assert(fc.property(soup, assertTame), { numRuns: 4000 });
  });

  it('for any characters', { timeout: 60_000 }, () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 60 }), assertTame), { numRuns: 1500 });
  });

  it('for well-formed trees of everything that exists', { timeout: 60_000 }, () => {
    fc.assert(fc.property(expressions(), assertTame), { numRuns: 4000 });
  });

  it('for attempts cut, doubled and joined', { timeout: 60_000 }, () => {
    const attempt = fc.constantFrom(...escapeAttempts);
    const mutant = fc
      .tuple(
        attempt,
        attempt,
        fc.nat(60),
        fc.nat(60),
        fc.constantFrom('', '.', '[', ']', '(', ')', ' => ', ' + '),
      )
      .map(([left, right, cut, start, glue]) => left.slice(0, cut) + glue + right.slice(start));
    fc.assert(fc.property(mutant, assertTame), { numRuns: 3000 });
  });
});

/** Random expressions that can be parsed, so that evaluation is what is tested. */
function expressions(): fc.Arbitrary<string> {
  const leaf = fc.constantFrom(
    ...[
      '$json',
      '$json.c',
      '$input',
      '$("A")',
      '$now',
      'Math',
      'Object',
      'Array',
      'Date',
      'String',
      'DateTime',
      'x',
    ],
    ...[
      '1',
      '-2.5',
      '"text"',
      '"constructor"',
      '"__proto__"',
      'null',
      'undefined',
      'true',
      '[]',
      '({})',
      '/t/g',
      '5n',
    ],
    ...[
      '[3, 1, 2]',
      '({a: 1})',
      'new Map()',
      'new Set([1])',
      'new Error("e")',
      '(x => x)',
      '(() => ({a: x => x}))',
    ],
  );
  const member = fc.constantFrom(
    ...[
      'a',
      'length',
      'name',
      'map',
      'filter',
      'reduce',
      'sort',
      'join',
      'split',
      'replace',
      'match',
      'keys',
      'get',
    ],
    ...[
      'set',
      'plus',
      'diff',
      'toISO',
      'format',
      'first',
      'last',
      'all',
      'item',
      'unique',
      'chunk',
      'repeat',
      'call',
    ],
    ...[
      'apply',
      'bind',
      'toString',
      'valueOf',
      'hasOwnProperty',
      'entries',
      'from',
      'assign',
      'create',
      'now',
      'json',
    ],
    ...[
      'push',
      'pop',
      'splice',
      'fill',
      'flat',
      'concat',
      'toJsonString',
      'isEmpty',
      'toInt',
      'then',
      'toJSON',
      'exec',
    ],
  );
  const operator = fc.constantFrom(
    '+',
    '-',
    '*',
    '/',
    '%',
    '**',
    '==',
    '===',
    '<',
    '>',
    '&&',
    '||',
    '??',
    'in',
    'instanceof',
  );
  const { tree } = fc.letrec<{ tree: string }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 6 },
      leaf,
      fc.tuple(tie('tree'), member).map(([object, key]) => `(${object}).${key}`),
      fc.tuple(tie('tree'), tie('tree')).map(([object, key]) => `(${object})[${key}]`),
      fc.tuple(tie('tree'), member, tie('tree')).map(([object, key, arg]) => `(${object}).${key}(${arg})`),
      fc
        .tuple(tie('tree'), member, tie('tree'))
        .map(([object, key, arg]) => `(${object})?.${key}?.(...[${arg}])`),
      fc.tuple(tie('tree'), tie('tree')).map(([callee, arg]) => `(${callee})(${arg})`),
      fc.tuple(tie('tree'), tie('tree')).map(([callee, arg]) => `new (${callee})(${arg})`),
      fc
        .tuple(tie('tree'), operator, tie('tree'))
        .map(([left, mark, right]) => `((${left}) ${mark} (${right}))`),
      tie('tree').map((body) => `(x => ${body})`),
      tie('tree').map((body) => `(() => { try { return ${body} } catch (e) { return [e, e.message] } })()`),
      fc.tuple(tie('tree'), tie('tree')).map(([key, value]) => `({[${key}]: ${value}, ...${value}})`),
      fc
        .tuple(tie('tree'), tie('tree'))
        .map(([target, value]) => `(() => { const o = ${target}; o.a = ${value}; return o })()`),
      tie('tree').map((value) => `((({a, ...r}) => [a, r])(${value}))`),
      tie('tree').map((value) => `\`t\${${value}}\``),
      tie('tree').map((value) => `typeof ${value}`),
    ),
  }));
  return tree;
}
