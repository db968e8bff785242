import { comparisons, presenceTests } from './compare.ts';
import { type ConversionRules, convertOperand, OperandMismatch } from './convert-operand.ts';
import { conditionErrors } from './errors.ts';
import { type ConditionType, isUnary } from './operators.ts';
import { PatternProblem } from './pattern.ts';
import type { Condition, Conditions } from './schema.ts';

export interface ConditionPlace {
  /** Named in errors. */
  itemIndex: number;
  /** IANA zone for dates that come without one. */
  timeZone: string;
}

/**
 * Whether an item passes. Conditions are looked at in order and only as far as needed, as && and || do.
 * Throws NODE_CONDITION_TYPE when a value does not fit the type of its condition, NODE_CONDITION_PATTERN for a regular
 * expression that cannot be used.
 * @example evaluateConditions({ combinator: 'and', conditions: [{ left: 3, operator: { type: 'number', operation: 'gt' }, right: 2 }], options }, place) // true
 */
export function evaluateConditions(
  { combinator, conditions, options }: Conditions,
  place: ConditionPlace,
): boolean {
  const rules: ConversionRules = { loose: options.typeValidation === 'loose', timeZone: place.timeZone };
  const stopAt = combinator === 'or';
  for (const [index, condition] of conditions.entries()) {
    const at = { condition: index, item: place.itemIndex };
    if (evaluateOne(condition, rules, options.caseSensitive, at) === stopAt) return stopAt;
  }
  return !stopAt;
}

interface ErrorPlace {
  condition: number;
  item: number;
}

function evaluateOne(
  { left, operator, right }: Condition,
  rules: ConversionRules,
  caseSensitive: boolean,
  at: ErrorPlace,
): boolean {
  const { type, operation } = operator;
  const presence = Object.hasOwn(presenceTests, operation) ? presenceTests[operation] : undefined;
  if (presence) return presence(left);
  const compare = comparisons[type][operation]!;
  const result = compare({
    left: readOperand(left, type, rules, { ...at, type, operation, side: 'left' }),
    right: isUnary(operation)
      ? undefined
      : readOperand(right, rightTypeOf(type, operation), rules, { ...at, type, operation, side: 'right' }),
    caseSensitive,
  });
  if (result instanceof PatternProblem)
    throw conditionErrors.create('NODE_CONDITION_PATTERN', { params: { ...at, reason: result.reason } });
  return result;
}

/** The type that the right value must have; undefined: any. */
function rightTypeOf(type: ConditionType, operation: string): ConditionType | undefined {
  if (type !== 'array') return type;
  return operation.startsWith('length') ? 'number' : undefined;
}

function readOperand(
  value: unknown,
  type: ConditionType | undefined,
  rules: ConversionRules,
  params: ErrorPlace & { type: string; operation: string; side: 'left' | 'right' },
): unknown {
  if (type === undefined) return value;
  const converted = convertOperand(value, type, rules);
  if (!(converted instanceof OperandMismatch)) return converted;
  throw conditionErrors.create('NODE_CONDITION_TYPE', {
    params: { ...params, actual: converted.actual, expected: converted.expected },
  });
}
