/**
 * Programs that take more than they may: each ends with the typed error of its own limit, within 1.2 times the limit
 * where that is a time, and the engine works on. An engine's test calls `describeCodeLimits`.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CodeEngine, CodeLimits } from '../port.ts';
import { createTask, type EngineUnderTest, echo, readError, readOutput } from './engine-under-test.ts';

interface LimitCase {
  name: string;
  javascript: string;
  python?: string;
  limits: Partial<CodeLimits>;
  /** Any of these: which of two bounds a program meets first is the machine's business. */
  codes: readonly string[];
  input?: unknown;
}

const mebibyte = 1024 ** 2;
const cpu = { cpuMs: 500, wallMs: 20_000 };
const wall = { cpuMs: 20_000, wallMs: 1_000 };
const memory = { memoryBytes: 64 * mebibyte, cpuMs: 15_000, wallMs: 25_000 };

const cases: readonly LimitCase[] = [
  {
    name: 'an endless loop',
    javascript: 'for (;;) {}',
    python: 'while True:\n  pass',
    limits: cpu,
    codes: ['SANDBOX_CPU_LIMIT'],
  },
  {
    name: 'an endless loop, by the clock',
    javascript: 'for (;;) {}',
    python: 'while True:\n  pass',
    limits: wall,
    codes: ['SANDBOX_WALL_LIMIT'],
  },
  {
    name: 'a loop that catches everything',
    javascript: 'for (;;) { try { for (;;) {} } catch {} finally { continue } }',
    python: 'while True:\n  try:\n    while True:\n      pass\n  except BaseException:\n    pass',
    limits: cpu,
    codes: ['SANDBOX_CPU_LIMIT'],
  },
  {
    name: 'a loop after an await',
    javascript: 'await host.echo(); for (;;) {}',
    python: 'await host.echo()\nwhile True:\n  pass',
    limits: cpu,
    codes: ['SANDBOX_CPU_LIMIT'],
  },
  {
    name: 'a loop of microtasks',
    javascript: 'for (;;) await null',
    limits: cpu,
    codes: ['SANDBOX_CPU_LIMIT'],
  },
  {
    name: 'a microtask that starts the next',
    javascript:
      'const again = () => { Promise.resolve().then(again); }; again(); await new Promise(() => {})',
    limits: cpu,
    codes: ['SANDBOX_CPU_LIMIT'],
  },
  {
    name: 'a regular expression that backtracks',
    javascript: 'return /^(a+)+$/.test("a".repeat(50) + "b")',
    python: 'import re\nreturn re.match("^(a+)+$", "a" * 50 + "b")',
    limits: cpu,
    codes: ['SANDBOX_CPU_LIMIT'],
  },
  {
    name: 'one long operation of the language',
    javascript:
      'const a = Array.from({ length: 300_000 }, (_, i) => i % 7); for (;;) a.sort(() => 0.5 - Math.random())',
    limits: cpu,
    codes: ['SANDBOX_CPU_LIMIT'],
  },
  {
    name: 'a timer that fires for ever',
    javascript: 'await new Promise(() => setInterval(() => {}, 1))',
    limits: wall,
    codes: ['SANDBOX_WALL_LIMIT'],
  },
  {
    name: 'a call that is never answered',
    javascript: 'await host.never()',
    python: 'await host.never()',
    limits: wall,
    codes: ['SANDBOX_WALL_LIMIT'],
  },
  {
    name: 'a gigabyte in one buffer',
    javascript: 'const b = new ArrayBuffer(1024 ** 3); new Uint8Array(b).fill(1); return b.byteLength',
    python: 'return len(bytearray(1024 ** 3))',
    limits: memory,
    codes: ['SANDBOX_MEMORY_LIMIT'],
  },
  {
    name: 'a gigabyte in many buffers',
    javascript:
      'const all = []; for (let i = 0; i < 1024; i += 1) all.push(new Uint8Array(1024 ** 2).fill(1)); return all.length',
    python: 'all = []\nfor i in range(1024):\n  all.append(b"x" * 1024 ** 2)\nreturn len(all)',
    limits: memory,
    codes: ['SANDBOX_MEMORY_LIMIT'],
  },
  {
    name: 'a gigabyte of objects',
    javascript:
      'const all = []; for (let i = 0; i < 1e8; i += 1) all.push({ i, next: [i] }); return all.length',
    python: 'all = []\nfor i in range(10 ** 8):\n  all.append([i, {}])\nreturn len(all)',
    limits: memory,
    codes: ['SANDBOX_MEMORY_LIMIT'],
  },
  {
    name: 'a text that doubles',
    javascript: 'let s = "x".repeat(1024); for (;;) s = s.split("").join("xx")',
    python: 's = "x"\nwhile True:\n  s += s',
    limits: memory,
    codes: ['SANDBOX_MEMORY_LIMIT'],
  },
  {
    name: 'memory that is caught and asked for again',
    javascript: 'const all = []; for (;;) { try { all.push(new Uint8Array(1024 ** 2)) } catch {} }',
    limits: { ...memory, cpuMs: 2_000 },
    codes: ['SANDBOX_MEMORY_LIMIT', 'SANDBOX_CPU_LIMIT'],
  },
  {
    name: 'ten million lines',
    javascript: 'for (let i = 0; i < 1e7; i += 1) console.log("line", i)',
    python: 'for i in range(10 ** 7):\n  print("line", i)',
    limits: { ...memory, consoleLines: 1_000 },
    codes: ['SANDBOX_CONSOLE_LIMIT'],
  },
  {
    name: 'one endless line',
    javascript: 'console.log("x".repeat(2_000_000))',
    python: 'print("x" * 2_000_000)',
    limits: { ...memory, consoleBytes: 100_000 },
    codes: ['SANDBOX_CONSOLE_LIMIT'],
  },
  {
    name: 'a giant result',
    javascript: 'return "x".repeat(5_000_000)',
    python: 'return "x" * 5_000_000',
    limits: { ...memory, outputBytes: 1_000_000 },
    codes: ['SANDBOX_OUTPUT_LIMIT'],
  },
  {
    name: 'a recursion without an end',
    javascript: 'const f = (n) => f(n + 1) + 1; return f(0)',
    python: 'def f(n):\n  return f(n + 1) + 1\nreturn f(0)',
    limits: memory,
    codes: ['SANDBOX_STACK_LIMIT'],
  },
  {
    name: 'a result of endless depth',
    javascript: 'let a = []; for (let i = 0; i < 1e6; i += 1) a = [a]; return a',
    limits: memory,
    codes: ['SANDBOX_STACK_LIMIT', 'SANDBOX_RESULT_INVALID', 'SANDBOX_MEMORY_LIMIT'],
  },
  {
    name: 'too many calls',
    javascript: 'for (let i = 0; i < 50; i += 1) await host.echo()',
    python: 'for i in range(50):\n  await host.echo()',
    limits: { calls: 20 },
    codes: ['SANDBOX_CALL_LIMIT'],
  },
  {
    name: 'too many calls at once',
    javascript: 'await Promise.all(Array.from({ length: 50 }, () => host.never()))',
    python: 'import asyncio\nawait asyncio.gather(*[host.never() for i in range(50)])',
    limits: { callsInFlight: 20 },
    codes: ['SANDBOX_CALL_LIMIT'],
  },
  {
    name: 'arguments that are too large',
    javascript: 'await host.echo("x".repeat(100_000))',
    python: 'await host.echo("x" * 100_000)',
    limits: { callBytes: 50_000 },
    codes: ['SANDBOX_CALL_LIMIT'],
  },
  {
    name: 'a source that is too long',
    javascript: `return 1 // ${'x'.repeat(2_000)}`,
    python: `return 1 # ${'x'.repeat(2_000)}`,
    limits: { sourceBytes: 1_000 },
    codes: ['SANDBOX_INPUT_LIMIT'],
  },
  {
    name: 'an input that is too large',
    javascript: 'return 1',
    python: 'return 1',
    input: 'x'.repeat(2_000),
    limits: { inputBytes: 1_000 },
    codes: ['SANDBOX_INPUT_LIMIT'],
  },
];

