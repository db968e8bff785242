/** The host against runners that say what they must not. */
import { afterAll, describe, expect, it } from 'vitest';
import { readError, readOutput } from '../testing/engine-under-test.ts';
import {
  call,
  deep,
  done,
  failed,
  hostile,
  openHostileEngine,
  part,
  task,
  threw,
  usage,
} from '../testing/hostile-engine.ts';
import type { HostileAct } from '../testing/hostile-main.fixture.ts';

const engine = openHostileEngine();
afterAll(() => engine.close());

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
