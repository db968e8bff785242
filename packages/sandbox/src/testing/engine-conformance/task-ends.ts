/** How a task ends that does not come to its end, and what its neighbours see of it. */
import { describe, expect, it } from 'vitest';
import type { HostAnswer } from '../../port.ts';
import { echo, readError, readOutput } from '../engine-under-test.ts';
import type { EngineBench } from './engine-bench.ts';

export function describeTaskEnds(bench: EngineBench): void {
  const { isPython, returnInput, task } = bench;
  describe('the end of a task', () => {
    it('comes with the reason of the signal, before the start', async () => {
      const reason = new Error('not wanted');
      const run = bench.engine.run(task(returnInput), { signal: AbortSignal.abort(reason) });
      await expect(run).rejects.toBe(reason);
    });

    it('comes with the reason of the signal, while the program computes', async () => {
      const source = {
        javascript: 'console.log("on"); for (;;) {}',
        python: 'print("on")\nwhile True:\n  pass',
      };
      const controller = new AbortController();
      const reason = new Error('enough');
      const run = bench.engine.run(task(source), {
        signal: controller.signal,
        onConsole: () => controller.abort(reason),
      });
      await expect(run).rejects.toBe(reason);
      expect(await readOutput(bench.engine, task(returnInput, { input: 1 }))).toBe(1);
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
      const run = bench.engine.run(task(source, { bindings: ['wait'] }), {
        signal: controller.signal,
        onConsole: ({ text }) => lines.push(text),
        onCall: () => {
          controller.abort(reason);
          return late.promise;
        },
      });
      await expect(run).rejects.toBe(reason);
      late.resolve({ output: 'null' });
      expect(await readOutput(bench.engine, task(returnInput, { input: 1 }))).toBe(1);
      expect(lines).toEqual([]);
    });

    it.skipIf(bench.under.short)('tasks at the same time do not mix', async () => {
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
        const output = await readOutput(bench.engine, task(source, options), {
          ...echo,
          onConsole: ({ text }) => lines.push(text),
        });
        expect(output).toEqual([[input], input]);
        expect(lines).toEqual([String(input)]);
      });
      await Promise.all(runs);
    });

    it.skipIf(bench.under.short)('a closed engine refuses', async () => {
      const other = bench.under.open();
      await readOutput(other, task(returnInput));
      await other.close();
      expect((await readError(other, task(returnInput))).code).toBe('SANDBOX_CLOSED');
    });

    it('another language is refused', async () => {
      const language = isPython ? 'javascript' : 'python';
      const error = await readError(bench.engine, task('return 1', { language }));
      expect(error.code).toBe('SANDBOX_LANGUAGE_UNKNOWN');
    });
  });
}
