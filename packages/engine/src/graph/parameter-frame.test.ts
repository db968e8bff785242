import type { NodeDefinition } from '@navette/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createParameterFrame } from './parameter-frame.ts';

const field = z.strictObject({
  name: z.string().min(1),
  type: z.string().default('any'),
  value: z.unknown().optional(),
});
const open = z.strictObject({
  mode: z.enum(['fields', 'json']).default('fields'),
  fields: z.array(field).max(3).default([]),
  options: z.strictObject({ strict: z.boolean().default(true) }).prefault({}),
  script: z.string().optional(),
});

function frameOf(parameters: z.ZodType, evaluated: object, raw: object = {}) {
  const name = { en: 'x', fr: 'x' };
  const definition: NodeDefinition = {
    kind: 'node',
    type: 'framed',
    version: 1,
    group: 'data',
    icon: 'x',
    name,
    description: name,
    docs: name,
    parameters,
    effect: 'pure',
    examples: [],
    execute: () => [],
  };
  return createParameterFrame(definition, { evaluated: evaluated as never, raw: raw as never });
}

describe('a frame', () => {
  it.each([
    ['a template where the schema has a type', open, { mode: '{{ $json.mode }}' }],
    ['a template in the name of a field', open, { fields: [{ name: '{{ $json.n }}', value: 1 }] }],
    ['a field that the schema does not know', open, { more: '{{ 1 }}' }],
    ['parameters that are wrong beside the template', open, { fields: [{ name: '', value: '{{ 1 }}' }] }],
    [
      'a schema that looks at the whole list',
      z.strictObject({ list: z.array(z.unknown()).refine((list) => list.length !== 2) }),
      { list: ['{{ 1 }}'] },
    ],
    [
      'a schema that looks at the whole object',
      z.strictObject({ a: z.unknown().optional() }).superRefine(() => {}),
      { a: '{{ 1 }}' },
    ],
    [
      'a schema that changes the value',
      z.strictObject({ a: z.unknown().transform(String) }),
      { a: '{{ 1 }}' },
    ],
    [
      'a schema that looks at the value',
      z.strictObject({ a: z.unknown().refine(Boolean) }),
      { a: '{{ 1 }}' },
    ],
    ['one of several shapes', z.strictObject({ a: z.union([z.unknown(), z.number()]) }), { a: '{{ 1 }}' }],
    [
      'names that the user chose',
      z.strictObject({ a: z.record(z.string(), z.unknown()) }),
      { a: { b: '{{ 1 }}' } },
    ],
    ['no template', open, { fields: [] }],
  ])('is not made for %s', (_name, schema, evaluated) => {
    expect(frameOf(schema, evaluated)).toBeUndefined();
  });

  it('has to be filled whole', () => {
    const frame = frameOf(open, { fields: [{ name: 'a', value: '{{ $json.a }}' }] })!;
    expect(frame.fill({ fields: [{ name: 'a', value: undefined }] })).toBeUndefined();
  });

  it('cannot be changed by a node that gets it', () => {
    const frame = frameOf(open, { fields: [{ name: 'a', value: '{{ $json.a }}' }] })!;
    const first = frame.fill({ fields: [{ name: 'a', value: 1 }] }) as z.output<typeof open>;
    expect(() => {
      first.options.strict = false;
    }).toThrow(TypeError);
    first.fields[0]!.name = 'b';
    expect(frame.fill({ fields: [{ name: 'a', value: 2 }] })).toMatchObject({
      fields: [{ name: 'a', value: 2 }],
    });
  });

  it('gives what the validation of the whole gives, whatever the values are', () => {
    const value = fc.jsonValue();
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.string({ minLength: 1 }), fc.boolean(), value), { maxLength: 3 }),
        (fields) => {
          const write = (isTemplate: boolean) =>
            fields.map(([name, isDynamic, content]) => ({
              name: name.replaceAll('{', '('),
              value: isDynamic && isTemplate ? '{{ it }}' : typeof content === 'string' ? 'text' : content,
            }));
          const raw = { script: 'return {{ 1 }}' };
          const frame = frameOf(open, { fields: write(true) }, raw);
          const evaluated = { fields: write(false) };
          const isDynamic = fields.some(([, dynamic]) => dynamic);
          if (!isDynamic) return;
          expect(frame!.fill(evaluated)).toEqual(open.parse({ ...evaluated, ...raw }));
        },
      ),
    );
  });
});
