/** Functions of the host that a program calls. */
import { defineErrors } from '@navette/kit';
import { describe, expect, it } from 'vitest';
import type { HostAnswer } from '../../port.ts';
import { echo, readError, readOutput } from '../engine-under-test.ts';
import type { EngineBench } from './engine-bench.ts';

const hostErrors = defineErrors({
  TEST_REFUSED: { kind: 'user', status: 422, retry: 'never', message: 'No {what}', help: 'Ask for less.' },
});

export function describeHostCalls(bench: EngineBench): void {
  const { task } = bench;
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
      expect(await readOutput(bench.engine, task(source, { bindings }), { onCall })).toEqual([
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
      expect(await readOutput(bench.engine, task(source, { bindings: ['echo'] }), { onCall })).toEqual([
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
      const output = await readOutput(bench.engine, task(source, { bindings: ['pay'] }), { onCall });
      expect(output).toEqual([true, 'TEST_REFUSED', 'No money', 'Ask for less.']);
    });

    it('an error that leaves the program is its cause, at the line of the call', async () => {
      const source = { javascript: '\nawait host.pay()', python: '\nawait host.pay()' };
      const refused = hostErrors.create('TEST_REFUSED', { params: { what: 'money' } });
      const onCall = () => Promise.reject(refused);
      const error = await readError(bench.engine, task(source, { bindings: ['pay'] }), { onCall });
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
      const output = await readOutput(bench.engine, task(source, { bindings: ['pay'] }), { onCall });
      expect(output).toContain('The host function failed');
      expect(output).not.toContain('hunter2');
    });

    it('there are only those that the task names', async () => {
      const source = {
        javascript: 'return [typeof host.other, typeof host.echo.constructor, Object.keys(host)]',
        python: 'return ["undefined" if not hasattr(host, "other") else "there", "function", ["echo"]]',
      };
      const output = await readOutput(bench.engine, task(source, { bindings: ['echo'] }), echo);
      expect(output).toEqual(['undefined', 'function', ['echo']]);
    });
  });
}
