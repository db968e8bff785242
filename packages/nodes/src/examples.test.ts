import {
  type AnyNodeDefinition,
  effectOf,
  inputPortsOf,
  nodeExampleSchema,
  outputPortsOf,
  portNameSchema,
} from '@navette/contracts';
import { isRecord } from '@navette/kit';
import { NodeRegistry } from '@navette/node-sdk';
import { runNode } from '@navette/testing';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openCodePort } from './code/testing/open-code-port.ts';
import { builtinCredentialTypes, builtinNodes, dataNodes } from './index.ts';

type Schema = Record<string, unknown>;

interface ParameterPlace {
  path: string;
  schema: Schema;
}

/** Every named parameter of a JSON Schema, nested ones too. */
function listParameters(schema: unknown, path = ''): ParameterPlace[] {
  if (!isRecord(schema)) return [];
  const own = Object.entries(isRecord(schema['properties']) ? schema['properties'] : {}).flatMap(
    ([name, inner]) => [
      { path: `${path}/${name}`, schema: inner as Schema },
      ...listParameters(inner, `${path}/${name}`),
    ],
  );
  const branches = ['anyOf', 'oneOf', 'allOf', 'prefixItems'].flatMap((key) =>
    Array.isArray(schema[key]) ? schema[key].flatMap((inner) => listParameters(inner, path)) : [],
  );
  const nested = ['items', 'additionalProperties'].flatMap((key) => listParameters(schema[key], path));
  return [...own, ...branches, ...nested];
}

function toJsonSchema(definition: AnyNodeDefinition): unknown {
  return z.toJSONSchema(definition.parameters, { io: 'input' });
}

/** Nodes whose results an example cannot hold; a node that has two examples leaves this list. */
const fewerExamples: Readonly<Record<string, { count: number; why: string }>> = {
  'http-request': { count: 0, why: 'needs a server' },
  'sub-workflow': { count: 0, why: 'needs another workflow' },
  program: { count: 0, why: 'needs the engine, which answers its calls' },
  file: { count: 0, why: 'gives or reads a file' },
  chart: { count: 0, why: 'gives a file' },
  'sample-data': { count: 0, why: 'gives a file' },
  csv: { count: 1, why: 'its other half gives a file' },
  'json-file': { count: 1, why: 'its other half gives a file' },
  'wait-for-signal': { count: 0, why: 'waits for somebody else' },
  'wait-for-webhook': { count: 0, why: 'waits for somebody else' },
  approval: { count: 0, why: 'waits for a person' },
  'send-signal': { count: 0, why: 'needs another execution' },
  'respond-to-webhook': { count: 1, why: 'what matters is the response, which examples do not hold' },
};

const codePort = openCodePort();
afterAll(() => codePort.close());

const nodes = builtinNodes.map((definition) => [definition.type, definition] as const);

describe('the built-in nodes', () => {
  it('have types of their own, and fit in one registry', () => {
    const registry = new NodeRegistry(builtinNodes, builtinCredentialTypes);
    expect(registry.list()).toHaveLength(builtinNodes.length);
    expect(builtinNodes.length).toBeGreaterThan(15);
  });
});

describe.each(nodes)('%s', (_, definition) => {
  it('is told in both languages', () => {
    for (const text of [definition.name, definition.description, definition.docs]) {
      expect(text.en.trim()).not.toBe('');
      expect(text.fr.trim()).not.toBe('');
    }
    expect(definition.docs.en.length).toBeGreaterThan(60);
    expect(definition.docs.fr.length).toBeGreaterThan(60);
  });

  it('labels every parameter in both languages', () => {
    for (const { path, schema } of listParameters(toJsonSchema(definition))) {
      const french = schema['x-fr'] as { title?: string; description?: string } | undefined;
      expect([path, Boolean(schema['title']), Boolean(french?.title)]).toEqual([path, true, true]);
      expect([path, Boolean(french?.description)]).toEqual([path, Boolean(schema['description'])]);
      const options = schema['x-options'] as Record<string, { en: string; fr: string }> | undefined;
      for (const option of Object.values(options ?? {})) expect(option.en && option.fr).toBeTruthy();
    }
  });

  it('shows parameters only by values that their siblings can have', () => {
    const places = listParameters(toJsonSchema(definition));
    for (const { path, schema } of places) {
      const parent = path.slice(0, path.lastIndexOf('/'));
      for (const [sibling, values] of Object.entries(schema['x-show-when'] ?? {})) {
        const found = places.find((place) => place.path === `${parent}/${sibling}`)?.schema;
        const possible = found?.['enum'] ?? (found?.['type'] === 'boolean' ? [true, false] : undefined);
        expect([path, possible]).toEqual([path, expect.arrayContaining(values as unknown[])]);
      }
    }
  });

  it('refuses unknown parameters', () => {
    const parsed = definition.parameters.safeParse({ 'no such parameter': 1 });
    expect(parsed.success).toBe(false);
    expect(parsed.error?.issues.some(({ code }) => code === 'unrecognized_keys')).toBe(true);
  });

  it('is pure where it only computes', () => {
    if (!dataNodes.includes(definition)) return;
    const [example] = definition.examples;
    expect(effectOf(definition, definition.parameters.parse(example!.parameters))).toBe('pure');
  });

  it('has good names for its ports', () => {
    const parsed = [{}, ...definition.examples.map(({ parameters }) => parameters)].flatMap((parameters) => {
      const result = definition.parameters.safeParse(parameters);
      return result.success ? [result.data] : [];
    });
    for (const parameters of parsed) {
      const ports = [...inputPortsOf(definition, parameters), ...outputPortsOf(definition, parameters)];
      for (const port of ports) expect([port, portNameSchema.safeParse(port).success]).toEqual([port, true]);
    }
  });

  it('has two examples at least, unless there is a reason', () => {
    const expected = definition.kind === 'trigger' ? 0 : (fewerExamples[definition.type]?.count ?? 2);
    expect(definition.examples.length).toBeGreaterThanOrEqual(expected);
    if (fewerExamples[definition.type]) expect(definition.examples.length).toBeLessThan(2);
    for (const example of definition.examples) {
      expect(nodeExampleSchema.safeParse(example).error).toBeUndefined();
      expect(example.title.en && example.title.fr).toBeTruthy();
    }
  });

  const examples = definition.examples.map((example) => [example.title.en, example] as const);
  it.each(examples)('example: %s', async (_title, { parameters, inputs, outputs }) => {
    const run = await runNode(definition, { parameters, inputs, code: codePort.code });
    const given = Object.fromEntries(Object.entries(run.outputs).filter(([, items]) => items.length > 0));
    const expected = Object.fromEntries(Object.entries(outputs).filter(([, items]) => items.length > 0));
    expect(given).toEqual(expected);
    for (const port of Object.keys(outputs)) expect(Object.keys(run.outputs)).toContain(port);
  });
});
