/** What is Python's own: processes, calls that block, threads that stay, places of errors, and where Python is found. */
import { spawnSync } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CodeEngine } from '../port.ts';
import { findJailTools } from '../runner/jail.ts';
import { createTask, echo, readError, readOutput, type TaskOptions } from '../testing/engine-under-test.ts';
import { pythonVariants } from '../testing/python-variants.ts';
import { findPython } from './find-python.ts';
import { createPythonEngine } from './python-engine.ts';

const task = (source: string, options: TaskOptions = {}) =>
  createTask(source, { language: 'python', ...options });
const variants = await pythonVariants();

for (const { name, open } of variants) {
  describe(name, () => {
    let engine: CodeEngine;
    beforeAll(() => {
      engine = open();
    });
    afterAll(() => engine.close());

    it.each([
      'import os\nos.fork()',
      'import subprocess\nsubprocess.run(["true"])',
      'import os\nos.system("true")',
      'import multiprocessing\nmultiprocessing.Process(target=print).start()',
      'try:\n  import os\n  os.fork()\nexcept BaseException:\n  pass\nreturn 1',
      'import asyncio\nawait asyncio.create_subprocess_exec("true")',
    ])('a program that starts a process ends with its own error: %j', async (source) => {
      const error = await readError(engine, task(source));
      expect(error).toMatchObject({ code: 'SANDBOX_PROCESS_LIMIT', params: { limit: 'processes' } });
    });

    it('a fork below the library is found by the watchdog', async () => {
      const source = 'import ctypes, time\nctypes.CDLL(None).fork()\ntime.sleep(10)';
      expect((await readError(engine, task(source))).code).toBe('SANDBOX_PROCESS_LIMIT');
    });

    it('a call can be waited for without await, in any function', async () => {
      const source = 'def ask(n):\n  return host.echo(n).wait()\nreturn [ask(n)[0] for n in range(3)]';
      expect(await readOutput(engine, task(source, { bindings: ['echo'] }), echo)).toEqual([0, 1, 2]);
    });

    it('named arguments are one last object', async () => {
      const source = 'return await host.echo("a", b=1, c=[2])';
      const output = await readOutput(engine, task(source, { bindings: ['echo'] }), echo);
      expect(output).toEqual(['a', { b: 1, c: [2] }]);
    });

    it('texts over several lines stay what they are', async () => {
      const source = 'text = """a\n  b\nc"""\ndef f():\n  """x\n  """\n  return text\nreturn f()';
      expect(await readOutput(engine, task(source))).toBe('a\n  b\nc');
    });

    it.each([
      { source: 'x = 1\n  y = 2', code: 'SANDBOX_SYNTAX', line: 2, words: /IndentationError/ },
      { source: 'a = (1,\n', code: 'SANDBOX_SYNTAX', line: 1, words: /never closed/ },
      { source: 'x = "\u0000"', code: 'SANDBOX_SYNTAX', line: 1, words: /null bytes/ },
      { source: '\n\nreturn [1][2]', code: 'SANDBOX_CODE_THREW', line: 3, words: /IndexError: list index/ },
      { source: 'def f():\n  return 1 / 0\n\nf()', code: 'SANDBOX_CODE_THREW', line: 2, words: /ZeroDiv/ },
      {
        source: 'import json\njson.loads("{")',
        code: 'SANDBOX_CODE_THREW',
        line: 2,
        words: /JSONDecodeError/,
      },
      { source: 'import sys\nsys.exit(3)', code: 'SANDBOX_CODE_THREW', line: 2, words: /SystemExit: 3/ },
      {
        source: 'class E(Exception):\n  def __str__(self):\n    raise self\nraise E()',
        code: 'SANDBOX_CODE_THREW',
        line: 4,
        words: /without words/,
      },
    ])('errors have the line of the user: $source', async ({ source, code, line, words }) => {
      const error = await readError(engine, task(source));
      expect(error).toMatchObject({ code, params: { line } });
      expect(error.message).toMatch(words);
    });

    it('the stack of an error holds the lines of the user alone', async () => {
      const error = await readError(engine, task('def f():\n  raise ValueError(1)\nf()'));
      expect(error.params.stack).toBe('    at f (program:2)\n    at program (program:3)');
    });

    it.each(['return {1, 2}', 'return float("nan")', 'return object()', 'return {(1, 2): 3}'])(
      'what is not JSON is refused: %s',
      async (source) => {
        expect((await readError(engine, task(source))).code).toBe('SANDBOX_RESULT_INVALID');
      },
    );

    it('halves of characters go in and come out', async () => {
      expect(await readOutput(engine, task('return [input, "\\ud83d"]', { input: '\ud83d' }))).toEqual([
        '\ud83d',
        '\ud83d',
      ]);
    });

    it('the standard library is there', async () => {
      const source = `
import bz2, collections, csv, ctypes, datetime, decimal, hashlib, io, lzma, sqlite3, ssl, uuid, xml.etree.ElementTree, zlib, zoneinfo
db = sqlite3.connect(':memory:')
return [decimal.Decimal('0.1') + decimal.Decimal('0.2') == decimal.Decimal('0.3'), hashlib.sha256(b'x').hexdigest()[:8],
  db.execute('select 1 + 1').fetchone()[0], zlib.decompress(zlib.compress(b'a')).decode(), ssl.OPENSSL_VERSION != '']`;
      expect(await readOutput(engine, task(source))).toEqual([true, '2d711642', 2, 'a', true]);
    });

    it('a promise that nothing settles is named, at once', async () => {
      const source = 'import asyncio\nawait asyncio.get_running_loop().create_future()';
      expect((await readError(engine, task(source))).code).toBe('SANDBOX_CODE_STALLED');
    });

    it('timers, threads and executors are waited for', async () => {
      const source = `
import asyncio, threading
await asyncio.sleep(0.01)
seen = []
thread = threading.Thread(target=lambda: seen.append('thread'))
thread.start()
thread.join()
seen.append(await asyncio.to_thread(lambda: 'executor'))
return seen`;
      expect(await readOutput(engine, task(source))).toEqual(['thread', 'executor']);
    });

    it('a thread that goes on ends its runner, and never meets another task', async () => {
      const source =
        'import builtins, threading\ndef run():\n  while True:\n    builtins.left = 1\nthreading.Thread(target=run, daemon=True).start()\nreturn 1';
      expect(await readOutput(engine, task(source))).toBe(1);
      const after =
        'import builtins, threading\nreturn [hasattr(builtins, "left"), threading.active_count()]';
      expect(await readOutput(engine, task(after))).toEqual([false, 1]);
    });

    it('a program cannot answer for the task of another project', async () => {
      const forging = `
import json, os, struct, sys, threading, time
task = sys.modules['__main__'].current.id
def say(one, output):
    text = json.dumps({'type': 'done', 'task': one, 'output': output, 'usage': {'cpuMs': 0, 'peakMemoryBytes': 0}}).encode()
    os.write(4, struct.pack('>I', len(text)) + text)
say(task, '"mine"')
for one in range(1, 50):
    time.sleep(0.01)
    say(task + one, '"forged"')`;
      expect(await readOutput(engine, task(forging))).toBe('mine');
      const others = Array.from({ length: 5 }, (_, index) =>
        readOutput(
          engine,
          task('return "own"', { reuseKey: { projectId: `other ${index}`, versionId: 'v' } }),
        ),
      );
      expect(await Promise.all(others)).toEqual(Array(5).fill('own'));
    });

    it('nothing of a version is left for another, or for another project', async () => {
      const leave =
        'import builtins, os, sys\nbuiltins.left = "secret"\nsys.modules["left"] = sys\nos.environ["LEFT"] = "secret"\nreturn 1';
      const find =
        'import builtins, os, sys\nreturn [hasattr(builtins, "left"), "left" in sys.modules, "LEFT" in os.environ]';
      const of = (projectId: string, versionId: string) => ({ reuseKey: { projectId, versionId } });
      await readOutput(engine, task(leave, of('a', '1')));
      for (const options of [of('b', '1'), of('a', '2')]) {
        expect(await readOutput(engine, task(find, options))).toEqual([false, false, false]);
      }
    });

    it('a fixed clock is refused', async () => {
      const run = engine.run(task('return 1', { determinism: { nowMs: 0, seed: 'x' } }));
      await expect(run).rejects.toThrow(TypeError);
    });
  });
}

