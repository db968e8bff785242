/** What is told of code that fails. */
import { describe, expect, it } from 'vitest';
import { echo, readError, readOutput } from '../engine-under-test.ts';
import type { EngineBench } from './engine-bench.ts';

export function describeCodeErrors(bench: EngineBench): void {
  const { isPython, returnInput, task } = bench;
  describe('errors of the code', () => {
    it('syntax errors have the line of the user', async () => {
      const source = { javascript: 'const a = 1;\nconst b = ;\n', python: 'a = 1\nb = = 2\n' };
      const error = await readError(bench.engine, task(source));
      expect(error).toMatchObject({ code: 'SANDBOX_SYNTAX', params: { line: 2 } });
      expect(error.params.column).toBeGreaterThan(0);
    });

    it('a thrown error has its words and the line of the user', async () => {
      const source = {
        javascript: 'const a = 1;\n\nthrow new RangeError("too far")',
        python: 'a = 1\n\nraise ValueError("too far")',
      };
      const error = await readError(bench.engine, task(source));
      expect(error).toMatchObject({ code: 'SANDBOX_CODE_THREW', params: { line: 3 } });
      expect(error.message).toContain('too far');
    });

    it('what runs after an await has its line too', async () => {
      const source = {
        javascript: 'await host.echo(1);\nconst f = () => {\n  throw new Error("late");\n};\nf();',
        python: 'await host.echo(1)\ndef f():\n  raise ValueError("late")\n\nf()',
      };
      const error = await readError(bench.engine, task(source, { bindings: ['echo'] }), echo);
      expect(error).toMatchObject({ code: 'SANDBOX_CODE_THREW', params: { line: 3 } });
    });

    it('the runner goes on after a failed program', async () => {
      await readError(bench.engine, task({ javascript: 'throw 1', python: 'raise ValueError(1)' }));
      expect(await readOutput(bench.engine, task(returnInput, { input: 5 }))).toBe(5);
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
      const error = await readError(bench.engine, task(source as string));
      expect(error.code).toBe('SANDBOX_CODE_THREW');
      expect(error.message).toMatch(words as RegExp);
    });

    it('imports of what is not there name the module', async () => {
      const sources = isPython
        ? ['import surely_not_there']
        : ['import fs from "node:fs"', '\nawait import("node:fs")', 'const fs = require("node:fs")'];
      const places = isPython
        ? [[1, 1]]
        : [
            [1, 1],
            [2, 7],
            [1, 12],
          ];
      for (const [index, source] of sources.entries()) {
        const error = await readError(bench.engine, task(source));
        expect(error.code).toBe('SANDBOX_IMPORT_FORBIDDEN');
        expect([error.params.line, error.params.column]).toEqual(places[index]);
        expect(error.params.module).toBe(isPython ? 'surely_not_there' : 'node:fs');
      }
    });
  });
}
