import { NavetteError } from '@navette/kit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Evaluation } from '../runtime/evaluation.ts';
import { createTestScope } from '../testing/test-scope.ts';
import { compileRegex, type RegexMatch, RegexValue } from './regex-value.ts';

function createEvaluation(): Evaluation {
  return new Evaluation(createTestScope(), { isLenient: false, tracksOwnership: false });
}

function findAll(source: string, flags: string, text: string): RegexMatch[] {
  const regex = new RegexValue(compileRegex(source, flags));
  return [...regex.findAll(createEvaluation(), text)];
}

/** What the host's engine finds, as the reference. */
function findAllByHost(source: string, flags: string, text: string) {
  const host = new RegExp(source, `${flags}g`);
  return [...text.matchAll(host)].map((match) => [match.index, [...match]]);
}

function assertSame(source: string, flags: string, text: string): void {
  const own = findAll(source, flags, text).map((match) => [match.start, match.texts]);
  expect(own, `/${source}/${flags} on ${JSON.stringify(text)}`).toEqual(findAllByHost(source, flags, text));
}

/** Some random patterns take exponential time in any backtracking engine; ours says so. */
function isOverBudget(source: string, flags: string, text: string): boolean {
  try {
    findAll(source, flags, text);
    return false;
  } catch (error) {
    if (NavetteError.is(error) && error.code === 'EXPRESSION_BUDGET') return true;
    throw error;
  }
}

const cases: [source: string, flags: string, text: string][] = [
  ['r[^ ]*', 'i', 'ROCK and roll'],
  ['^\\d+$', '', '1234'],
  ['(\\w+)\\s(\\w+)', '', 'one two three four'],
  ['a|ab|abc', '', 'abcab'],
  ['(a|ab)(c|bcd)(d*)', '', 'abcd'],
  ['(z)((a+)?(b+)?(c))*', '', 'zaacbbbcac'],
  ['(a*)*', '', 'b'],
  ['(?:a|b)+?c', '', 'abac'],
  ['(.*?)a(?!(a+)b\\2c)\\2(.*)', '', 'baaabaac'],
  ['(?=(a+))a*b\\1', '', 'baaabac'],
  ['(?<year>\\d{4})-(?<month>\\d\\d)', '', 'on 2024-03 and 2025-11'],
  ['(?<=\\$)\\d+(\\.\\d*)?', '', '$10.53 and 20'],
  ['(?<!\\$)\\b\\d+', '', '$10 20'],
  ['(?<=(\\d+)(\\d+))$', '', '1053'],
  ['(?<=\\1(a))b', '', 'aab'],
  ['^.*$', 'm', 'one\ntwo\r\nthree'],
  ['a.c', 's', 'a\nc'],
  ['\\u{1f600}.', 'u', '😀😀x'],
  ['^.$', 'u', '😀'],
  ['^.$', '', '😀'],
  ['[😀-😎]+', 'u', 'a😀😁b'],
  ['\\p{Lu}\\p{Ll}+', 'u', 'Émile et Ångström'],
  ['\\P{L}+', 'u', 'ab1 2cd'],
  ['ſ', 'i', 'sS'],
  ['ſ', 'iu', 'sS'],
  ['[^x]', 'i', 'xXy'],
  ['\\w', 'iu', 'ſ K'],
  ['é', 'i', 'ÉTÉ'],
  ['x{2,3}?', '', 'xxxxx'],
  ['(?:ab){2}', '', 'ababab'],
  ['x{,3}', '', 'x{,3}'],
  ['[\\]\\-a]+', '', '-]a'],
  ['[\\w-]+', '', 'a-b c'],
  ['\\cA|\\x41|\\u0042|\\103', '', '\u0001ABC'],
  ['(a)|(b)', '', 'ba'],
  ['((a)|b)*', '', 'ab'],
  ['(?:(a)|(b)|c)*', '', 'abc'],
  ['()*?x', '', 'x'],
  ['(?:a?)*?b', '', 'aab'],
  ['(?:a?){3}', '', 'aa'],
  ['\\bfoo\\B', '', 'foo food'],
  ['\\k<n>(?<n>a)', '', 'aa'],
  ['[^]', '', 'a\n'],
  ['[]', '', 'a'],
  ['', '', 'ab'],
];