const bubblewrap = findJailTools().bubblewrap;
const helpText = bubblewrap ? spawnSync(bubblewrap, ['--help'], { encoding: 'utf8' }).stdout : '';
const jailed = variants.find(({ name }) => name.endsWith('in the jail'));

describe.skipIf(!jailed)('in the jail', () => {
  it('nothing can be written, anywhere', async () => {
    const engine = jailed!.open();
    const source = `
import os
written = []
for folder, folders, files in os.walk('/'):
    try:
        with open(os.path.join(folder, 'left-by-a-program'), 'w') as file:
            file.write('x')
            file.flush()
            written.append(folder)
    except OSError:
        pass
return written`;
    expect(await readOutput(engine, task(source))).toEqual([]);
    await engine.close();
  });
});

describe.skipIf(!jailed || !helpText.includes('--disable-userns'))(
  'in the jail of a bubblewrap of today',
  () => {
    it('no namespace can be made, and so no capability had', async () => {
      const engine = jailed!.open();
      const source = `
import ctypes
c = ctypes.CDLL(None)
return [c.unshare(flag) for flag in (0x10000000, 0x10000000 | 0x00020000, 0x40000000, 0x20000000)]`;
      expect(await readOutput(engine, task(source))).toEqual([-1, -1, -1, -1]);
      await engine.close();
    });
  },
);

describe('where there is no jail or no Python', () => {
  it.skipIf(variants.length === 0)('Python is not available without a jail, and says why', async () => {
    const engine = createPythonEngine({ runtime: 'python3', jail: 'never' });
    expect(await engine.availability()).toMatchObject({
      available: false,
      reason: expect.stringMatching(/only in a jail/),
    });
    expect((await readError(engine, task('return 1'))).code).toBe('SANDBOX_UNAVAILABLE');
    await engine.close();
  });

  it('an interpreter that is not there is named', async () => {
    const engine = createPythonEngine({ runtime: 'python3', interpreter: '/nowhere/python3' });
    expect(await engine.availability()).toMatchObject({
      available: false,
      reason: expect.stringContaining('/nowhere/python3'),
    });
    const error = await readError(engine, task('return 1'));
    expect(error).toMatchObject({ code: 'SANDBOX_UNAVAILABLE' });
    await engine.close();
    expect((await readError(engine, task('return 1'))).code).toBe('SANDBOX_CLOSED');
  });

  it.skipIf(variants.length === 0)('a script that starts Python is seen through', async () => {
    const real = await findPython();
    const folder = await mkdtemp(join(tmpdir(), 'shim-'));
    const shim = join(folder, 'python3');
    await writeFile(shim, `#!/bin/sh\nexec ${real!.command} "$@"\n`);
    await chmod(shim, 0o755);
    expect(await findPython(shim)).toEqual(real);
    await rm(folder, { recursive: true });
  });
});
