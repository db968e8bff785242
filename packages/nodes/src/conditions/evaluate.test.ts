import type { NavetteError } from '@navette/kit';
import fc from 'fast-check';
import { DateTime } from 'luxon';
import { describe, expect, it } from 'vitest';
import { evaluateConditions } from './evaluate.ts';
import { type ConditionType, operationNames, operationsByType } from './operators.ts';
import { type Conditions, conditionsSchema } from './schema.ts';

const place = { itemIndex: 3, timeZone: 'Europe/Paris' };

interface TestOptions {
  caseSensitive?: boolean;
  typeValidation?: 'strict' | 'loose';
}

function build(
  conditions: [left: unknown, type: string, operation: string, right?: unknown][],
  options: TestOptions = {},
  combinator: 'and' | 'or' = 'and',
): Conditions {
  return conditionsSchema.parse({
    combinator,
    conditions: conditions.map(([left, type, operation, right]) => ({
      left,
      operator: { type, operation },
      right,
    })),
    options,
  });
}

function holds(left: unknown, operator: string, right?: unknown, options?: TestOptions): boolean {
  const [type, operation] = operator.split(':') as [string, string];
  return evaluateConditions(build([[left, type, operation, right]], options), place);
}

function errorOf(action: () => unknown): NavetteError {
  try {
    action();
  } catch (error) {
    return error as NavetteError;
  }
  throw new Error('nothing was thrown');
}

