/**
 * Pyodide: what every engine must do, the limits, the attempts to leave it, and what is its own (what of Python is not
 * there, waits, memory that is kept, chance, and runners that are copies).
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CodeEngine } from '../port.ts';
import { pythonAttempts } from '../python/python-attempts.ts';
import { createPythonEngine } from '../python/python-engine.ts';
import { describeCodeEngine } from '../testing/code-engine-conformance.ts';
import { describeCodeLimits } from '../testing/code-limits-suite.ts';
import { createTask, echo, readError, readOutput, type TaskOptions } from '../testing/engine-under-test.ts';
import { describeEscapes } from '../testing/escape-attempts/describe-escapes.ts';
import { pyodideVariants, shareEngine } from '../testing/pyodide-variants.ts';
import { pyodideAttempts } from './pyodide-attempts.ts';

const task = (source: string, options: TaskOptions = {}) =>
  createTask(source, { language: 'python', ...options });
const of = (projectId: string, versionId = '1') => ({ reuseKey: { projectId, versionId } });
const mebibyte = 1024 ** 2;

/** The interpreter has files, devices and names of its own in memory: only the world can tell whether anything got out. */
const onTheMachine = pythonAttempts.map((one) => ({ ...one, detects: () => false }));

describe('the attempts of Pyodide', () => {
  it('are enough, and each has a name of its own', () => {
    const names = pyodideAttempts.map((one) => one.name);
    expect(names.length).toBeGreaterThanOrEqual(25);
    expect(new Set(names).size).toBe(names.length);
  });
});

