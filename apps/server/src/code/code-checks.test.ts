import { type WorkflowDefinition, workflowDefinitionSchema } from '@navette/contracts';
import { silentLogger } from '@navette/kit';
import { NodeRegistry } from '@navette/node-sdk';
import { builtinCredentialTypes, builtinNodes } from '@navette/nodes';
import { type CodeEngine, CodeEngines, createQuickJsEngine, type EngineName } from '@navette/sandbox';
import { afterAll, describe, expect, test } from 'vitest';
import { CodeChecks } from './code-checks.ts';

const nodeTypes = new NodeRegistry(builtinNodes, builtinCredentialTypes);
let runs = 0;
/** QuickJS as it is, and nothing else. */
const engines = new CodeEngines(
  new Map<EngineName, () => CodeEngine>([
    [
      'quickjs',
      () => {
        const engine = createQuickJsEngine({ ready: 0, size: 1 });
        return {
          ...engine,
          run: (task, host) => {
            runs += 1;
            return engine.run(task, host);
          },
        };
      },
    ],
  ]),
);
afterAll(() => engines.close());

const openChecks = () => new CodeChecks({ engines, nodeTypes, logger: silentLogger });

function define(...nodes: [type: string, parameters: Record<string, unknown>][]): WorkflowDefinition {
  return workflowDefinitionSchema.parse({
    nodes: nodes.map(([type, parameters], index) => ({
      id: `n${index}`,
      name: `Node ${index}`,
      type,
      parameters,
    })),
    edges: [],
  });
}

const check = (...nodes: Parameters<typeof define>) => openChecks().check('project', define(...nodes));

describe('code that cannot be read', () => {
  test('is named with its node, its parameter, its line and its column', async () => {
    const issues = await check(
      ['manual-trigger', {}],
      ['code', { source: 'return items;' }],
      ['code', { source: "const a = 1;\nconst text = 'open;\nreturn a;" }],
    );
    expect(issues).toEqual([
      {
        nodeId: 'n2',
        path: '/nodes/2/parameters/source',
        severity: 'error',
        code: 'SANDBOX_SYNTAX',
        message: expect.stringContaining('line 2'),
        help: expect.any(String),
        line: 2,
        column: expect.any(Number),
      },
    ]);
  });

  test('has its own column in the first line, whatever stands before it when it runs', async () => {
    const [plain] = await check(['code', { source: 'let x = ;' }]);
    const [loading] = await check(['code', { source: 'let x = ; DateTime.now(); await 1' }]);
    expect([plain?.column, loading?.column]).toEqual([9, 9]);
  });

  test.each([
    ['typescript', 'const a: number = 1;\nenum B { C }', 2],
    ['typescript', 'const a: = 1', 1],
    ['javascript', 'const a: number = 1', 1],
  ])('%s: %s', async (language, source, line) => {
    const [issue] = await check(['code', { language, source }]);
    expect(issue).toMatchObject({ code: 'SANDBOX_SYNTAX', severity: 'error', line });
  });

  test('names what it may not import, and what to use instead', async () => {
    const [issue] = await check(['code', { source: "const a = 1;\nimport axios from 'axios';" }]);
    expect(issue).toMatchObject({ code: 'CODE_IMPORT_UNKNOWN', line: 2, column: 1 });
    expect(issue?.help).toMatch(/http\(…\).*luxon/);
  });

  test('of a program as well', async () => {
    const [syntax] = await check([
      'program',
      { source: 'export default async function (ctx) {\n  return await ctx.;\n}' },
    ]);
    expect(syntax).toMatchObject({ code: 'SANDBOX_SYNTAX', line: 2, path: '/nodes/0/parameters/source' });
    const [module] = await check([
      'program',
      { source: "import axios from 'axios';\nexport default async (ctx) => axios.get('x')" },
    ]);
    expect(module).toMatchObject({
      code: 'PROGRAM_IMPORT_FORBIDDEN',
      line: 1,
      column: 1,
      help: expect.stringMatching(/ctx\.http/),
    });
  });
});

describe('code that can be read', () => {
  test('says nothing, and does not run', async () => {
    const source = 'for (;;) {}';
    expect(
      await check(['code', { source }], ['code', { source: "import { z } from 'zod'; return []" }]),
    ).toEqual([]);
  });

  test('is read once', async () => {
    const checks = openChecks();
    const before = runs;
    for (let time = 0; time < 3; time += 1)
      await checks.check('project', define(['code', { source: 'return [3]' }]));
    expect(runs).toBe(before + 1);
  });
});

describe('code that cannot be checked', () => {
  test('is a warning: an engine that is not here', async () => {
    const issues = await check(['code', { engine: 'v8', source: 'let x = ;' }]);
    expect(issues).toEqual([
      expect.objectContaining({
        severity: 'warning',
        code: 'CODE_NOT_CHECKED',
        message: expect.stringMatching(/v8 cannot run here/),
      }),
    ]);
  });

  test('is no finding at all: parameters that are wrong otherwise', async () => {
    expect(await check(['code', { source: 'let x = ;', language: '{{ $json.language }}' }])).toEqual([]);
  });
});