/** For every operator: pairs of values for which it holds, and pairs for which it does not. */
const truth: Record<string, { yes: [unknown, unknown?][]; no: [unknown, unknown?][] }> = {
  'string:exists': { yes: [['a'], [''], [0]], no: [[null], [undefined], [Number.NaN]] },
  'string:notExists': { yes: [[null], [undefined]], no: [[''], ['a']] },
  'string:empty': { yes: [[''], [null], [undefined]], no: [[' '], ['a'], [0]] },
  'string:notEmpty': { yes: [['a'], [false]], no: [[''], [null]] },
  'string:equals': {
    yes: [
      ['a', 'a'],
      [null, undefined],
    ],
    no: [
      ['a', 'A'],
      ['a', undefined],
      ['', null],
    ],
  },
  'string:notEquals': {
    yes: [
      ['a', 'b'],
      ['a', null],
    ],
    no: [
      ['a', 'a'],
      [undefined, null],
    ],
  },
  'string:contains': {
    yes: [
      ['abc', 'b'],
      ['abc', ''],
    ],
    no: [
      ['abc', 'B'],
      [null, 'a'],
      ['a', null],
    ],
  },
  'string:notContains': {
    yes: [
      ['abc', 'd'],
      [undefined, 'a'],
    ],
    no: [['abc', 'c']],
  },
  'string:startsWith': {
    yes: [['abc', 'ab']],
    no: [
      ['abc', 'b'],
      [null, 'a'],
    ],
  },
  'string:notStartsWith': {
    yes: [
      ['abc', 'b'],
      [null, 'a'],
    ],
    no: [['abc', 'a']],
  },
  'string:endsWith': {
    yes: [['abc', 'bc']],
    no: [
      ['abc', 'b'],
      [null, 'a'],
    ],
  },
  'string:notEndsWith': {
    yes: [
      ['abc', 'b'],
      [null, 'a'],
    ],
    no: [['abc', 'c']],
  },
  'string:regex': {
    yes: [
      ['order 12', '\\d+$'],
      ['ABC', '/^abc$/i'],
    ],
    no: [
      ['order', '\\d'],
      [null, '.'],
      ['ABC', '^abc$'],
    ],
  },
  'string:notRegex': {
    yes: [
      ['order', '\\d'],
      [null, '.'],
    ],
    no: [['order 12', '\\d']],
  },
  'number:exists': { yes: [[0], ['x']], no: [[null], [Number.NaN]] },
  'number:notExists': { yes: [[null], [Number.NaN]], no: [[0]] },
  'number:empty': { yes: [[null], [''], [[]]], no: [[0], [-1]] },
  'number:notEmpty': { yes: [[0]], no: [[undefined]] },
  'number:equals': {
    yes: [
      [1.5, 1.5],
      [0, -0],
    ],
    no: [
      [1, 2],
      [1, null],
      [Number.NaN, Number.NaN],
    ],
  },
  'number:notEquals': {
    yes: [
      [1, 2],
      [1, null],
    ],
    no: [[1, 1]],
  },
  'number:gt': {
    yes: [[2, 1]],
    no: [
      [1, 1],
      [1, 2],
      [null, -1],
      [1, null],
    ],
  },
  'number:lt': {
    yes: [[1, 2]],
    no: [
      [1, 1],
      [2, 1],
      [null, 1],
    ],
  },
  'number:gte': {
    yes: [
      [1, 1],
      [2, 1],
    ],
    no: [
      [1, 2],
      [null, null],
    ],
  },
  'number:lte': {
    yes: [
      [1, 1],
      [1, 2],
    ],
    no: [
      [2, 1],
      [null, 0],
    ],
  },
  'dateTime:exists': { yes: [['2024-01-01']], no: [[null]] },
  'dateTime:notExists': { yes: [[undefined]], no: [['2024-01-01']] },
  'dateTime:empty': { yes: [[null], ['']], no: [['2024-01-01'], [new Date(0)], [DateTime.fromMillis(0)]] },
  'dateTime:notEmpty': { yes: [['2024-01-01'], [new Date(0)]], no: [[null]] },
  'dateTime:equals': {
    yes: [
      ['2024-01-01T12:00:00+01:00', '2024-01-01T11:00:00Z'],
      // Without a zone, the workflow's is meant.
      ['2024-01-01T12:00:00', '2024-01-01T11:00:00Z'],
    ],
    no: [
      ['2024-01-01T12:00:00Z', '2024-01-01T12:00:01Z'],
      ['2024-01-01', null],
    ],
  },
  'dateTime:notEquals': { yes: [['2024-01-01', '2024-01-02']], no: [['2024-01-01', '2024-01-01']] },
  'dateTime:after': {
    yes: [
      ['2024-01-02', '2024-01-01'],
      [new Date(1), new Date(0)],
    ],
    no: [
      ['2024-01-01', '2024-01-01'],
      [null, '2024-01-01'],
    ],
  },
  'dateTime:before': { yes: [['2024-01-01', '2024-01-02']], no: [['2024-01-01', '2024-01-01']] },
  'dateTime:afterOrEquals': {
    yes: [
      ['2024-01-01', '2024-01-01'],
      ['2024-01-02', '2024-01-01'],
    ],
    no: [['2024-01-01', '2024-01-02']],
  },
  'dateTime:beforeOrEquals': {
    yes: [
      ['2024-01-01', '2024-01-01'],
      ['Mon, 01 Jan 2024 00:00:00 GMT', '2024-01-02'],
    ],
    no: [
      ['2024-01-02', '2024-01-01'],
      [null, '2024-01-01'],
    ],
  },
  'boolean:exists': { yes: [[false]], no: [[null]] },
  'boolean:notExists': { yes: [[null]], no: [[false]] },
  'boolean:empty': { yes: [[null]], no: [[false], [true]] },
  'boolean:notEmpty': { yes: [[false]], no: [[undefined]] },
  'boolean:true': { yes: [[true]], no: [[false], [null]] },
  'boolean:false': { yes: [[false], [null]], no: [[true]] },
  'boolean:equals': {
    yes: [
      [true, true],
      [false, false],
    ],
    no: [
      [true, false],
      [null, false],
    ],
  },
  'boolean:notEquals': { yes: [[true, false]], no: [[false, false]] },
  'array:exists': { yes: [[[]]], no: [[null]] },
  'array:notExists': { yes: [[null]], no: [[[]]] },
  'array:empty': { yes: [[[]], [null]], no: [[[null]]] },
  'array:notEmpty': { yes: [[[0]]], no: [[[]], [undefined]] },
  'array:contains': {
    yes: [
      [[1, 2], 2],
      [[{ a: 1, b: 2 }], { b: 2, a: 1 }],
      [[null], null],
    ],
    no: [
      [[1, 2], '2'],
      [['Paris'], 'paris'],
      [null, 1],
      [[{ a: 1 }], { a: 2 }],
    ],
  },
  'array:notContains': {
    yes: [
      [[1], 2],
      [null, 1],
    ],
    no: [[[1], 1]],
  },
  'array:lengthEquals': {
    yes: [[[1, 2], 2]],
    no: [
      [[1], 2],
      [null, 0],
    ],
  },
  'array:lengthNotEquals': { yes: [[[1], 2]], no: [[[1], 1]] },
  'array:lengthGt': { yes: [[[1, 2], 1]], no: [[[1], 1]] },
  'array:lengthLt': {
    yes: [[[], 1]],
    no: [
      [[1], 1],
      [null, 1],
    ],
  },
  'array:lengthGte': { yes: [[[1], 1]], no: [[[], 1]] },
  'array:lengthLte': { yes: [[[1], 1]], no: [[[1, 2], 1]] },
  'object:exists': { yes: [[{}]], no: [[null]] },
  'object:notExists': { yes: [[undefined]], no: [[{}]] },
  'object:empty': { yes: [[{}], [null], [Object.create(null)]], no: [[{ a: null }]] },
  'object:notEmpty': { yes: [[{ a: 1 }]], no: [[{}], [null]] },
};

