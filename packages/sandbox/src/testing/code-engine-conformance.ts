/**
 * What every engine must do (port.ts). An engine's test calls `describeCodeEngine` for each way it can run. Cases that
 * are only about JavaScript say so; all others have a Python text too.
 */
import { defineErrors } from '@navette/kit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CodeEngine, ConsoleLine, HostAnswer } from '../port.ts';
import {
  createTask,
  type EngineUnderTest,
  echo,
  readError,
  readOutput,
  type TaskOptions,
} from './engine-under-test.ts';

interface Texts {
  javascript: string;
  python: string;
}

const hostErrors = defineErrors({
  TEST_REFUSED: { kind: 'user', status: 422, retry: 'never', message: 'No {what}', help: 'Ask for less.' },
});

export function describeCodeEngine(under: EngineUnderTest): void {
  describe(under.name, () => {
    let engine: CodeEngine;
    beforeAll(() => {
      engine = under.open();
    });
    afterAll(() => engine.close());

    const isPython = under.language === 'python';
    const task = (texts: Texts | string, options: TaskOptions = {}) =>
      createTask(typeof texts === 'string' ? texts : texts[under.language], {
        language: under.language,
        ...options,
      });
    const returnInput = { javascript: 'return input', python: 'return input' };

    describe('input and output', () => {
      it.each([
        null,
        true,
        -0.5,
        1e21,
        '',
        'é 🧵 \u2028 \u0000 "quoted" \\',
        [],
        {},
        { a: [1, { b: null }], 'odd key': '__proto__' },
        [[[[[[[[]]]]]]]],
      ])('%j goes in and comes out', async (input) => {
        expect(await readOutput(engine, task(returnInput, { input }))).toEqual(input);
      });

      it('a key named __proto__ stays data', async () => {
        const source = { javascript: 'return input', python: 'return input' };
        const hostile = { ...task(source), input: '{"__proto__":{"polluted":1},"constructor":2}' };
        const { output } = await engine.run(hostile);
        expect(output.replaceAll(' ', '')).toBe('{"__proto__":{"polluted":1},"constructor":2}');
      });

      it('megabytes go in and come out', async () => {
        const input = Array.from({ length: 20_000 }, (_, id) => ({
          id,
          name: `row "${id}"`,
          tags: ['a', 'b'],
        }));
        const source = {
          javascript: 'return input.map(({ id }) => id)',
          python: "return [row['id'] for row in input]",
        };
        expect(await readOutput(engine, task(source, { input }))).toEqual(input.map(({ id }) => id));
      });

      it('a text of characters with two halves comes out whole, wherever it is cut', async () => {
        const source = {
          javascript: "return 'x'.repeat(input) + '\\u{1f9f6}'.repeat(700_000)",
          python: "return 'x' * input + '\\U0001f9f6' * 700_000",
        };
        for (const input of [0, 1]) {
          const output = await readOutput(engine, task(source, { input }));
          expect(output === 'x'.repeat(input) + '\u{1f9f6}'.repeat(700_000)).toBe(true);
        }
      });

      it('nothing returned is null', async () => {
        const source = { javascript: 'const a = 1;', python: 'a = 1' };
        expect((await engine.run(task(source))).output).toBe('null');
      });

      it('what is not JSON is refused, with the reason', async () => {
        const source = {
          javascript: 'const a = {}; a.self = a; return a',
          python: 'a = {}\na["self"] = a\nreturn a',
        };
        const error = await readError(engine, task(source));
        expect(error.code).toBe('SANDBOX_RESULT_INVALID');
        expect(error.message).toMatch(/circular/i);
      });

      it('tells what the run used', async () => {
        const { usage } = await engine.run(task(returnInput));
        expect(usage.wallMs).toBeGreaterThan(0);
        expect(usage.cpuMs).toBeGreaterThanOrEqual(0);
        expect(usage.peakMemoryBytes).toBeGreaterThan(100_000);
      });

      it('the prelude sets globals and gives the values of the parameters', async () => {
        const source = { javascript: 'return [a, b, double(a)]', python: 'return [a, b, double(a)]' };
        const prelude = {
          javascript: 'globalThis.double = (n) => n * 2; return [input.n, 7]',
          python: 'def double(n):\n  return n * 2\nglobals()["double"] = double\nreturn [input["n"], 7]',
        };
        const options = { input: { n: 3 }, parameters: ['a', 'b'], prelude: prelude[under.language] };
        expect(await readOutput(engine, task(source, options))).toEqual([3, 7, 6]);
      });

      it('modules that the task brings can be imported', async () => {
        const source = {
          javascript: "const { twice } = await import('double-it'); return twice(input)",
          python: 'from double_it import twice\nreturn twice(input)',
        };
        const modules = isPython
          ? [{ name: 'double_it', source: 'def twice(n):\n  return n * 2\n' }]
          : [{ name: 'double-it', source: 'export const twice = (n) => n * 2;' }];
        expect(await readOutput(engine, task(source, { input: 21, modules }))).toBe(42);
      });
    });

    describe('host calls', () => {
      it('give the arguments as a list and return the answer', async () => {
        const source = {
          javascript: 'return [await host.echo(1, { a: "é" }), await host.deep.er.echo()]',
          python: 'return [await host.echo(1, {"a": "é"}), await host.deep.er.echo()]',
        };
        const bindings = ['echo', 'deep.er.echo'];
        const names: string[] = [];
        const onCall = ({ name, args }: { name: string; args: string }): Promise<HostAnswer> => {
          names.push(name);
          return Promise.resolve({ output: args });
        };
        expect(await readOutput(engine, task(source, { bindings }), { onCall })).toEqual([
          [1, { a: 'é' }],
          [],
        ]);
        expect(names).toEqual(['echo', 'deep.er.echo']);
      });

      it('can be under way at the same time, and answered in any order', async () => {
        const source = {
          javascript: 'return await Promise.all([host.echo(1), host.echo(2), host.echo(3)])',
          python: 'import asyncio\nreturn await asyncio.gather(host.echo(1), host.echo(2), host.echo(3))',
        };
        const held: { answer: () => void }[] = [];
        const onCall = ({ args }: { args: string }) =>
          new Promise<HostAnswer>((resolve) => {
            held.push({ answer: () => resolve({ output: args }) });
            if (held.length === 3) for (const { answer } of held.toReversed()) answer();
          });
        expect(await readOutput(engine, task(source, { bindings: ['echo'] }), { onCall })).toEqual([
          [1],
          [2],
          [3],
        ]);
      });

      it('an error of the host can be caught, with its code, words and help', async () => {
        const source = {
          javascript:
            'try { await host.pay() } catch (e) { return [e instanceof Error, e.code, e.message, e.help] }',
          python:
            'try:\n  await host.pay()\nexcept Exception as e:\n  return [isinstance(e, Exception), e.code, str(e), e.help]',
        };
        const onCall = () => Promise.reject(hostErrors.create('TEST_REFUSED', { params: { what: 'money' } }));
        const output = await readOutput(engine, task(source, { bindings: ['pay'] }), { onCall });
        expect(output).toEqual([true, 'TEST_REFUSED', 'No money', 'Ask for less.']);
      });

      it('an error that leaves the program is its cause, at the line of the call', async () => {
        const source = { javascript: '\nawait host.pay()', python: '\nawait host.pay()' };
        const refused = hostErrors.create('TEST_REFUSED', { params: { what: 'money' } });
        const onCall = () => Promise.reject(refused);
        const error = await readError(engine, task(source, { bindings: ['pay'] }), { onCall });
        expect(error.code).toBe('SANDBOX_CODE_THREW');
        expect(error.cause).toBe(refused);
        expect(error.params['line']).toBe(2);
      });

      it('a defect of the host keeps its words from the code', async () => {
        const source = {
          javascript: 'try { await host.pay() } catch (e) { return String(e) + e.stack }',
          python: 'try:\n  await host.pay()\nexcept Exception as e:\n  return repr(e)',
        };
        const onCall = () => Promise.reject(new Error('password is hunter2'));
        const output = await readOutput(engine, task(source, { bindings: ['pay'] }), { onCall });
        expect(output).toContain('The host function failed');
        expect(output).not.toContain('hunter2');
      });

      it('there are only those that the task names', async () => {
        const source = {
          javascript: 'return [typeof host.other, typeof host.echo.constructor, Object.keys(host)]',
          python: 'return ["undefined" if not hasattr(host, "other") else "there", "function", ["echo"]]',
        };
        const output = await readOutput(engine, task(source, { bindings: ['echo'] }), echo);
        expect(output).toEqual(['undefined', 'function', ['echo']]);
      });
    });

    describe('the console', () => {
      it('is heard in order, with levels and text', async () => {
        const source = {
          javascript:
            'console.log("a", 1, { b: [2] }); console.warn("w"); console.error(new Error("e")); console.debug(null)',
          python: 'import sys\nprint("a", 1, {"b": [2]})\nprint("w", file=sys.stderr)',
        };
        const lines: ConsoleLine[] = [];
        await engine.run(task(source), { onConsole: (line) => lines.push(line) });
        const expected = isPython
          ? [
              ['info', "a 1 {'b': [2]}"],
              ['error', 'w'],
            ]
          : [
              ['info', 'a 1 {"b":[2]}'],
              ['warn', 'w'],
              ['error', 'Error: e'],
              ['debug', 'null'],
            ];
        expect(lines.map(({ level, text }) => [level, text])).toEqual(expected);
      });

      it('is heard while the program runs', async () => {
        const source = {
          javascript: 'console.log("first"); await host.wait(); console.log("second")',
          python: 'print("first")\nawait host.wait()\nprint("second")',
        };
        const lines: string[] = [];
        const atCall: string[][] = [];
        await engine.run(task(source, { bindings: ['wait'] }), {
          onConsole: ({ text }) => lines.push(text),
          onCall: () => {
            atCall.push([...lines]);
            return Promise.resolve({ output: 'null' });
          },
        });
        expect(atCall).toEqual([['first']]);
        expect(lines).toEqual(['first', 'second']);
      });
    });

    describe('errors of the code', () => {
      it('syntax errors have the line of the user', async () => {
        const source = { javascript: 'const a = 1;\nconst b = ;\n', python: 'a = 1\nb = = 2\n' };
        const error = await readError(engine, task(source));
        expect(error).toMatchObject({ code: 'SANDBOX_SYNTAX', params: { line: 2 } });
        expect(error.params.column).toBeGreaterThan(0);
      });

      it('a thrown error has its words and the line of the user', async () => {
        const source = {
          javascript: 'const a = 1;\n\nthrow new RangeError("too far")',
          python: 'a = 1\n\nraise ValueError("too far")',
        };
        const error = await readError(engine, task(source));
        expect(error).toMatchObject({ code: 'SANDBOX_CODE_THREW', params: { line: 3 } });
        expect(error.message).toContain('too far');
      });

      it('what runs after an await has its line too', async () => {
        const source = {
          javascript: 'await host.echo(1);\nconst f = () => {\n  throw new Error("late");\n};\nf();',
          python: 'await host.echo(1)\ndef f():\n  raise ValueError("late")\n\nf()',
        };
        const error = await readError(engine, task(source, { bindings: ['echo'] }), echo);
        expect(error).toMatchObject({ code: 'SANDBOX_CODE_THREW', params: { line: 3 } });
      });

      it('the runner goes on after a failed program', async () => {
        await readError(engine, task({ javascript: 'throw 1', python: 'raise ValueError(1)' }));
        expect(await readOutput(engine, task(returnInput, { input: 5 }))).toBe(5);
      });

      it.each(
        isPython
          ? []
          : [
              ['throw undefined', /an error without words/],
              ['throw "only text"', /only text/],
              ['throw { get message() { throw 1 } }', /an error without words/],
              ['throw Object.create(null)', /./],
              ['const e = new Error("x"); e.stack = 7; throw e', /x/],
              ['throw new Proxy({}, { get() { throw new Error("trap") } })', /./],
            ],
      )('%s is reported as a failure of the code', async (source, words) => {
        const error = await readError(engine, task(source as string));
        expect(error.code).toBe('SANDBOX_CODE_THREW');
        expect(error.message).toMatch(words as RegExp);
      });

      it('imports of what is not there name the module', async () => {
        const sources = isPython
          ? ['import surely_not_there']
          : ['import fs from "node:fs"', '\nawait import("node:fs")', 'const fs = require("node:fs")'];
        for (const source of sources) {
          const error = await readError(engine, task(source));
          expect(error.code).toBe('SANDBOX_IMPORT_FORBIDDEN');
          expect(error.params.module).toBe(isPython ? 'surely_not_there' : 'node:fs');
        }
      });
    });

    describe('the end of a task', () => {
      it('comes with the reason of the signal, before the start', async () => {
        const reason = new Error('not wanted');
        const run = engine.run(task(returnInput), { signal: AbortSignal.abort(reason) });
        await expect(run).rejects.toBe(reason);
      });

      it('comes with the reason of the signal, while the program computes', async () => {
        const source = {
          javascript: 'console.log("on"); for (;;) {}',
          python: 'print("on")\nwhile True:\n  pass',
        };
        const controller = new AbortController();
        const reason = new Error('enough');
        const run = engine.run(task(source), {
          signal: controller.signal,
          onConsole: () => controller.abort(reason),
        });
        await expect(run).rejects.toBe(reason);
        expect(await readOutput(engine, task(returnInput, { input: 1 }))).toBe(1);
      });

      it('comes with the reason of the signal, while the program waits for the host', async () => {
        const source = {
          javascript: 'await host.wait(); console.log("never")',
          python: 'await host.wait()\nprint("never")',
        };
        const controller = new AbortController();
        const reason = new Error('suspended');
        const lines: string[] = [];
        const late = Promise.withResolvers<HostAnswer>();
        const run = engine.run(task(source, { bindings: ['wait'] }), {
          signal: controller.signal,
          onConsole: ({ text }) => lines.push(text),
          onCall: () => {
            controller.abort(reason);
            return late.promise;
          },
        });
        await expect(run).rejects.toBe(reason);
        late.resolve({ output: 'null' });
        expect(await readOutput(engine, task(returnInput, { input: 1 }))).toBe(1);
        expect(lines).toEqual([]);
      });

      it('tasks at the same time do not mix', async () => {
        const source = {
          javascript: 'console.log(input); return [await host.echo(input), input]',
          python: 'print(input)\nreturn [await host.echo(input), input]',
        };
        const runs = Array.from({ length: 12 }, async (_, input) => {
          const lines: string[] = [];
          const options = {
            input,
            bindings: ['echo'],
            reuseKey: { projectId: `p${input % 3}`, versionId: 'v' },
          };
          const output = await readOutput(engine, task(source, options), {
            ...echo,
            onConsole: ({ text }) => lines.push(text),
          });
          expect(output).toEqual([[input], input]);
          expect(lines).toEqual([String(input)]);
        });
        await Promise.all(runs);
      });

      it('a closed engine refuses', async () => {
        const other = under.open();
        await readOutput(other, task(returnInput));
        await other.close();
        expect((await readError(other, task(returnInput))).code).toBe('SANDBOX_CLOSED');
      });

      it('another language is refused', async () => {
        const language = isPython ? 'javascript' : 'python';
        const error = await readError(engine, task('return 1', { language }));
        expect(error.code).toBe('SANDBOX_LANGUAGE_UNKNOWN');
      });
    });

    describe.skipIf(isPython)('JavaScript', () => {
      it('a program may export its function', async () => {
        const source =
          'const twice = (n) => n * 2;\nexport default async function (input, host) { return twice(input) }';
        expect(await readOutput(engine, task(source, { input: 4 }))).toBe(8);
      });

      it('a program that exports something else says so', async () => {
        const error = await readError(engine, task('export default 5'));
        expect(error.code).toBe('SANDBOX_CODE_THREW');
        expect(error.message).toMatch(/not a function/);
      });

      it('types are taken away, and lines stay', async () => {
        const source =
          'interface Row {\n  id: number;\n}\nconst rows = input as Row[];\nif (rows.length > 1) throw new Error(`many`);\nreturn rows.map((row: Row): number => row.id)';
        const language = 'typescript' as const;
        expect(await readOutput(engine, task(source, { language, input: [{ id: 1 }] }))).toEqual([1]);
        const error = await readError(engine, task(source, { language, input: [{ id: 1 }, { id: 2 }] }));
        expect(error).toMatchObject({ code: 'SANDBOX_CODE_THREW', params: { line: 5 } });
      });

      it.each([
        { source: '\nenum Colour { Red }', line: 2, words: /enum/ },
        { source: 'const a: = 1', line: 1, words: /./ },
        { source: 'const b = 1;\nnamespace N { export const a = 1 }', line: 2, words: /namespace/ },
      ])('TypeScript that Node does not strip is refused: $source', async ({ source, line, words }) => {
        const error = await readError(engine, task(source, { language: 'typescript' }));
        expect(error).toMatchObject({ code: 'SANDBOX_SYNTAX', params: { line } });
        expect(error.message).toMatch(words);
      });

      it('a syntax error in the first line has the column of the user', async () => {
        const error = await readError(engine, task('let x = ;'));
        expect(error).toMatchObject({ code: 'SANDBOX_SYNTAX', params: { line: 1, column: 9 } });
      });

      it.skipIf(under.knowsStalls === false)('a promise that nothing settles is named, at once', async () => {
        const error = await readError(engine, task('await new Promise(() => {})'));
        expect(error.code).toBe('SANDBOX_CODE_STALLED');
      });

      it('timers wait, repeat and can be cleared', async () => {
        const source = `
          const seen = [];
          const cleared = setTimeout(() => seen.push('cleared'), 1);
          clearTimeout(cleared);
          setTimeout((word) => seen.push(word), 5, 'later');
          queueMicrotask(() => seen.push('soon'));
          await new Promise((resolve) => {
            let turns = 0;
            const interval = setInterval(() => {
              turns += 1;
              if (turns === 3) { clearInterval(interval); setTimeout(resolve, 10); }
            }, 1);
          });
          return seen;`;
        expect(await readOutput(engine, task(source))).toEqual(['soon', 'later']);
      });

      it('a program leaves nothing behind for the next', async () => {
        const first = `
          const change = (act) => { try { act() } catch {} };
          change(() => { globalThis.left = 1 }); change(() => { Array.prototype.left = 1 });
          change(() => { Object.prototype.left = 1 }); change(() => { JSON.parse = () => 'stolen' });
          change(() => { Promise.prototype.then = () => { throw 1 } });
          change(() => { Object.defineProperty(globalThis, 'console', { value: 1 }) });
          setTimeout(() => { globalThis.later = 1 }, 0); return 1`;
        expect(await readOutput(engine, task(first))).toBe(1);
        const second =
          'return [typeof left, [].left === undefined, JSON.parse("2"), typeof console.log, typeof later]';
        expect(await readOutput(engine, task(second))).toEqual([
          'undefined',
          true,
          2,
          'function',
          'undefined',
        ]);
      });

      it('has the language of today', async () => {
        const source = `
          class A { #x = 1; static { this.y = 2 } get x() { return this.#x } }
          const { a = 3, ...rest } = { b: 4 };
          async function* g() { yield 1; yield 2 }
          const all = []; for await (const n of g()) all.push(n);
          return [new A().x, A.y, a, rest, all, 2n ** 64n + '', [3, 1, 2].toSorted(), Object.groupBy([1, 2], (n) => n % 2 ? 'odd' : 'even'),
            'a-b'.replaceAll('-', '+'), /(?<year>\\d{4})/u.exec('2026').groups.year, [1, [2, [3]]].flat(9), new Set([1]).has(1), null ?? 'x', structure()?.b];
          function structure() { return { b: 1 } }`;
        expect(await readOutput(engine, task(source))).toEqual([
          1,
          2,
          3,
          { b: 4 },
          [1, 2],
          '18446744073709551616',
          [1, 2, 3],
          { odd: [1], even: [2] },
          'a+b',
          '2026',
          [1, 2, 3],
          true,
          'x',
          1,
        ]);
      });
    });

    describe.skipIf(under.checks === false)('a program that is only read', () => {
      const calls: string[] = [];
      const lines: string[] = [];
      const host = {
        onConsole: ({ text }: ConsoleLine) => lines.push(text),
        onCall: async ({ name }: { name: string }) => {
          calls.push(name);
          return { output: 'null' };
        },
      };
      const check = (texts: Texts | string, options: TaskOptions = {}) =>
        task(texts, { checkOnly: true, bindings: ['touch'], ...options });

      it('does not run, and neither does what would run before it', async () => {
        const source = {
          javascript: "console.log('ran'); await host.touch(); return 1",
          python: "print('ran')\nawait host.touch()\nreturn 1",
        };
        const prelude = {
          javascript: "console.log('prelude'); return [input, host]",
          python: "print('prelude')\nreturn [input, host]",
        };
        expect(await readOutput(engine, check(source, { prelude: prelude[under.language] }), host)).toBe(
          null,
        );
        expect([...lines, ...calls]).toEqual([]);
      });

      it('does not run when its text leaves the function that is put around it', async () => {
        const hostile = "}); console.log('ran'); (async function () {";
        await engine.run(check({ javascript: hostile, python: "print('ran')" }), host);
        expect(lines).toEqual([]);
      });

      it('says where it cannot be read', async () => {
        const source = { javascript: 'const a = 1;\nconst b = ;\n', python: 'a = 1\nb = = 2\n' };
        const error = await readError(engine, check(source), host);
        expect(error).toMatchObject({ code: 'SANDBOX_SYNTAX', params: { line: 2 } });
        expect(error.params.column).toBeGreaterThan(0);
      });

      it('names an import that it cannot have', async () => {
        const source = {
          javascript: "import fs from 'node:fs';\nexport default () => fs.readFileSync('/')",
          python: 'import json\nimport no_such_package\nreturn 1',
        };
        const error = await readError(engine, check(source), host);
        const module = isPython ? 'no_such_package' : 'node:fs';
        expect(error).toMatchObject({
          code: 'SANDBOX_IMPORT_FORBIDDEN',
          params: { module, line: isPython ? 2 : 1 },
        });
      });

      it('leaves the runner fit for the next program', async () => {
        await engine.run(check({ javascript: 'return 1', python: 'return 1' }), host);
        expect(await readOutput(engine, task({ javascript: 'return 2', python: 'return 2' }))).toBe(2);
      });

      it.skipIf(isPython)('is a module, and TypeScript, as well', async () => {
        const source = 'interface A { n: number }\nexport default (a: A) => { while (true) a.n += 1 }';
        expect(await readOutput(engine, check(source, { language: 'typescript' }), host)).toBe(null);
        const wrong = 'interface A { n: number }\nenum B { C }\nexport default () => B.C';
        const error = await readError(engine, check(wrong, { language: 'typescript' }), host);
        expect(error).toMatchObject({ code: 'SANDBOX_SYNTAX', params: { line: 2 } });
      });

      it.runIf(isPython)('may have imports that it can do without', async () => {
        const source = 'try:\n    import no_such_package\nexcept ImportError:\n    pass\nreturn 1';
        expect(await readOutput(engine, check(source), host)).toBe(null);
      });
    });

    describe.skipIf(isPython || !under.deterministic)('a fixed clock and fixed chance', () => {
      const source = `
        const before = [Date.now(), new Date().toISOString(), Math.random(), Math.random(), typeof setTimeout];
        await host.sleep();
        return [...before, Date.now(), new Date(0).getTime(), new Date() instanceof Date, Date.UTC(2026, 0)]`;
      const nowMs = Date.UTC(2026, 0, 2);
      const run = (seed: string) =>
        readOutput(engine, task(source, { bindings: ['sleep'], determinism: { nowMs, seed } }), {
          onCall: () => Promise.resolve({ output: 'null', nowMs: nowMs + 60_000 }),
        });

      it('give the same program the same values, and a call may move the clock on', async () => {
        const first = (await run('seed-1')) as unknown[];
        expect(first).toEqual([
          nowMs,
          '2026-01-02T00:00:00.000Z',
          expect.any(Number),
          expect.any(Number),
          'undefined',
          nowMs + 60_000,
          0,
          true,
          Date.UTC(2026, 0),
        ]);
        expect(await run('seed-1')).toEqual(first);
        const other = (await run('seed-2')) as unknown[];
        expect(other[2]).not.toBe(first[2]);
      });
    });
  });
}
