/** What is only about JavaScript and TypeScript. */
import { describe, expect, it } from 'vitest';
import { readError, readOutput } from '../engine-under-test.ts';
import type { EngineBench } from './engine-bench.ts';

export function describeJavascriptPrograms(bench: EngineBench): void {
  const { isPython, task } = bench;
  describe.skipIf(isPython)('JavaScript', () => {
    it('a program may export its function', async () => {
      const source =
        'const twice = (n) => n * 2;\nexport default async function (input, host) { return twice(input) }';
      expect(await readOutput(bench.engine, task(source, { input: 4 }))).toBe(8);
    });

    it('a program that exports something else says so', async () => {
      const error = await readError(bench.engine, task('export default 5'));
      expect(error.code).toBe('SANDBOX_CODE_THREW');
      expect(error.message).toMatch(/not a function/);
    });

    it('types are taken away, and lines stay', async () => {
      const source =
        'interface Row {\n  id: number;\n}\nconst rows = input as Row[];\nif (rows.length > 1) throw new Error(`many`);\nreturn rows.map((row: Row): number => row.id)';
      const language = 'typescript' as const;
      expect(await readOutput(bench.engine, task(source, { language, input: [{ id: 1 }] }))).toEqual([1]);
      const error = await readError(bench.engine, task(source, { language, input: [{ id: 1 }, { id: 2 }] }));
      expect(error).toMatchObject({ code: 'SANDBOX_CODE_THREW', params: { line: 5 } });
    });

    it.each([
      { source: '\nenum Colour { Red }', line: 2, words: /enum/ },
      { source: 'const a: = 1', line: 1, words: /./ },
      { source: 'const b = 1;\nnamespace N { export const a = 1 }', line: 2, words: /namespace/ },
    ])('TypeScript that Node does not strip is refused: $source', async ({ source, line, words }) => {
      const error = await readError(bench.engine, task(source, { language: 'typescript' }));
      expect(error).toMatchObject({ code: 'SANDBOX_SYNTAX', params: { line } });
      expect(error.message).toMatch(words);
    });

    it('a syntax error in the first line has the column of the user', async () => {
      const error = await readError(bench.engine, task('let x = ;'));
      expect(error).toMatchObject({ code: 'SANDBOX_SYNTAX', params: { line: 1, column: 9 } });
    });

    it.skipIf(bench.under.knowsStalls === false)(
      'a promise that nothing settles is named, at once',
      async () => {
        const error = await readError(bench.engine, task('await new Promise(() => {})'));
        expect(error.code).toBe('SANDBOX_CODE_STALLED');
      },
    );

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
      expect(await readOutput(bench.engine, task(source))).toEqual(['soon', 'later']);
    });

    it('a program leaves nothing behind for the next', async () => {
      const first = `
        const change = (act) => { try { act() } catch {} };
        change(() => { globalThis.left = 1 }); change(() => { Array.prototype.left = 1 });
        change(() => { Object.prototype.left = 1 }); change(() => { JSON.parse = () => 'stolen' });
        change(() => { Promise.prototype.then = () => { throw 1 } });
        change(() => { Object.defineProperty(globalThis, 'console', { value: 1 }) });
        setTimeout(() => { globalThis.later = 1 }, 0); return 1`;
      expect(await readOutput(bench.engine, task(first))).toBe(1);
      const second =
        'return [typeof left, [].left === undefined, JSON.parse("2"), typeof console.log, typeof later]';
      expect(await readOutput(bench.engine, task(second))).toEqual([
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
      expect(await readOutput(bench.engine, task(source))).toEqual([
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
}
