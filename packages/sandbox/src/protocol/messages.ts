/**
 * What host and runner say to each other. The runner is not trusted: all that it sends is parsed with these schemas,
 * strictly, and the error that reaches the user is built by the host from its own table. What the host sends is typed
 * here and checked by hand in the runner (inside/channel.ts), which so needs no library.
 */
import { z } from 'zod';
import type { CodeLanguage, CodeLimits, CodeModule } from '../port.ts';

export interface RunMessage {
  type: 'run';
  task: number;
  language: CodeLanguage;
  source: string;
  input: string;
  parameters: readonly string[];
  prelude?: string | undefined;
  modules: readonly CodeModule[];
  bindings: readonly string[];
  limits: CodeLimits;
  determinism?: { nowMs: number; seed: string } | undefined;
  checkOnly?: boolean | undefined;
}

export type AnswerMessage =
  | { type: 'answer'; task: number; call: number; ok: true; output: string; nowMs?: number | undefined }
  | { type: 'answer'; task: number; call: number; ok: false; code: string; message: string; help: string };

/** The beginning of a long input; "run" has its end. */
export interface PartMessage {
  type: 'part';
  task: number;
  input: string;
}

/** Asks the runner to let go of the task; it answers `dropped`, or is killed. */
export interface DropMessage {
  type: 'drop';
  task: number;
}

export type HostMessage = RunMessage | PartMessage | AnswerMessage | DropMessage;

/** Many short parts would cost more than they carry. */
const shortestPartChars = 64 * 1024;
const count = z.int().min(0).max(Number.MAX_SAFE_INTEGER);
const amount = z.number().min(0).max(Number.MAX_SAFE_INTEGER);
const place = z.int().min(0).max(10_000_000).optional();
const detail = z.string().max(8_000);

const failure = z.discriminatedUnion('code', [
  z.strictObject({
    code: z.literal('SANDBOX_CODE_THREW'),
    detail,
    line: place,
    column: place,
    /** Frames of the user's code only, a line each. */
    stack: z.string().max(8_000).optional(),
    /** The failed host call whose error left the program. */
    call: count.optional(),
  }),
  z.strictObject({ code: z.literal('SANDBOX_SYNTAX'), detail, line: place, column: place }),
  z.strictObject({
    code: z.literal('SANDBOX_IMPORT_FORBIDDEN'),
    module: z.string().max(500),
    line: place,
    column: place,
  }),
  z.strictObject({ code: z.literal('SANDBOX_RESULT_INVALID'), detail }),
  z.strictObject({ code: z.literal('SANDBOX_CODE_STALLED') }),
  z.strictObject({
    code: z.enum([
      'SANDBOX_WALL_LIMIT',
      'SANDBOX_CPU_LIMIT',
      'SANDBOX_MEMORY_LIMIT',
      'SANDBOX_STACK_LIMIT',
      'SANDBOX_OUTPUT_LIMIT',
      'SANDBOX_CONSOLE_LIMIT',
      'SANDBOX_CALL_LIMIT',
      'SANDBOX_PROCESS_LIMIT',
    ]),
    limit: z.enum([
      'wallMs',
      'cpuMs',
      'memoryBytes',
      'stackBytes',
      'outputBytes',
      'consoleLines',
      'consoleBytes',
      'calls',
      'callsInFlight',
      'callBytes',
      'processes',
    ]),
    used: amount,
  }),
]);

/** What a runner says of a task that did not end well. */
export type Failure = z.infer<typeof failure>;

/** The runner says of itself that it is not fit for another task: something of this one goes on in it. */
const spent = z.boolean().optional();
const usage = z.strictObject({ cpuMs: amount, peakMemoryBytes: amount });

export const runnerMessage = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('ready') }),
  z.strictObject({
    type: z.literal('console'),
    task: count,
    level: z.enum(['debug', 'info', 'warn', 'error']),
    text: z.string(),
  }),
  z.strictObject({
    type: z.literal('call'),
    task: count,
    call: count,
    name: z.string().max(200),
    args: z.string(),
  }),
  /** The beginning of a long output; "done" has its end. */
  z.strictObject({ type: z.literal('part'), task: count, output: z.string().min(shortestPartChars) }),
  z.strictObject({ type: z.literal('done'), task: count, output: z.string(), usage, spent }),
  z.strictObject({ type: z.literal('failed'), task: count, failure, usage, spent }),
  z.strictObject({ type: z.literal('dropped'), task: count }),
]);

export type RunnerMessage = z.infer<typeof runnerMessage>;
