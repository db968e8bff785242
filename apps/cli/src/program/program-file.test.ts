import { describe, expect, test } from 'vitest';
import { createProgramWorkflow, languageOf } from './program-file.ts';

const source = 'export default async function (ctx, input) {\n  return input;\n}\n';

describe('the workflow around a program', () => {
  test('has triggers that lead to it, and the name of the file', () => {
    const { name, definition } = createProgramWorkflow('./deep/order-intake.ts', source);
    expect(name).toBe('order-intake');
    expect(definition.nodes.map(({ id, type, parameters }) => ({ id, type, parameters }))).toEqual([
      { id: 'start', type: 'manual-trigger', parameters: {} },
      { id: 'called', type: 'parent-trigger', parameters: {} },
      { id: 'program', type: 'program', parameters: { language: 'typescript', source } },
    ]);
    expect(definition.edges).toMatchObject([
      { from: 'start', to: 'program' },
      { from: 'called', to: 'program' },
    ]);
  });

  test('takes hosts and policy from the comments at the top', () => {
    const header =
      '// Orders\n\n// navette: allowed-hosts api.example.com, *.Example.org:443\n//navette: policy calm\n';
    const parametersOf = (text: string) =>
      createProgramWorkflow('a.ts', text).definition.nodes[2]!.parameters;
    expect(parametersOf(header + source)).toMatchObject({
      allowedHosts: ['api.example.com', '*.Example.org:443'],
      policy: 'calm',
    });
    // What comes later is a comment like any other.
    expect(parametersOf(`${source}// navette: allowed-hosts *\n`)).not.toHaveProperty('allowedHosts');
  });

  test.each([
    ['a.ts', 'typescript'],
    ['a.mts', 'typescript'],
    ['a.JS', 'javascript'],
    ['a.mjs', 'javascript'],
    ['a.json', undefined],
    ['ts', undefined],
  ])('%s is %s', (path, language) => expect(languageOf(path)).toBe(language));

  test.each([
    ['a.ts', 'function main() {}', 'it has no default export'],
    ['a.ts', '// export default', 'it has no default export'],
    ['a.txt', source, 'ends in none of'],
    ['a.ts', `// navette: allowed-hosts http://x\n${source}`, 'line 1: "http://x" is no host'],
    ['a.ts', `// navette: allow x\n${source}`, 'line 1: "allow" is not'],
    ['a.ts', `// navette: policy A B\n${source}`, 'is no name of a policy'],
    [`${'n'.repeat(201)}.ts`, source, 'is no name of a workflow'],
  ])('%s with %j is refused', (path, text, detail) => {
    expect(() => createProgramWorkflow(path, text)).toThrow(
      expect.objectContaining({ code: 'CLI_PROGRAM_INVALID', message: expect.stringContaining(detail) }),
    );
  });
});
