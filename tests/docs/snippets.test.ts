import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  nodeSettingsSchema,
  routeList,
  type WorkflowDefinition,
  workflowDefinitionSchema,
  workflowFileSchema,
} from '@navette/contracts';
import { validateDefinition } from '@navette/engine';
import { NodeRegistry } from '@navette/node-sdk';
import { builtinCredentialTypes, builtinNodes } from '@navette/nodes';
import { PolicySet } from '@navette/sandbox';
import { describe, expect, test } from 'vitest';
import { commandList, parseCommandLine } from '../../apps/cli/src/index.ts';
import { splitShellWords } from '../../apps/cli/src/testing/split-shell-words.ts';
import { type CodeBlock, listPages, readPage, root } from './read-page.ts';
import { listCommands } from './shell-commands.ts';

const pages = listPages();
const blocks = pages.flatMap((page) => page.blocks);
const registry = new NodeRegistry(builtinNodes, builtinCredentialTypes);
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: object };

/** What is wrong with a shell command, as far as it can be known without running it. */
function findCommandProblem(command: string): string | undefined {
  const words = splitShellWords(command).filter((word) => !/^[A-Z_]+=/.test(word));
  const [tool, ...args] = words;
  if (tool === 'navette') return findCliProblem(args);
  if (tool === 'npx') return `npx ${args[0]} is no command of the repository`;
  if (tool === 'npm') return findNpmProblem(args);
  if (tool === 'curl') return findCurlProblem(args);
  if (tool === 'node' && args[0] !== undefined && !args[0].startsWith('-')) {
    return existsSync(join(root, args[0])) ? undefined : `there is no file ${args[0]}`;
  }
  return undefined;
}

function findCliProblem(args: readonly string[]): string | undefined {
  try {
    parseCommandLine(args, commandList);
    const file = args.find((word) => /^[\w./-]+\/[\w.-]+\.json$/.test(word) && !word.startsWith('./'));
    return file !== undefined && !existsSync(join(root, file)) ? `there is no file ${file}` : undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

function findNpmProblem([verb, name]: readonly string[]): string | undefined {
  const script = verb === 'run' ? name : verb === 'start' || verb === 'test' ? verb : undefined;
  return script === undefined || script in manifest.scripts ? undefined : `there is no script ${script}`;
}

function findCurlProblem(args: readonly string[]): string | undefined {
  const url = args.map((word) => URL.parse(word.replace('PORT', '4600'))).find((parsed) => parsed !== null);
  if (!url) return 'curl is given no address';
  if (!url.pathname.startsWith('/api/v1/')) return undefined;
  const named = args.indexOf('-X');
  const method = named >= 0 ? args[named + 1] : args.includes('-d') || args.includes('-F') ? 'POST' : 'GET';
  const known = routeList.some((route) => {
    const pattern = new RegExp(`^${route.path.replace(/:\w+/g, '[^/]+')}$`);
    return route.method === method && pattern.test(url.pathname);
  });
  return known ? undefined : `there is no operation ${method} ${url.pathname}`;
}

function toEmptyWorkflow(settings: unknown): WorkflowDefinition {
  return workflowDefinitionSchema.parse({ nodes: [], settings });
}

/** As the server reads a file of that name. */
function findPolicyProblems(info: string, text: string): unknown {
  const file = /\bfile=(\S+)/.exec(info)?.[1] ?? '';
  return PolicySet.create().update([{ file, text }]).problems;
}

function checkBlock({ language, info, text }: CodeBlock): unknown {
  if (language === 'sh') {
    return listCommands(text).flatMap((command) => {
      const problem = findCommandProblem(command);
      return problem === undefined ? [] : [`${command}: ${problem}`];
    });
  }
  if (language !== 'json') return [];
  const value: unknown = JSON.parse(text);
  const kind = info.split(' ')[0];
  if (kind === 'workflow') return validateDefinition(workflowFileSchema.parse(value).definition, registry);
  if (kind === 'policy') return findPolicyProblems(info, text);
  if (kind === 'node-settings') nodeSettingsSchema.parse(value);
  if (kind === 'workflow-settings') return validateDefinition(toEmptyWorkflow(value), registry);
  return [];
}

test('the pages have snippets of every kind', () => {
  const count = (language: string, kind = '') =>
    blocks.filter((block) => block.language === language && block.info.startsWith(kind)).length;
  expect(count('json', 'workflow')).toBeGreaterThanOrEqual(2);
  expect(count('json', 'node-settings')).toBeGreaterThanOrEqual(1);
  expect(count('json', 'workflow-settings')).toBeGreaterThanOrEqual(2);
  expect(count('json', 'policy')).toBeGreaterThanOrEqual(3);
  expect(count('sh')).toBeGreaterThanOrEqual(20);
});

describe.each(blocks.map((block) => [block.place, block] as const))('%s', (_, block) => {
  test(`${block.language || 'plain'} ${block.info}`.trim(), () => {
    // Code is run by packages/nodes/src/code/guide.test.ts.
    const isCode = ['js', 'ts', 'python'].includes(block.language) && block.place.includes('code-steps.md');
    // Programs are checked by programs.test.ts.
    const isProgram = block.language === 'ts' && block.info.startsWith('program');
    const isKnown = ['', 'sh', 'json', 'text', 'sql'].includes(block.language);
    expect(isCode || isProgram || isKnown).toBe(true);
    expect(checkBlock(block)).toEqual([]);
  });
});

describe('the check itself', () => {
  const check =
    (language: string, text: string, info = '') =>
    () =>
      expect(checkBlock({ place: 'x.md:1', language, info, text })).toEqual([]);

  test.each([
    ['sh', 'npx navette runn x'],
    ['sh', 'npx navette run x --wach'],
    ['sh', 'npx navette run workflows/nope/workflow.json'],
    ['sh', 'npx tsc --noEmit'],
    ['sh', 'npm run nope'],
    ['sh', 'node scripts/nope.mjs'],
    ['sh', 'curl http://127.0.0.1:4600/api/v1/workflow'],
    ['sh', 'curl -X DELETE http://127.0.0.1:4600/api/v1/workflows'],
    ['sh', "echo 'open"],
    ['json', '{"a": 1,}'],
  ])('%s: refuses %s', (language, text) => {
    expect(check(language, text)).toThrow();
  });

  test('refuses a workflow with a node type that does not exist, and settings that do not', () => {
    const nodes = [{ id: 'a', name: 'A', type: 'nope' }];
    expect(check('json', JSON.stringify({ name: 'X', definition: { nodes } }), 'workflow')).toThrow(
      /nodes\/0\/type/,
    );
    expect(check('json', '{"retries": 3}', 'node-settings')).toThrow();
    const settings = '{"concurrency": {"limit": 1, "key": "customer"}}';
    expect(check('json', settings, 'workflow-settings')).toThrow();
    expect(check('json', '{"version": 1, "hosts": []}', 'policy file=named/a.json')).toThrow();
    expect(check('json', '{"version": 1}', 'policy file=policies/a.json')).toThrow();
  });

  test.each([
    ['sh', '# a comment\nnpm start   # and another\nnpx navette run x \\\n  --input \'{"a":\n 1}\''],
    ['sh', 'curl -s http://127.0.0.1:4600/api/v1/workflows/wfl_1 -H "Authorization: Bearer x"'],
    ['sh', 'npm ci && npm test'],
  ])('%s: lets %s pass', (language, text) => {
    expect(check(language, text)).not.toThrow();
  });

  test('a block without an end is found', () => {
    expect(() => readPage('x.md', 'a\n```sh\nnpm start\n')).toThrow('x.md:2: the code block has no end');
  });
});
