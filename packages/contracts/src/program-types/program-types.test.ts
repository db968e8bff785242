import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { renderProgramTypes } from './render-program-types.ts';
import { renderSchemaType } from './render-schema-type.ts';

const typeOf = (schema: z.ZodType) =>
  renderSchemaType(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as never);

describe('the type of a schema', () => {
  test.each([
    [z.string().max(3), 'string'],
    [z.int(), 'number'],
    [z.null(), 'null'],
    [z.enum(['a', 'it\'s "b"']), `'a' | 'it\\'s "b"'`],
    [z.literal([1, true]), '1 | true'],
    [z.union([z.string(), z.number(), z.literal(''), z.string()]), 'string | number'],
    [z.array(z.union([z.string(), z.number()])), '(string | number)[]'],
    [z.array(z.strictObject({ a: z.string() })), '{\n  a: string;\n}[]'],
    [z.tuple([z.string(), z.number()]), '[string, number]'],
    [z.record(z.string(), z.boolean()), '{ [name: string]: boolean }'],
    [z.strictObject({}), '{ [name: string]: never }'],
    [z.unknown(), 'Json'],
    [z.json(), 'Json'],
    [z.strictObject({ value: z.json(), list: z.array(z.json()) }), '{\n  value: Json;\n  list: Json[];\n}'],
    [z.looseObject({ a: z.string() }), '{\n  a: string;\n  [name: string]: unknown;\n}'],
  ])('%# is right', (schema, type) => expect(typeOf(schema)).toBe(type));

  test('what has a default may be left out, and comments cannot be ended', () => {
    const schema = z.strictObject({
      'two words': z.string().default('x').meta({ title: 'Ends */ here', description: 'Really' }),
    });
    expect(typeOf(schema)).toBe(
      `{\n  /** Ends *\\/ here: Really. Default: "x". */\n  'two words'?: string;\n}`,
    );
  });

  test('a schema that contains itself ends', () => {
    const list: z.ZodType = z.strictObject({ next: z.lazy(() => list).optional() });
    expect(typeOf(z.strictObject({ list }))).toContain('next?: Json');
  });
});

describe('navette.d.ts', () => {
  const describeNode = (type: string, trigger = false) => ({
    type,
    trigger,
    description: { en: `Does ${type}.`, fr: '' },
    parametersSchema: { type: 'object', properties: { a: { type: 'string' } }, additionalProperties: false },
    credentials: type === 'b' ? [{ slot: 'auth' }] : [],
  });

  test('has what a program can call, in order, and neither triggers nor programs', () => {
    const text = renderProgramTypes([
      describeNode('b'),
      describeNode('a-1'),
      describeNode('hook', true),
      describeNode('program'),
    ]);
    expect([...text.matchAll(/^ {2}\S+: \{ parameters: .*$/gm)].map(([line]) => line.trim())).toEqual([
      "'a-1': { parameters: A1Parameters; credentials: never };",
      "b: { parameters: BParameters; credentials: 'auth' };",
    ]);
    expect(text).toContain('interface A1Parameters {\n  a?: string;\n}');
    expect(text).not.toMatch(/hook|program:/);
    expect(text).toContain("afterCrash?: 'retry' | 'fail' | 'ask';");
  });

  test('does not depend on the order of the catalogue', () => {
    const nodes = [describeNode('a'), describeNode('b')];
    expect(renderProgramTypes(nodes)).toBe(renderProgramTypes(nodes.toReversed()));
  });
});
