/** The host against runners that say what they must not. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { waitFor } from '@navette/testing';
import { afterAll, describe, expect, it } from 'vitest';
import type { CodeHost, HostAnswer } from '../port.ts';
import { createTask, readError, readOutput } from '../testing/engine-under-test.ts';
import type { HostileAct } from '../testing/hostile-main.fixture.ts';
import { createNodeProgram } from './node-program.ts';
import { createPooledEngine } from './pooled-engine.ts';

const openEngine = (main: string) =>
  createPooledEngine({
    program: createNodeProgram({
      engine: 'quickjs',
      main,
      folders: ['inside', 'protocol', 'testing'],
      packages: [],
      flags: [],
      baseMemoryBytes: 256 * 1024 ** 2,
      canDrop: true,
    }),
    size: 2,
    ready: 1,
    maxTasks: 10,
    maxQueued: 10,
    maxIdleMs: 30_000,
    jail: 'never',
    languages: ['javascript'],
    reuse: 'project',
    isolation: 'optional',
  });
const engine = openEngine('testing/hostile-main.fixture.ts');
afterAll(() => engine.close());

const task = '%TASK%';
const usage = { cpuMs: 0, peakMemoryBytes: 0 };
const done = { type: 'done', task, output: '1', usage };
const part = { type: 'part', task };
const call = { type: 'call', task, call: 1, name: 'echo', args: '[]' };
const threw = { code: 'SANDBOX_CODE_THREW', detail: 'x' };
const failed = (failure: object) => ({ type: 'failed', task, failure, usage });
const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
const limits = {
  outputBytes: 1_000,
  consoleLines: 50,
  consoleBytes: 10_000,
  calls: 5,
  callsInFlight: 4,
  callBytes: 1_000,
};
const hostile = (acts: readonly HostileAct[], wallMs = 10_000, projectId = 'project-1') =>
  createTask(JSON.stringify(acts), {
    bindings: ['echo'],
    limits: { ...limits, wallMs },
    reuseKey: { projectId, versionId: 'version-1' },
  });

interface Case {
  name: string;
  acts: readonly HostileAct[];
  code: string;
  words?: RegExp;
}

const cases: readonly Case[] = [
  {
    name: 'a frame of four gigabytes',
    acts: [{ bytes: 'ffffffff' }],
    code: 'SANDBOX_PROTOCOL',
    words: /4294967295 bytes/,
  },
  { name: 'an empty frame', acts: [{ bytes: '00000000' }], code: 'SANDBOX_PROTOCOL' },
  { name: 'a frame that is not JSON', acts: [{ bytes: '000000027b7b' }], code: 'SANDBOX_PROTOCOL' },
  { name: 'a frame that never ends', acts: [{ bytes: '0000ffff7b' }], code: 'SANDBOX_WALL_LIMIT' },
  { name: 'half a header', acts: [{ bytes: '0000' }], code: 'SANDBOX_WALL_LIMIT' },
  { name: 'a list in place of a message', acts: [{ send: [done] }], code: 'SANDBOX_PROTOCOL' },
  { name: 'a message of an unknown type', acts: [{ send: { type: 'log' } }], code: 'SANDBOX_PROTOCOL' },
  { name: 'a field too many', acts: [{ send: { ...done, admin: true } }], code: 'SANDBOX_PROTOCOL' },
  {
    name: 'a field of the prototype',
    acts: [{ bytes: toHexFrame('{"type":"done","task":1,"output":"1","__proto__":{"x":1}}') }],
    code: 'SANDBOX_PROTOCOL',
  },
  {
    name: 'an output that is no text',
    acts: [{ send: { ...done, output: { a: 1 } } }],
    code: 'SANDBOX_PROTOCOL',
  },
  {
    name: 'a usage below zero',
    acts: [{ send: { ...done, usage: { cpuMs: -1, peakMemoryBytes: 0 } } }],
    code: 'SANDBOX_PROTOCOL',
  },
  { name: 'a message of great depth', acts: [{ bytes: toHexFrame(deep) }], code: 'SANDBOX_PROTOCOL' },
  {
    name: 'the result of another task',
    acts: [{ send: { ...done, task: 999_999 } }],
    code: 'SANDBOX_PROTOCOL',
    words: /another task/,
  },
  { name: 'ready once more', acts: [{ send: { type: 'ready' } }], code: 'SANDBOX_PROTOCOL' },
  {
    name: 'dropped without a request',
    acts: [{ send: { type: 'dropped', task } }],
    code: 'SANDBOX_PROTOCOL',
  },
  {
    name: 'a call of a function that was not given',
    acts: [{ send: { ...call, name: '__proto__' } }],
    code: 'SANDBOX_PROTOCOL',
  },
  { name: 'a call out of order', acts: [{ send: { ...call, call: 7 } }], code: 'SANDBOX_PROTOCOL' },
  { name: 'a call twice', acts: [{ send: call }, { send: call }], code: 'SANDBOX_PROTOCOL' },
  {
    name: 'arguments that are too large',
    acts: [{ send: { ...call, args: JSON.stringify(['x'.repeat(1_500)]) } }],
    code: 'SANDBOX_CALL_LIMIT',
  },
  {
    name: 'more calls than allowed at the same time',
    acts: [1, 2, 3, 4, 5].map((id) => ({ send: { ...call, call: id } })),
    code: 'SANDBOX_CALL_LIMIT',
    words: /came to 5 .*callsInFlight/,
  },
  {
    name: 'a result that is too large',
    acts: [{ send: { ...done, output: JSON.stringify('x'.repeat(1_500)) } }],
    code: 'SANDBOX_OUTPUT_LIMIT',
  },
  {
    name: 'a frame above what the limits allow',
    acts: [{ send: { ...done, output: 'x'.repeat(1_000_000) } }],
    code: 'SANDBOX_PROTOCOL',
  },
  {
    name: 'parts of a result that are too large together',
    acts: [{ send: { ...part, output: 'x'.repeat(70_000) } }],
    code: 'SANDBOX_OUTPUT_LIMIT',
  },
  {
    name: 'a part of a result that is not worth a frame',
    acts: [{ send: { ...part, output: 'x' } }],
    code: 'SANDBOX_PROTOCOL',
  },
  {
    name: 'a part of the result of another task',
    acts: [{ send: { ...part, task: 999_999, output: 'x'.repeat(70_000) } }],
    code: 'SANDBOX_PROTOCOL',
  },
  {
    name: 'more text for the console than allowed, in few lines',
    acts: [1, 2].map(() => ({ send: { type: 'console', task, level: 'info', text: 'é'.repeat(3_000) } })),
    code: 'SANDBOX_CONSOLE_LIMIT',
    words: /wrote 12000 .*consoleBytes/,
  },
  { name: 'a flood of the console', acts: [{ flood: 10_000 }], code: 'SANDBOX_CONSOLE_LIMIT' },
  {
    name: 'a failure with a code of another area',
    acts: [{ send: { type: 'failed', task, failure: { code: 'AUTH_OWNER' }, usage } }],
    code: 'SANDBOX_PROTOCOL',
  },
  {
    name: 'a failure with a limit that does not exist',
    acts: [
      {
        send: {
          type: 'failed',
          task,
          failure: { code: 'SANDBOX_CPU_LIMIT', limit: '__proto__', used: 1 },
          usage,
        },
      },
    ],
    code: 'SANDBOX_PROTOCOL',
  },
  ...[
    ['a line of the console of an unknown level', { type: 'console', task, level: 'fatal', text: 'x' }],
    ['a call of a very long name', { ...call, name: 'x'.repeat(201) }],
    ['a failure with a field too many', { ...failed(threw), admin: true }],
    ['a failure with more words than it may have', failed({ ...threw, detail: 'x'.repeat(8_001) })],
    ['a failure with a longer stack than it may have', failed({ ...threw, stack: 'x'.repeat(8_001) })],
    ['a failure in half a line', failed({ ...threw, line: 1.5 })],
    ['a failure of half a call', failed({ ...threw, call: 1.5 })],
    [
      'a failure to import what has a very long name',
      failed({ code: 'SANDBOX_IMPORT_FORBIDDEN', module: 'x'.repeat(501) }),
    ],
  ].map(
    ([name, message]): Case => ({
      name: String(name),
      acts: [{ send: message }],
      code: 'SANDBOX_PROTOCOL',
      words: /unknown form/,
    }),
  ),
  { name: 'the end of the process', acts: [{ exit: 3 }], code: 'SANDBOX_RUNNER_LOST', words: /exit code 3/ },
  {
    name: 'the death of the process',
    acts: [{ signal: 'SIGKILL' }],
    code: 'SANDBOX_RUNNER_LOST',
    words: /SIGKILL/,
  },
];

function toHexFrame(text: string): string {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(Buffer.byteLength(text));
  return Buffer.concat([length, Buffer.from(text)]).toString('hex');
}

describe('a runner that says what it must not', () => {
  it.each(cases)('$name ends the task, and the next has a fresh runner', async ({ acts, code, words }) => {
    const wallMs = code === 'SANDBOX_WALL_LIMIT' ? 300 : undefined;
    const error = await readError(engine, hostile(acts, wallMs), { onCall: () => new Promise(() => {}) });
    expect(error.code).toBe(code);
    if (words) expect(error.message).toMatch(words);
    expect(await readOutput(engine, hostile([{ send: done }]))).toBe(1);
  });

  it('more calls than allowed, one after the other, end the task', async () => {
    const acts = [1, 2, 3, 4, 5, 6].map((id) => ({ send: { ...call, call: id } }));
    const many = { ...hostile(acts), limits: { ...hostile(acts).limits, callsInFlight: 100 } };
    const error = await readError(engine, many, { onCall: () => new Promise(() => {}) });
    expect(error.code).toBe('SANDBOX_CALL_LIMIT');
    expect(error.message).toMatch(/came to 6 .*calls of/);
  });

  it('a second result after the first is never taken for that of the next task', async () => {
    expect(await readOutput(engine, hostile([{ send: done }, { send: { ...done, output: '2' } }]))).toBe(1);
    const next = await engine.run(hostile([{ send: { ...done, output: '3' } }])).then(
      ({ output }) => output,
      ({ code }) => code,
    );
    expect(['3', 'SANDBOX_PROTOCOL']).toContain(next);
  });

  it('its words about a failure stay data: no template is filled twice', async () => {
    const failure = { code: 'SANDBOX_CODE_THREW', detail: '{line} {limit} $& \u202e', line: 3 };
    const error = await readError(engine, hostile([{ send: { type: 'failed', task, failure, usage } }]));
    expect(error.message).toBe('The code failed, line 3: {line} {limit} $& \u202e');
  });
});

describe('a runner', () => {
  it('that speaks before it is ready is not taken', async () => {
    const early = openEngine('testing/early-main.fixture.ts');
    expect((await readError(early, hostile([]))).code).toBe('SANDBOX_PROTOCOL');
    await early.close();
  });

  it('has no environment, no folder of ours and no input, without the jail as well', async () => {
    const surroundings = { folder: '/', environment: [], input: false };
    expect(await readOutput(engine, hostile([{ tell: 'surroundings' }]))).toEqual(surroundings);
  });
});

describe('a runner that has ended its task', () => {
  const exceeded = { code: 'SANDBOX_CPU_LIMIT', limit: 'cpuMs', used: 1 };
  const readPid = (project: string) => readOutput(engine, hostile([{ tell: 'pid' }], undefined, project));
  const end = (project: string, acts: readonly HostileAct[], host?: CodeHost) =>
    engine.run(hostile(acts, undefined, project), host).catch(() => {});

  it.each([
    ['a result', done],
    ['a failure of the code', failed(threw)],
  ])('by %s works on', async (name, message) => {
    const pid = await readPid(name);
    await end(name, [{ send: message }]);
    expect(await readPid(name)).toBe(pid);
  });

  it.each([
    ['a result, and says that it is spent', { ...done, spent: true }],
    ['a failure, and says that it is spent', { ...failed(threw), spent: true }],
    ['a limit, by its own word', failed(exceeded)],
    ['what it must not say', { ...done, admin: true }],
  ])('by %s is ended, and another takes its place', async (name, message) => {
    const pid = await readPid(name);
    await end(name, [{ send: message }]);
    await waitFor(() => !isAlive(Number(pid)), { what: 'the runner to be gone' });
    expect(await readPid(name)).not.toBe(pid);
  });

  it.each([
    ['speaks on', { send: done }],
    // Shorter than what it may say while it has a task.
    ['begins a frame of 70,000 bytes', { bytes: '00011170' }],
  ])('and %s is ended, although nobody waits for it', async (name, act) => {
    const pid = await readPid(name);
    await end(name, [{ send: done }, act]);
    await waitFor(() => !isAlive(Number(pid)), { what: 'the runner to be gone' });
    expect(await readPid(name)).not.toBe(pid);
  });

  it('in place of letting go of it is ended', async () => {
    const pid = await readPid('drop');
    const controller = new AbortController();
    const acts: HostileAct[] = [
      { onDrop: done },
      { send: { type: 'console', task, level: 'info', text: 'on' } },
    ];
    const run = engine.run(hostile(acts, undefined, 'drop'), {
      signal: controller.signal,
      onConsole: () => controller.abort(new Error('enough')),
    });
    await expect(run).rejects.toThrow('enough');
    await waitFor(() => !isAlive(Number(pid)), { what: 'the runner to be gone' });
    expect(await readPid('drop')).not.toBe(pid);
  });

  it('hears no answer that comes after it', async () => {
    const late = Promise.withResolvers<HostAnswer>();
    const asked = Promise.withResolvers<void>();
    const onCall = () => {
      asked.resolve();
      return late.promise;
    };
    const pid = await readOutput(engine, hostile([{ send: call }, { tell: 'pid' }], undefined, 'late'), {
      onCall,
    });
    await asked.promise;
    late.resolve({ output: '1' });
    await nextTurn();
    expect(await readPid('late')).toBe(pid);
  });

  it('because the host would not take a line of its console is ended', async () => {
    const pid = await readPid('listener');
    const refusal = new Error('no more lines');
    const line = { type: 'console', task, level: 'info', text: 'on' };
    const run = engine.run(hostile([{ send: line }], undefined, 'listener'), {
      onConsole: () => {
        throw refusal;
      },
    });
    await expect(run).rejects.toBe(refusal);
    expect(await readPid('listener')).not.toBe(pid);
  });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
