/** Programs that are read and not run. */
import { describe, expect, it } from 'vitest';
import type { ConsoleLine } from '../../port.ts';
import { readError, readOutput, type TaskOptions } from '../engine-under-test.ts';
import type { EngineBench, Texts } from './engine-bench.ts';

export function describeCheckedPrograms(bench: EngineBench): void {
  const { isPython, task } = bench;
  describe.skipIf(bench.under.checks === false || bench.under.short)('a program that is only read', () => {
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
      expect(
        await readOutput(bench.engine, check(source, { prelude: prelude[bench.under.language] }), host),
      ).toBe(null);
      expect([...lines, ...calls]).toEqual([]);
    });

    it('does not run when its text leaves the function that is put around it', async () => {
      const hostile = "}); console.log('ran'); (async function () {";
      await bench.engine.run(check({ javascript: hostile, python: "print('ran')" }), host);
      expect(lines).toEqual([]);
    });

    it('says where it cannot be read', async () => {
      const source = { javascript: 'const a = 1;\nconst b = ;\n', python: 'a = 1\nb = = 2\n' };
      const error = await readError(bench.engine, check(source), host);
      expect(error).toMatchObject({ code: 'SANDBOX_SYNTAX', params: { line: 2 } });
      expect(error.params.column).toBeGreaterThan(0);
    });

    it('names an import that it cannot have', async () => {
      const source = {
        javascript: "import fs from 'node:fs';\nexport default () => fs.readFileSync('/')",
        python: 'import json\nimport no_such_package\nreturn 1',
      };
      const error = await readError(bench.engine, check(source), host);
      const module = isPython ? 'no_such_package' : 'node:fs';
      expect(error).toMatchObject({
        code: 'SANDBOX_IMPORT_FORBIDDEN',
        params: { module, line: isPython ? 2 : 1, column: 1 },
      });
    });

    it('leaves the runner fit for the next program', async () => {
      await bench.engine.run(check({ javascript: 'return 1', python: 'return 1' }), host);
      expect(await readOutput(bench.engine, task({ javascript: 'return 2', python: 'return 2' }))).toBe(2);
    });

    it.skipIf(isPython)('is a module, and TypeScript, as well', async () => {
      const source = 'interface A { n: number }\nexport default (a: A) => { while (true) a.n += 1 }';
      expect(await readOutput(bench.engine, check(source, { language: 'typescript' }), host)).toBe(null);
      const wrong = 'interface A { n: number }\nenum B { C }\nexport default () => B.C';
      const error = await readError(bench.engine, check(wrong, { language: 'typescript' }), host);
      expect(error).toMatchObject({ code: 'SANDBOX_SYNTAX', params: { line: 2 } });
    });

    it.runIf(isPython)('may have imports that it can do without', async () => {
      const source = 'try:\n    import no_such_package\nexcept ImportError:\n    pass\nreturn 1';
      expect(await readOutput(bench.engine, check(source), host)).toBe(null);
    });
  });
}