/** What the machine may add: a watchdog sees CPU time every 25 ms, and a busy machine looks late. */
const factor = 1.2;
const graceMs = 100;

export function describeCodeLimits(under: EngineUnderTest): void {
  describe(`limits of ${under.name}`, () => {
    let engine: CodeEngine;
    beforeAll(() => {
      engine = under.open();
    });
    afterAll(() => engine.close());

    const own = cases.filter(
      (one) => one[under.language] !== undefined && (under.limitCases?.includes(one.name) ?? true),
    );

    it('has the cases that were chosen', () => {
      const names = own.map(({ name }) => name);
      expect(names).toEqual(expect.arrayContaining([...(under.limitCases ?? [])]));
      expect(names).not.toEqual([]);
    });

    it.each(own)('$name ends with its own error', async ({ limits, codes, input, ...texts }) => {
      const task = createTask(texts[under.language]!, {
        language: under.language,
        bindings: ['echo', 'never'],
        limits,
        input,
      });
      const onCall = ({ name, args }: { name: string; args: string }) =>
        name === 'never' ? new Promise<never>(() => {}) : Promise.resolve({ output: args });
      const error = await readError(engine, task, { onCall });
      const budget = under.ownBudget ? ['SANDBOX_CPU_LIMIT'] : [];
      expect([...codes, ...budget], error.message).toContain(error.code);
      const { limit, allowed, used } = error.params;
      expect(allowed).toBe(task.limits[limit as keyof CodeLimits]);
      expect(`${error.message} ${error.help}`).not.toMatch(/\{\w+\}/);
      if (limit === 'cpuMs' || limit === 'wallMs') {
        if (!under.ownBudget) expect(used).toBeGreaterThanOrEqual((allowed as number) * 0.95);
        expect(used).toBeLessThanOrEqual((allowed as number) * factor + graceMs);
      }
      expect(await readOutput(engine, createTask('return 7', { language: under.language }))).toBe(7);
    });

    it('an answer of the host that is too large fails its call, and nothing else', async () => {
      const source = {
        javascript: 'try { await host.big() } catch (e) { return e.code }',
        python: 'try:\n  await host.big()\nexcept Exception as e:\n  return e.code',
      };
      const task = createTask(source[under.language], {
        language: under.language,
        bindings: ['big'],
        limits: { callBytes: 1_000 },
      });
      const onCall = () => Promise.resolve({ output: JSON.stringify('x'.repeat(2_000)) });
      expect(await readOutput(engine, task, { onCall })).toBe('SANDBOX_CALL_LIMIT');
    });

    it('the event loop of the caller stays free while programs run wild', async () => {
      const gaps: number[] = [];
      let last = performance.now();
      const heartbeat = setInterval(() => {
        const now = performance.now();
        gaps.push(now - last);
        last = now;
      }, 10);
      const flood = under.language === 'python' ? 'while True:\n  print("x")' : 'for (;;) console.log("x")';
      const loop = under.language === 'python' ? 'while True:\n  pass' : 'for (;;) {}';
      const run = (source: string) =>
        readError(
          engine,
          createTask(source, { language: under.language, limits: { ...cpu, consoleLines: 100_000 } }),
          echo,
        );
      await Promise.all([run(flood), run(loop)]);
      clearInterval(heartbeat);
      // A machine that is paused for a minute makes one long gap, which is not what the programs did.
      const mean = gaps.reduce((sum, gap) => sum + Math.min(gap, 1_000), 0) / gaps.length;
      expect(mean).toBeLessThan(100);
    });
  });
}
