/** Code that takes more than it may, for the steps of a real server: what it does, its limits, and how it must end. */
import type { WorkflowDefinitionInput } from '@navette/contracts';

export const attackedEngines = ['quickjs', 'v8', 'python'] as const;
export type AttackedEngine = (typeof attackedEngines)[number];

export interface Attack {
  name: string;
  javascript: string;
  /** Left out where the language has no such thing. */
  python?: string;
  limits: { seconds?: number; cpuSeconds?: number; memoryMiB?: number };
  /**
   * Any of these: which of two bounds a program meets first is the machine's business. None for what keeps to its limits,
   * but for the work that it makes.
   */
  codes: readonly string[];
}

const computing = { cpuSeconds: 1, seconds: 120 };
const memory = { memoryMiB: 64, cpuSeconds: 60, seconds: 120 };

export const attacks: readonly Attack[] = [
  {
    name: 'an endless loop',
    javascript: 'for (;;) {}',
    python: 'while True:\n  pass',
    limits: computing,
    codes: ['SANDBOX_CPU_LIMIT'],
  },
  {
    name: 'an endless loop, by the clock',
    javascript: 'for (;;) {}',
    python: 'while True:\n  pass',
    limits: { seconds: 2, cpuSeconds: 60 },
    codes: ['SANDBOX_WALL_LIMIT'],
  },
  {
    name: 'a loop of microtasks',
    javascript:
      'const again = () => { Promise.resolve().then(again); }; again(); await new Promise(() => {});',
    python: 'import asyncio\nwhile True:\n  await asyncio.sleep(0)',
    limits: computing,
    codes: ['SANDBOX_CPU_LIMIT'],
  },
  {
    name: 'a fork',
    javascript: "require('node:child_process').fork('x'); return {};",
    python: 'import os\nwhile True:\n  os.fork()',
    limits: computing,
    codes: ['CODE_IMPORT_UNKNOWN', 'SANDBOX_PROCESS_LIMIT'],
  },
  {
    name: 'a gigabyte in one buffer',
    javascript: 'const b = new Uint8Array(new ArrayBuffer(1024 ** 3)).fill(1); return { length: b.length };',
    python: 'return { "length": len(bytearray(1024 ** 3)) }',
    limits: memory,
    codes: ['SANDBOX_MEMORY_LIMIT'],
  },
  {
    name: 'a gigabyte of objects',
    javascript:
      'const all = []; for (let i = 0; i < 1e8; i += 1) all.push({ i, next: [i] }); return { length: all.length };',
    python: 'all = []\nfor i in range(10 ** 8):\n  all.append([i, {}])\nreturn { "length": len(all) }',
    limits: memory,
    codes: ['SANDBOX_MEMORY_LIMIT'],
  },
  {
    name: 'ten million lines',
    javascript: "for (let i = 0; i < 1e7; i += 1) console.log('line', i); return {};",
    python: 'for i in range(10 ** 7):\n  print("line", i)\nreturn {}',
    limits: memory,
    codes: ['SANDBOX_CONSOLE_LIMIT'],
  },
  {
    name: 'a giant result',
    javascript: "return Array.from({ length: 40 }, (_, n) => ({ n, text: 'x'.repeat(1024 ** 2) }));",
    python: 'return [{ "n": n, "text": "x" * 1024 ** 2 } for n in range(40)]',
    limits: { memoryMiB: 512, cpuSeconds: 60, seconds: 120 },
    codes: ['SANDBOX_OUTPUT_LIMIT'],
  },
  {
    name: 'a result of many small items, too large in all',
    javascript: 'return Array.from({ length: 2_000_000 }, (_, n) => ({ n, more: [n] }));',
    python: 'return [{ "n": n, "more": [n] } for n in range(2_000_000)]',
    limits: { memoryMiB: 1_024, cpuSeconds: 60, seconds: 120 },
    codes: ['SANDBOX_OUTPUT_LIMIT', 'SANDBOX_MEMORY_LIMIT'],
  },
  {
    name: 'a long result within its limit',
    javascript: "return Array.from({ length: 28_000 }, (_, n) => ({ n, text: 'x'.repeat(1_000) }));",
    python: 'return [{ "n": n, "text": "x" * 1_000 } for n in range(28_000)]',
    limits: { memoryMiB: 1_024, cpuSeconds: 60, seconds: 120 },
    codes: [],
  },
  {
    name: 'a result of many small items within its limit',
    javascript: 'return Array.from({ length: 400_000 }, (_, n) => ({ n, more: [n] }));',
    python: 'return [{ "n": n, "more": [n] } for n in range(400_000)]',
    limits: { memoryMiB: 1_024, cpuSeconds: 60, seconds: 120 },
    codes: [],
  },
  {
    name: 'a recursion without an end',
    javascript: 'const f = (n) => f(n + 1) + 1; return { depth: f(0) };',
    python: 'def f(n):\n  return f(n + 1) + 1\nreturn { "depth": f(0) }',
    limits: memory,
    codes: ['SANDBOX_STACK_LIMIT'],
  },
  {
    name: 'a regular expression that backtracks',
    javascript: "return { found: /^(a+)+$/.test('a'.repeat(50) + 'b') };",
    python: 'import re\nreturn { "found": bool(re.match("^(a+)+$", "a" * 50 + "b")) }',
    limits: computing,
    codes: ['SANDBOX_CPU_LIMIT'],
  },
];

/** Whether it ended as it must. */
export function endsAsItMust({ codes }: Attack, status: string, code: string | undefined): boolean {
  if (codes.length === 0) return status === 'succeeded';
  return status === 'failed' && code !== undefined && codes.includes(code);
}

export function sourceFor(attack: Attack, engine: AttackedEngine): string | undefined {
  return engine === 'python' ? attack.python : attack.javascript;
}

/** Start → one Code node with the attack; runs by hand. */
export function createAttack(attack: Attack, engine: AttackedEngine): WorkflowDefinitionInput {
  const language = engine === 'python' ? 'python' : 'javascript';
  return createStep({
    language,
    ...(engine === 'python' ? {} : { engine }),
    source: sourceFor(attack, engine)!,
    limits: attack.limits,
  });
}

/** Start → one Code node that is well-behaved: it says whether the engine runs here at all. */
export function createCalmStep(engine: AttackedEngine): WorkflowDefinitionInput {
  const language = engine === 'python' ? 'python' : 'javascript';
  const source = engine === 'python' ? 'return { "calm": True }' : 'return { calm: true };';
  return createStep({ language, ...(engine === 'python' ? {} : { engine }), source });
}

/** What others do meanwhile: a webhook that answers when its execution has ended. */
export const lightPath = 'light';
export const lightWorkflow: WorkflowDefinitionInput = {
  nodes: [
    {
      id: 'hook',
      name: 'hook',
      type: 'webhook-trigger',
      parameters: { path: lightPath, respond: 'finished' },
    },
    { id: 'code', name: 'code', type: 'code', parameters: { source: 'return { light: true };' } },
  ],
  edges: [{ from: 'hook', to: 'code' }],
};

function createStep(parameters: Record<string, string | object>): WorkflowDefinitionInput {
  return {
    nodes: [
      { id: 'start', name: 'Start', type: 'manual-trigger' },
      { id: 'code', name: 'Code', type: 'code', parameters: parameters as never },
    ],
    edges: [{ from: 'start', to: 'code' }],
  };
}