for (const variant of await pyodideVariants()) {
  const shared = shareEngine(variant);
  const { name, open, short } = shared;
  afterAll(() => shared.close());
  describeCodeEngine(short ? shared : variant);
  describeCodeLimits(shared);
  describeEscapes(name, open, [...pyodideAttempts, ...onTheMachine]);
  describe(name, () => {
    let engine: CodeEngine;
    beforeAll(() => {
      engine = open();
    });

    it('says which Python it is', async () => {
      const state = await engine.availability();
      const version = await readOutput(engine, task('import platform\nreturn platform.python_version()'));
      expect(state).toMatchObject({ runtime: expect.stringContaining(`Python ${version} `) });
    });

    it('the standard library is there', async () => {
      const source = `
import bz2, collections, csv, datetime, decimal, hashlib, io, lzma, socket, sqlite3, ssl, uuid, xml.etree.ElementTree, zlib
db = sqlite3.connect(':memory:')
return [decimal.Decimal('0.1') + decimal.Decimal('0.2') == decimal.Decimal('0.3'), hashlib.sha256(b'x').hexdigest()[:8],
  db.execute('select 1 + 1').fetchone()[0], zlib.decompress(zlib.compress(b'a')).decode(), str(datetime.date(2026, 1, 2))]`;
      expect(await readOutput(engine, task(source))).toEqual([true, '2d711642', 2, 'a', '2026-01-02']);
    });

    it.each(['numpy', 'ctypes', 'js', 'pyodide', 'micropip', 'resource'])('%s is not', async (module) => {
      const error = await readError(engine, task(`\nimport ${module}`));
      expect(error).toMatchObject({ code: 'SANDBOX_IMPORT_FORBIDDEN', params: { module, line: 2 } });
    });

    it.each([
      ['import os\nos.fork()', /./],
      ['import subprocess\nsubprocess.run(["true"])', /OSError/],
      ['import socket\nsocket.create_connection(("localhost", 80))', /gaierror|OSError/],
      ['import threading\nthreading.Thread(target=print).start()', /RuntimeError: can't start new thread/],
      ['import asyncio\nawait asyncio.to_thread(print)', /RuntimeError/],
    ])('neither are processes, sockets and threads: %j', async (source, words) => {
      const error = await readError(engine, task(source));
      expect(error.code).toBe('SANDBOX_CODE_THREW');
      expect(error.message).toMatch(words);
    });

    it('a call can be waited for without await, in any function', async () => {
      const source = 'def ask(n):\n  return host.echo(n).wait()\nreturn [ask(n)[0] for n in range(3)]';
      expect(await readOutput(engine, task(source, { bindings: ['echo'] }), echo)).toEqual([0, 1, 2]);
    });

    it.skipIf(short)(
      'waiting costs next to no computing time, whether for a timer or for the host',
      async () => {
        const source = `
import asyncio, time
time.sleep(0.3)
await asyncio.sleep(0.3)
return await asyncio.gather(host.slow(), asyncio.sleep(0.5))`;
        const onCall = () =>
          new Promise<{ output: string }>((resolve) => setTimeout(() => resolve({ output: '1' }), 600));
        const { output, usage } = await engine.run(task(source, { bindings: ['slow'] }), { onCall });
        expect(JSON.parse(output)).toEqual([1, null]);
        expect(usage.wallMs).toBeGreaterThan(1_100);
        expect(usage.cpuMs).toBeLessThan(usage.wallMs / 4);
      },
    );

    it('a promise that nothing settles is named, at once', async () => {
      const source = 'import asyncio\nawait asyncio.get_running_loop().create_future()';
      expect((await readError(engine, task(source))).code).toBe('SANDBOX_CODE_STALLED');
    });

    it.skipIf(short)('a step that held much leaves nothing to one that may hold little', async () => {
      const large = 'return len(bytearray(200 * 1024 ** 2))';
      const limits = (memoryBytes: number) => ({ ...of('memory'), limits: { memoryBytes } });
      expect(await readOutput(engine, task(large, limits(512 * mebibyte)))).toBe(200 * mebibyte);
      expect(await readOutput(engine, task('return 1', limits(16 * mebibyte)))).toBe(1);
    });

    it('files in memory count as memory', async () => {
      const source = 'with open("/tmp/x", "wb") as file:\n  while True:\n    file.write(b"x" * 1_000_000)';
      const limits = { memoryBytes: 64 * mebibyte, cpuMs: 20_000 };
      const error = await readError(engine, task(source, { limits }));
      expect(error.code).toBe('SANDBOX_MEMORY_LIMIT');
    });

    it('nothing of a version is left for another, or for another project', async () => {
      const leave =
        'import builtins, os, sys\nbuiltins.left = "secret"\nsys.modules["left"] = sys\nos.environ["LEFT"] = "secret"\nopen("/tmp/left", "w").close()\nreturn 1';
      const find =
        'import builtins, os, sys\nreturn [hasattr(builtins, "left"), "left" in sys.modules, "LEFT" in os.environ, os.path.exists("/tmp/left")]';
      await readOutput(engine, task(leave, of('a')));
      for (const options of [of('b'), of('a', '2')]) {
        expect(await readOutput(engine, task(find, options))).toEqual([false, false, false, false]);
      }
    });

    it('two runners, which are copies of one interpreter, have chances of their own', async () => {
      const source =
        'import random, uuid, secrets\nreturn [random.random(), str(uuid.uuid4()), secrets.token_hex(8)]';
      const [first, second] = (await Promise.all([
        readOutput(engine, task(source, of('first'))),
        readOutput(engine, task(source, of('second'))),
      ])) as [unknown[], unknown[]];
      for (const [index, value] of first.entries()) expect(second[index]).not.toBe(value);
    });

    it('a way below Python ends the task, and the next has an interpreter again', async () => {
      const source =
        'import importlib.machinery, _imp\nlow = _imp.create_builtin(importlib.machinery.ModuleSpec("_ctypes", None))\nlow.call_function(low.dlsym(low.dlopen(None, 0), "getpid"), ())';
      const error = await readError(engine, task(source));
      expect(error).toMatchObject({ code: 'SANDBOX_CODE_THREW' });
      expect(error.message).toMatch(/PermissionError: Python has no way to/);
      expect(await readOutput(engine, task('return 1'))).toBe(1);
    });
  });
}

describe('without bubblewrap', () => {
  it('Pyodide is not available, and says why', async () => {
    const engine = createPythonEngine({ runtime: 'pyodide', jail: 'never' });
    expect(await engine.availability()).toMatchObject({
      available: false,
      reason: expect.stringMatching(/only in a jail|not installed/),
    });
    expect((await readError(engine, task('return 1'))).code).toBe('SANDBOX_UNAVAILABLE');
    await engine.close();
  });
});
