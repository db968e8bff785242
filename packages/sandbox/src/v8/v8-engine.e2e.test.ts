/** What is V8's own: memory that is never touched, processes, what goes on after the end, and the jail that it asks for. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CodeEngine } from '../port.ts';
import { createTask, readError, readOutput } from '../testing/engine-under-test.ts';
import { v8Variants } from '../testing/v8-variants.ts';
import { createV8Engine } from './v8-engine.ts';

const mebibyte = 1024 ** 2;

for (const { name, open } of await v8Variants()) {
  describe(name, () => {
    let engine: CodeEngine;
    beforeAll(() => {
      engine = open();
    });
    afterAll(() => engine.close());

    it.each([
      ['a buffer that is never touched', 'const b = new ArrayBuffer(1024 ** 3); for (;;) b.byteLength;'],
      ['a buffer that no machine has', 'return new ArrayBuffer(2 ** 42).byteLength'],
      ['a list that grows while it is copied', 'let a = [1, 2, 3]; for (;;) a = a.concat(a)'],
      [
        'a map of texts',
        'const m = new Map(); for (let i = 0; ; i += 1) m.set("key " + i, "x".repeat(100) + i)',
      ],
    ])('%s ends with the memory limit', async (_name, source) => {
      const limits = { memoryBytes: 64 * mebibyte, cpuMs: 15_000, wallMs: 25_000 };
      const error = await readError(engine, createTask(source, { limits }));
      expect(error).toMatchObject({ code: 'SANDBOX_MEMORY_LIMIT', params: { limit: 'memoryBytes' } });
      expect(await readOutput(engine, createTask('return 7'))).toBe(7);
    });

    it.each([
      ['return require("node:child_process").fork("x")', 'SANDBOX_IMPORT_FORBIDDEN'],
      ['return (await import("node:child_process")).fork("x")', 'SANDBOX_IMPORT_FORBIDDEN'],
      ['return process.binding("spawn_sync")', 'SANDBOX_CODE_THREW'],
      ['return new Worker("x")', 'SANDBOX_CODE_THREW'],
    ])('starts no process: %s', async (source, code) => {
      expect((await readError(engine, createTask(source))).code).toBe(code);
    });

    it('a program that returns and goes on in microtasks is stopped by its limits', async () => {
      const source = '(async () => { for (;;) await null })(); return 1';
      const limits = { cpuMs: 500, wallMs: 20_000 };
      expect((await readError(engine, createTask(source, { limits }))).code).toBe('SANDBOX_CPU_LIMIT');
    });

    it('a runner works on for the same version of the same project, and for nothing else', async () => {
      // The most that its process ever held tells a runner from a fresh one.
      const peakOf = async (source: string, reuseKey: { projectId: string; versionId: string }) =>
        (await engine.run(createTask(source, { reuseKey }))).usage.peakMemoryBytes;
      const first = { projectId: 'first', versionId: '1' };
      const large = await peakOf('return new Uint8Array(200 * 1024 ** 2).fill(1).length', first);
      expect(await peakOf('return 1', first)).toBeGreaterThanOrEqual(large);
      const others = [
        { projectId: 'first', versionId: '2' },
        { projectId: 'second', versionId: '1' },
      ];
      for (const key of others) expect(await peakOf('return 1', key)).toBeLessThan(large);
    });
  });
}

describe('without bubblewrap', () => {
  it('V8 is not available, and says why', async () => {
    const engine = createV8Engine({ jail: 'never' });
    expect(await engine.availability()).toMatchObject({
      available: false,
      reason: expect.stringMatching(/only in a jail/),
    });
    const error = await readError(engine, createTask('return 1'));
    expect(error.code).toBe('SANDBOX_UNAVAILABLE');
    await engine.close();
  });

  it('V8 is available when the operator opted in, and says that there is no jail', async () => {
    const engine = createV8Engine({ jail: 'never', withoutJail: 'allow' });
    expect(await engine.availability()).toEqual({ available: true, jail: 'none' });
    await engine.close();
  });
});
