/** What goes into a program and comes out of it. */
import { describe, expect, it } from 'vitest';
import { readError, readOutput } from '../engine-under-test.ts';
import type { EngineBench } from './engine-bench.ts';

export function describeInputAndOutput(bench: EngineBench): void {
  const { isPython, returnInput, task } = bench;
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
      expect(await readOutput(bench.engine, task(returnInput, { input }))).toEqual(input);
    });

    it('a key named __proto__ stays data', async () => {
      const source = { javascript: 'return input', python: 'return input' };
      const hostile = { ...task(source), input: '{"__proto__":{"polluted":1},"constructor":2}' };
      const { output } = await bench.engine.run(hostile);
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
      expect(await readOutput(bench.engine, task(source, { input }))).toEqual(input.map(({ id }) => id));
    });

    it('a text of characters with two halves comes out whole, wherever it is cut', async () => {
      const source = {
        javascript: "return 'x'.repeat(input) + '\\u{1f9f6}'.repeat(700_000)",
        python: "return 'x' * input + '\\U0001f9f6' * 700_000",
      };
      for (const input of [0, 1]) {
        const output = await readOutput(bench.engine, task(source, { input }));
        expect(output === 'x'.repeat(input) + '\u{1f9f6}'.repeat(700_000)).toBe(true);
      }
    });

    it('nothing returned is null', async () => {
      const source = { javascript: 'const a = 1;', python: 'a = 1' };
      expect((await bench.engine.run(task(source))).output).toBe('null');
    });

    it('what is not JSON is refused, with the reason', async () => {
      const source = {
        javascript: 'const a = {}; a.self = a; return a',
        python: 'a = {}\na["self"] = a\nreturn a',
      };
      const error = await readError(bench.engine, task(source));
      expect(error.code).toBe('SANDBOX_RESULT_INVALID');
      expect(error.message).toMatch(/circular/i);
    });

    it('tells what the run used', async () => {
      const { usage } = await bench.engine.run(task(returnInput));
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
      const options = { input: { n: 3 }, parameters: ['a', 'b'], prelude: prelude[bench.under.language] };
      expect(await readOutput(bench.engine, task(source, options))).toEqual([3, 7, 6]);
    });

    it('modules that the task brings can be imported', async () => {
      const source = {
        javascript: "const { twice } = await import('double-it'); return twice(input)",
        python: 'from double_it import twice\nreturn twice(input)',
      };
      const modules = isPython
        ? [{ name: 'double_it', source: 'def twice(n):\n  return n * 2\n' }]
        : [{ name: 'double-it', source: 'export const twice = (n) => n * 2;' }];
      expect(await readOutput(bench.engine, task(source, { input: 21, modules }))).toBe(42);
    });
  });
}
