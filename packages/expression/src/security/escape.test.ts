import { NavetteError } from '@navette/kit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NodeView } from '../scope.ts';
import { escapeAttempts } from '../testing/escape-attempts.ts';
import { evaluate } from '../testing/evaluate.ts';
import { findHarm } from '../testing/harmless.ts';

const node: NodeView = {
  isExecuted: true,
  params: {},
  all: () => [{ json: { a: 1 } }],
  itemMatching: () => undefined,
};
const scope = () => ({
  json: { key: 'constructor', list: [1, 2], map: { a: 1 } },
  nodes: { A: node },
  vars: { a: 1 },
  self: { params: { a: 1 } },
  extras: new Map<string, unknown>([['$response', { body: {} }]]),
});

const prototypes = [
  Object,
  Array,
  String,
  Number,
  Boolean,
  Function,
  Date,
  RegExp,
  Map,
  Set,
  Error,
  Promise,
].map((type) => type.prototype as object);
const describeHost = () =>
  prototypes
    .map((prototype) => Reflect.ownKeys(prototype).map(String).sort())
    .concat([Object.keys(globalThis).sort()]);

describe('no expression reaches the host', () => {
  let before: unknown;
  beforeAll(() => {
    Object.assign(globalThis, { navetteCanary: 'reached' });
    before = describeHost();
  });
  afterAll(() => {
    Reflect.deleteProperty(globalThis, 'navetteCanary');
  });

  it('with at least 300 different attempts', () => {
    expect(new Set(escapeAttempts).size).toBe(escapeAttempts.length);
    expect(escapeAttempts.length).toBeGreaterThanOrEqual(300);
  });

  it.each(escapeAttempts)('%s', (attempt) => {
    for (const mode of ['navette', 'n8n'] as const) {
      const prefix = mode === 'n8n' ? '=' : '';
      for (const text of [`${prefix}{{ ${attempt} }}`, `${prefix}text {{ ${attempt} }}`]) {
        let value: unknown;
        try {
          value = evaluate(text, scope(), { mode });
        } catch (error) {
          expect(NavetteError.is(error), `${mode}: ${String(error)}`).toBe(true);
          expect(String((error as Error).message)).not.toContain('reached');
          continue;
        }
        expect(findHarm(value), mode).toBe(undefined);
        expect(String(JSON.stringify(value))).not.toContain('reached');
      }
    }
    expect(describeHost()).toEqual(before);
    expect(({} as Record<string, unknown>)['polluted']).toBe(undefined);
    expect((globalThis as Record<string, unknown>)['navetteCanary']).toBe('reached');
  });

  it.each([
    '({}).constructor',
    '({})["con" + "structor"]',
    '({}).__proto__',
    'Object.prototype',
    'Object.getPrototypeOf({})',
    '({__proto__: 1})',
    '(({constructor: c}) => c)({})',
    'globalThis',
    'process.env',
    'eval("1")',
    'Function("return 1")()',
    'Error.prepareStackTrace',
  ])('%s is refused by name', (attempt) => {
    expect(() => evaluate(`{{ ${attempt} }}`)).toThrow(
      expect.objectContaining({ code: 'EXPRESSION_DENIED' }),
    );
  });

  it('cannot catch the refusal', () => {
    for (const denied of ['({})["con" + "structor"]', '$env.A', '"a".repeat(1e9)']) {
      for (const attempt of [
        `(() => { try { return ${denied} } catch (e) { return "caught" } })()`,
        `(() => { try { return ${denied} } finally { return "hidden" } })()`,
      ]) {
        expect(() => evaluate(`{{ ${attempt} }}`)).toThrow(expect.objectContaining({ kind: 'user' }));
      }
    }
  });
});

describe('the check itself', () => {
  it.each<[string, unknown]>([
    ['a function', { a: [() => 1] }],
    ['a class', DataView],
    ['a symbol', Symbol.iterator],
    ['a prototype', Object.prototype],
    ['the global object', { a: globalThis }],
    ['an object of a class', new Map([['a', new WeakMap()]])],
    ['the canary', ['reached']],
  ])('finds %s', (_name, value) => {
    expect(findHarm(value)).toMatch(/^result/);
  });

  it('lets data pass', () => {
    expect(findHarm({ a: [1, 'x', null, new Date(0), { b: new Set([1]) }] })).toBe(undefined);
  });
});