const operators = Object.entries(operationsByType).flatMap(([type, operations]) =>
  operations.map((operation) => `${type}:${operation}`),
);

describe('operators', () => {
  it('all have a truth table', () => {
    expect(Object.keys(truth).sort()).toEqual([...operators].sort());
  });

  it.each(operators)('%s', (operator) => {
    const { yes, no } = truth[operator]!;
    expect(yes.length).toBeGreaterThan(0);
    expect(no.length).toBeGreaterThan(0);
    for (const [left, right] of yes)
      expect([left, right, holds(left, operator, right)]).toEqual([left, right, true]);
    for (const [left, right] of no)
      expect([left, right, holds(left, operator, right)]).toEqual([left, right, false]);
  });

  it('each negation says the opposite, whatever the values', () => {
    const values = fc.oneof(
      fc.string(),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.constant(undefined),
      fc.array(fc.integer()),
      fc.dictionary(fc.string(), fc.integer()),
    );
    const pairs = operators.flatMap((operator) => {
      const [type, operation] = operator.split(':') as [ConditionType, string];
      const negation = `not${operation[0]!.toUpperCase()}${operation.slice(1)}`;
      return operation !== 'regex' && operators.includes(`${type}:${negation}`)
        ? [[operator, `${type}:${negation}`] as const]
        : [];
    });
    expect(pairs.length).toBe(20);
    fc.assert(
      fc.property(fc.constantFrom(...pairs), values, values, ([operator, negation], left, right) => {
        const outcome = (name: string) => {
          try {
            return holds(left, name, right, { typeValidation: 'loose' });
          } catch (error) {
            return (error as NavetteError).code;
          }
        };
        const positive = outcome(operator);
        expect(outcome(negation)).toBe(typeof positive === 'boolean' ? !positive : positive);
      }),
    );
  });

  it('have names in both languages', () => {
    for (const name of Object.values(operationNames)) expect(name.en && name.fr).toBeTruthy();
  });
});

describe('case', () => {
  it('can be ignored in texts and lists, not in regular expressions', () => {
    const options = { caseSensitive: false };
    expect(holds('PARIS', 'string:equals', 'paris', options)).toBe(true);
    expect(holds('PARIS', 'string:contains', 'ari', options)).toBe(true);
    expect(holds(['Paris', 1], 'array:contains', 'PARIS', options)).toBe(true);
    expect(holds([1], 'array:contains', 1, options)).toBe(true);
    expect(holds('PARIS', 'string:regex', 'paris', options)).toBe(false);
    expect(holds('PARIS', 'string:equals', 'Lyon', options)).toBe(false);
  });
});

describe('strict types', () => {
  it.each([
    [1, 'string:equals', 'a', 'left', 'a number', 'a text'],
    ['a', 'string:equals', 1, 'right', 'a number', 'a text'],
    ['1', 'number:equals', 1, 'left', 'a text', 'a number'],
    [1, 'number:gt', true, 'right', 'true or false', 'a number'],
    ['soon', 'dateTime:after', '2024-01-01', 'left', 'a text', 'a date'],
    [1_700_000_000, 'dateTime:after', '2024-01-01', 'left', 'a number', 'a date'],
    ['true', 'boolean:true', undefined, 'left', 'a text', 'true or false'],
    ['[]', 'array:lengthEquals', 0, 'left', 'a text', 'a list'],
    [[], 'array:lengthEquals', '0', 'right', 'a text', 'a number'],
  ])('%j %s %j is an error that says where', (left, operator, right, side, actual, expected) => {
    const error = errorOf(() => holds(left, operator, right));
    expect(error.code).toBe('NODE_CONDITION_TYPE');
    expect(error.params).toMatchObject({ side, actual, expected, condition: 0, item: 3 });
    expect(error.message).toContain(`Condition 0, item 3: the ${side} value is ${actual}`);
  });

  it('does not put data into the message', () => {
    const error = errorOf(() => holds('canary-4711', 'number:gt', 1));
    expect(JSON.stringify(error.toRecord())).not.toContain('canary');
  });

  it('does not matter to presence', () => {
    expect(holds(7, 'string:exists')).toBe(true);
    expect(holds('x', 'number:empty')).toBe(false);
  });
});