describe('the matcher agrees with ECMAScript', () => {
  it.each(cases)('/%s/%s', (source, flags, text) => {
    assertSame(source, flags, text);
  });

  it('on random patterns and texts', { timeout: 60_000 }, () => {
    const atom = fc.constantFrom(
      ...[
        'a',
        'b',
        'c',
        '.',
        '\\w',
        '\\d',
        '[ab]',
        '[^a]',
        '\\b',
        '^',
        '$',
        'é',
        '1',
        '\\1',
        '(?=a)',
        '(?!b)',
        '(?<=a)',
        '(?<!b)',
      ],
    );
    const quantifier = fc.constantFrom('', '', '', '*', '+', '?', '*?', '+?', '??', '{2}', '{1,2}', '{0,2}?');
    const { pattern } = fc.letrec<{ pattern: string; part: string }>((tie) => ({
      pattern: fc.array(tie('part'), { minLength: 1, maxLength: 4 }).map((parts) => parts.join('')),
      part: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        fc.tuple(atom, quantifier).map(([one, many]) => (/^(\^|\$|\\b|\(\?<)/.test(one) ? one : one + many)),
        fc.tuple(tie('pattern'), quantifier).map(([body, many]) => `(${body})${many}`),
        fc
          .tuple(tie('pattern'), tie('pattern'), quantifier)
          .map(([left, right, many]) => `(?:${left}|${right})${many}`),
        tie('pattern').map((body) => `(?<=${body})`),
        fc.tuple(tie('pattern'), quantifier).map(([body, many]) => `(?=${body})${many}`),
      ),
    }));
    const text = fc.string({
      unit: fc.constantFrom('a', 'b', 'c', 'A', 'é', 'É', '1', ' ', '\n'),
      maxLength: 12,
    });
    const flags = fc.constantFrom('', 'i', 'm', 's', 'im');
    fc.assert(
      fc.property(pattern, flags, text, (source, flagText, input) => {
        fc.pre(!isOverBudget(source, flagText, input));
        assertSame(source, flagText, input);
      }),
      { numRuns: 600 },
    );
  });
});

describe('what is not a regular expression is refused', () => {
  it.each([
    '(',
    ')',
    '[',
    'a**',
    '*',
    'a{2,1}',
    '(?<a>x)(?<a>y)',
    '(?<1>x)',
    '\\',
    '(?x)',
    '[b-a]',
    'a\\k<x>(?<y>z)',
  ])('%s', (source) => {
    expect(() => compileRegex(source, '')).toThrow(expect.objectContaining({ name: 'SyntaxError' }));
    expect(() => new RegExp(source)).toThrow();
  });

  it.each(['\\q', '{', 'a{1', '\\1', '\\p{Nope}', '\\u{110000}', '(?=a)*'])(
    '%s in Unicode mode',
    (source) => {
      expect(() => compileRegex(source, 'u')).toThrow(expect.objectContaining({ name: 'SyntaxError' }));
      expect(() => new RegExp(source, 'u')).toThrow();
    },
  );

  it('refuses unknown and doubled flags', () => {
    for (const flags of ['x', 'gg', 'v']) {
      expect(() => compileRegex('a', flags)).toThrow(expect.objectContaining({ name: 'SyntaxError' }));
    }
  });
});

describe('catastrophic patterns end', () => {
  it.each([
    ['(a+)+$', `${'a'.repeat(50)}!`],
    ['(a|a)*$', `${'a'.repeat(50)}!`],
    ['(.*)*x', 'a'.repeat(5000)],
    ['(a*)*b', 'a'.repeat(200)],
    ['\\s+$', `${' '.repeat(200_000)}x`],
    ['(?:(?:a?){50}){50}b', 'a'.repeat(60)],
    ['^(([a-z])+.)+[A-Z]([a-z])+$', 'a'.repeat(60)],
    ['(?=(a+)+$)', `${'a'.repeat(40)}!`],
  ])('/%s/', (source, text) => {
    expect(() => findAll(source, '', text)).toThrow(expect.objectContaining({ code: 'EXPRESSION_BUDGET' }));
  });

  it('a long text and a plain pattern are no problem', () => {
    expect(findAll('(?:ab)*', '', 'ab'.repeat(100_000))[0]!.end).toBe(200_000);
    expect(findAll('x.*y', 's', `x${'a'.repeat(500_000)}y`)).toHaveLength(1);
  });
});
