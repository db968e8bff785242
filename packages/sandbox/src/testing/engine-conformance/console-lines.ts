/** What a program writes. */
import { describe, expect, it } from 'vitest';
import type { ConsoleLine } from '../../port.ts';
import type { EngineBench } from './engine-bench.ts';

export function describeConsoleLines(bench: EngineBench): void {
  const { isPython, task } = bench;
  describe('the console', () => {
    it('is heard in order, with levels and text', async () => {
      const source = {
        javascript:
          'console.log("a", 1, { b: [2] }); console.warn("w"); console.error(new Error("e")); console.debug(null)',
        python: 'import sys\nprint("a", 1, {"b": [2]})\nprint("w", file=sys.stderr)',
      };
      const lines: ConsoleLine[] = [];
      await bench.engine.run(task(source), { onConsole: (line) => lines.push(line) });
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
      await bench.engine.run(task(source, { bindings: ['wait'] }), {
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
}
