import { DateTime } from 'luxon';

/** What a case expects, as its file writes it. */
export interface Expectation {
  value?: unknown;
  throws?: string | true;
  is?: 'truthy' | 'falsy' | 'defined' | 'not-null';
}

/** Why an outcome is not the expected one; undefined when it is. */
export function findMismatch(expectation: Expectation, evaluate: () => unknown): string | undefined {
  let value: unknown;
  try {
    value = evaluate();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (expectation.throws === true) return undefined;
    if (typeof expectation.throws === 'string' && message.includes(expectation.throws)) return undefined;
    return `threw: ${message}`;
  }
  if (expectation.throws) return `did not throw but gave ${show(value)}`;
  if (expectation.is) return isAs(expectation.is, value) ? undefined : `gave ${show(value)}`;
  return isExpected(expectation.value, value) ? undefined : `gave ${show(value)}`;
}

function isAs(kind: NonNullable<Expectation['is']>, value: unknown): boolean {
  if (kind === 'truthy') return Boolean(value);
  if (kind === 'falsy') return !value;
  return kind === 'defined' ? value !== undefined : value !== null;
}

function isExpected(expected: unknown, actual: unknown): boolean {
  if (typeof expected !== 'object' || expected === null) return Object.is(expected, actual);
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual) || actual.length !== expected.length) return false;
    return expected.every((value, index) => isExpected(value, actual[index]));
  }
  if ('$type' in expected) return isTyped(expected as TypedValue, actual);
  if (typeof actual !== 'object' || actual === null || Array.isArray(actual) || actual instanceof Date)
    return false;
  const keys = Object.keys(actual).filter((key) => (actual as Record<string, unknown>)[key] !== undefined);
  const wanted = Object.entries(expected).filter(([, value]) => !isUndefined(value));
  return (
    keys.length === wanted.length &&
    wanted.every(([key, value]) => isExpected(value, (actual as Record<string, unknown>)[key]))
  );
}

interface TypedValue {
  $type: string;
  value?: string;
  iso?: string;
}

function isUndefined(value: unknown): boolean {
  return typeof value === 'object' && value !== null && '$type' in value && value.$type === 'undefined';
}

function isTyped({ $type, value, iso }: TypedValue, actual: unknown): boolean {
  switch ($type) {
    case 'undefined':
      return actual === undefined;
    case 'number':
      return Object.is(actual, value === '-0' ? -0 : Number(value));
    case 'bigint':
      return actual === BigInt(value!);
    case 'Date':
      return actual instanceof Date && actual.getTime() === Date.parse(iso!);
    case 'DateTime':
      return actual instanceof DateTime && actual.toMillis() === DateTime.fromISO(iso!).toMillis();
    default:
      return false;
  }
}

function show(value: unknown): string {
  if (typeof value === 'bigint') return `${value}n`;
  return (typeof value === 'object' ? JSON.stringify(value) : String(value)) ?? 'undefined';
}