describe('loose types', () => {
  const loose = { typeValidation: 'loose' } as const;
  it.each([
    [12, 'string:equals', '12', true],
    [{ a: 1 }, 'string:equals', '{"a":1}', true],
    ['12.5', 'number:gt', 12, true],
    ['', 'number:lt', 1, false],
    [true, 'number:equals', 1, true],
    ['false', 'boolean:true', undefined, false],
    ['no', 'boolean:false', undefined, true],
    ['anything', 'boolean:true', undefined, true],
    [0, 'boolean:false', undefined, true],
    [1_704_067_200, 'dateTime:equals', '2024-01-01T00:00:00Z', true],
    [1_704_067_200_000, 'dateTime:equals', '2024-01-01T00:00:00Z', true],
    ['[1,2]', 'array:lengthEquals', '2', true],
  ])('%j %s %j is %s', (left, operator, right, expected) => {
    expect(holds(left, operator, right, loose)).toBe(expected);
  });

  it.each([
    ['abc', 'number:gt', 1],
    ['soon', 'dateTime:after', '2024-01-01'],
    ['10:30', 'dateTime:after', '2024-01-01'],
    ['{}', 'array:lengthEquals', 0],
    ['[', 'array:lengthEquals', 0],
  ])('%j for %s is still an error', (left, operator, right) => {
    expect(errorOf(() => holds(left, operator, right, loose)).code).toBe('NODE_CONDITION_TYPE');
  });
});

describe('combinators', () => {
  it('look as far as needed', () => {
    const bad: [unknown, string, string, unknown] = ['x', 'number', 'gt', 1];
    const yes: [unknown, string, string, unknown] = [2, 'number', 'gt', 1];
    const no: [unknown, string, string, unknown] = [0, 'number', 'gt', 1];
    expect(evaluateConditions(build([yes, no], {}, 'or'), place)).toBe(true);
    expect(evaluateConditions(build([no, no], {}, 'or'), place)).toBe(false);
    expect(evaluateConditions(build([yes, no]), place)).toBe(false);
    expect(evaluateConditions(build([yes, yes]), place)).toBe(true);
    expect(evaluateConditions(build([no, bad]), place)).toBe(false);
    expect(evaluateConditions(build([yes, bad], {}, 'or'), place)).toBe(true);
    expect(errorOf(() => evaluateConditions(build([yes, bad]), place)).params).toMatchObject({
      condition: 1,
    });
  });
});

describe('regular expressions', () => {
  it('that cannot be used are named', () => {
    for (const pattern of ['(', '/a/zz', 'x'.repeat(5_001)]) {
      expect(errorOf(() => holds('a', 'string:regex', pattern)).code).toBe('NODE_CONDITION_PATTERN');
    }
    expect(errorOf(() => holds('a', 'string:notRegex', undefined)).code).toBe('NODE_CONDITION_PATTERN');
  });

  it('that would hold the process are given up', () => {
    const error = errorOf(() => holds(`${'a'.repeat(40)}b`, 'string:regex', '^(a+)+$'));
    expect(error.code).toBe('NODE_CONDITION_PATTERN');
    expect(error.message).toContain('takes too long');
    expect(holds('aaa', 'string:regex', '^(a+)+$')).toBe(true);
  });

  it('keep no state between tests', () => {
    for (let pass = 0; pass < 3; pass += 1) expect(holds('aa', 'string:regex', '/a/g')).toBe(true);
  });
});

describe('schema', () => {
  it('refuses no conditions, unknown operations and operations of other types', () => {
    const one = (operator: object) =>
      conditionsSchema.safeParse({ conditions: [{ left: 1, operator, right: 2 }] }).success;
    expect(one({ type: 'number', operation: 'gt' })).toBe(true);
    expect(one({ type: 'number', operation: 'contains' })).toBe(false);
    expect(one({ type: 'string', operation: 'like' })).toBe(false);
    expect(one({ type: 'any', operation: 'equals' })).toBe(false);
    expect(conditionsSchema.safeParse({ conditions: [] }).success).toBe(false);
  });
});
