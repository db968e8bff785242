/**
 * Runs one task on one runner, from its first frame to its last, and holds it to its limits.
 *
 * Invariants
 * 1. It settles exactly once, and afterwards no message, timer or signal of this task has any effect.
 * 2. Whatever the runner says of a limit is only believed to the task's harm: console, calls, arguments and output are
 *    counted again here.
 * 3. `reusable` is true only when the runner ended the task by its own word and broke nothing.
 */
import { randomInt } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type NavetteError, toNavetteError } from '@navette/kit';
import type { CodeHost, CodeResult, CodeTask, ConsoleLine } from '../port.ts';
import { partChars } from '../protocol/frame.ts';
import type { AnswerMessage, RunnerMessage } from '../protocol/messages.ts';
import { createFailureError } from './create-failure-error.ts';
import { createProtocolError, type RunnerProcess } from './runner-process.ts';
import { createLimitError, type Watch, watchTask } from './watchdog.ts';

export interface TaskOutcome {
  reusable: boolean;
  result: Promise<CodeResult>;
}

/** How long a runner that waits for the host may take to let go of an aborted task. */
const dropTimeoutMs = 100;
const frameOverheadBytes = 64 * 1024;
/** The number of a task cannot be guessed: what goes on of an earlier one cannot answer for it. */
const maxTaskId = 2 ** 48 - 1;

export async function runTask(runner: RunnerProcess, task: CodeTask, host: CodeHost): Promise<TaskOutcome> {
  const run = new TaskRun(runner, task, host);
  return await run.outcome;
}

class TaskRun {
  readonly outcome: Promise<TaskOutcome>;
  readonly #runner: RunnerProcess;
  readonly #task: CodeTask;
  readonly #host: CodeHost;
  readonly #id: number;
  readonly #startedAt = performance.now();
  readonly #watch: Watch;
  readonly #onAbort = () => this.#abort();
  readonly #failedCalls = new Map<number, NavetteError>();
  #end!: (outcome: TaskOutcome) => void;
  #ended = false;
  #dropping: NodeJS.Timeout | undefined;
  #calls = 0;
  #callsInFlight = 0;
  #consoleLines = 0;
  #consoleBytes = 0;
  /** Of the output. */
  readonly #parts: string[] = [];
  #outputBytes = 0;

  constructor(runner: RunnerProcess, task: CodeTask, host: CodeHost) {
    this.#runner = runner;
    this.#task = task;
    this.#host = host;
    this.#id = randomInt(maxTaskId);
    this.outcome = new Promise((resolve) => {
      this.#end = resolve;
    });
    this.#watch = watchTask({
      pid: runner.pid,
      limits: task.limits,
      baseMemoryBytes: runner.program.baseMemoryBytes,
      onBreach: (error) => this.#kill(error),
    });
    runner.receiver = {
      maxFrameBytes: maxFrameBytes(task),
      onLost: (error) => this.#kill(this.#explainLoss(error)),
      onMessage: (message) => this.#receive(message),
    };
    if (this.#ended) return;
    host.signal?.addEventListener('abort', this.#onAbort);
    if (host.signal?.aborted) this.#abort();
    else void this.#start();
  }

  /** A long input in parts, with turns for others in between. */
  async #start(): Promise<void> {
    const {
      language,
      source,
      input,
      parameters,
      prelude,
      modules,
      bindings,
      limits,
      determinism,
      checkOnly,
    } = this.#task;
    let from = 0;
    for (; input.length - from > partChars; from += partChars) {
      this.#runner.send({ type: 'part', task: this.#id, input: input.slice(from, from + partChars) });
      await nextTurn();
      if (this.#ended || this.#dropping) return;
    }
    this.#runner.send({
      type: 'run',
      task: this.#id,
      language,
      source,
      input: input.slice(from),
      parameters: parameters ?? ['input', 'host'],
      prelude,
      modules: modules ?? [],
      bindings,
      limits,
      determinism,
      checkOnly,
    });
  }

  #receive(message: RunnerMessage): void {
    if (this.#ended) return;
    if (message.type === 'ready') this.#breakProtocol('"ready" during a task');
    else if (message.task !== this.#id) this.#breakProtocol(`"${message.type}" of another task`);
    else if (this.#dropping) this.#receiveWhileDropping(message);
    else if (message.type === 'console') this.#receiveConsole(message);
    else if (message.type === 'call') this.#receiveCall(message);
    else if (message.type === 'part') this.#receiveOutput(message.output);
    else if (message.type === 'done') this.#receiveResult(message);
    else if (message.type === 'failed') this.#receiveFailure(message);
    else this.#breakProtocol('"dropped" without a request');
  }

  #receiveConsole({ level, text }: Extract<RunnerMessage, { type: 'console' }>): void {
    const { limits } = this.#task;
    this.#consoleLines += 1;
    this.#consoleBytes += Buffer.byteLength(text);
    if (this.#consoleLines > limits.consoleLines) {
      this.#kill(createLimitError('SANDBOX_CONSOLE_LIMIT', 'consoleLines', limits, this.#consoleLines));
    } else if (this.#consoleBytes > limits.consoleBytes) {
      this.#kill(createLimitError('SANDBOX_CONSOLE_LIMIT', 'consoleBytes', limits, this.#consoleBytes));
    } else {
      this.#showLine({ level, text, at: Date.now() });
    }
  }

  #showLine(line: ConsoleLine): void {
    try {
      this.#host.onConsole?.(line);
    } catch (error) {
      this.#kill(error);
    }
  }

  #receiveCall({ call, name, args }: Extract<RunnerMessage, { type: 'call' }>): void {
    const { limits, bindings } = this.#task;
    this.#calls += 1;
    this.#callsInFlight += 1;
    const argumentBytes = Buffer.byteLength(args);
    if (call !== this.#calls) this.#breakProtocol(`call ${call} out of order`);
    else if (!bindings.includes(name)) this.#breakProtocol('a call of a function that was not given');
    else if (this.#calls > limits.calls) {
      this.#kill(createLimitError('SANDBOX_CALL_LIMIT', 'calls', limits, this.#calls));
    } else if (this.#callsInFlight > limits.callsInFlight) {
      this.#kill(createLimitError('SANDBOX_CALL_LIMIT', 'callsInFlight', limits, this.#callsInFlight));
    } else if (argumentBytes > limits.callBytes) {
      this.#kill(createLimitError('SANDBOX_CALL_LIMIT', 'callBytes', limits, argumentBytes));
    } else void this.#answer(call, name, args);
  }

  async #answer(call: number, name: string, args: string): Promise<void> {
    const answer = await this.#askHost(call, name, args);
    this.#callsInFlight -= 1;
    if (!this.#ended && !this.#dropping)
      this.#runner.send({ type: 'answer', task: this.#id, call, ...answer });
  }

  async #askHost(call: number, name: string, args: string): Promise<CallOutcome> {
    const { limits } = this.#task;
    try {
      if (!this.#host.onCall) throw new TypeError('The task has bindings, and its host answers no calls');
      const { output, nowMs } = await this.#host.onCall({ id: call, name, args });
      const bytes = Buffer.byteLength(output);
      if (bytes > limits.callBytes) throw createLimitError('SANDBOX_CALL_LIMIT', 'callBytes', limits, bytes);
      return { ok: true, output, nowMs };
    } catch (thrown) {
      const error = toNavetteError(thrown);
      this.#failedCalls.set(call, error);
      return { ok: false, ...describeForCode(error) };
    }
  }

  #receiveOutput(part: string): void {
    const { limits } = this.#task;
    this.#parts.push(part);
    this.#outputBytes += Buffer.byteLength(part);
    if (this.#outputBytes > limits.outputBytes) {
      this.#kill(createLimitError('SANDBOX_OUTPUT_LIMIT', 'outputBytes', limits, this.#outputBytes));
    }
  }

  #receiveResult({ output, usage, spent = false }: Extract<RunnerMessage, { type: 'done' }>): void {
    this.#receiveOutput(output);
    if (this.#ended) return;
    const wallMs = performance.now() - this.#startedAt;
    const result = { output: this.#parts.join(''), usage: { ...usage, wallMs } };
    this.#settle({ reusable: !spent, result: Promise.resolve(result) });
  }

  #receiveFailure({ failure, spent = false }: Extract<RunnerMessage, { type: 'failed' }>): void {
    const error = createFailureError(failure, this.#task, this.#failedCalls);
    const breach = 'limit' in failure;
    if (breach) this.#kill(error);
    else this.#settle({ reusable: !spent, result: Promise.reject(error) });
  }

  #abort(): void {
    if (this.#ended || this.#dropping) return;
    const kill = () => this.#kill(this.#host.signal!.reason);
    if (this.#runner.program.canDrop) {
      this.#runner.send({ type: 'drop', task: this.#id });
      this.#dropping = setTimeout(kill, dropTimeoutMs);
    } else {
      kill();
    }
  }

  /** The program may have been heard of in between; only the runner's last word counts. */
  #receiveWhileDropping(message: RunnerMessage): void {
    if (message.type === 'console' || message.type === 'call' || message.type === 'part') return;
    const reusable = message.type === 'dropped';
    this.#settle({ reusable, result: Promise.reject(this.#host.signal!.reason) });
    if (!reusable) void this.#runner.kill();
  }

  /** An interpreter that may not allocate more ends its process, and says so as its last words. */
  #explainLoss(error: NavetteError): NavetteError {
    const words = error.cause instanceof Error ? error.cause.message : '';
    if (!this.#runner.program.ranOutOfMemory?.test(words)) return error;
    const used = this.#watch.peakResidentBytes();
    return createLimitError('SANDBOX_MEMORY_LIMIT', 'memoryBytes', this.#task.limits, used);
  }

  #breakProtocol(detail: string): void {
    this.#kill(createProtocolError(detail));
  }

  #kill(reason: unknown): void {
    // First the task's own end: the runner reports its killing to whoever still listens.
    this.#settle({ reusable: false, result: Promise.reject(reason) });
    void this.#runner.kill();
  }

  #settle(outcome: TaskOutcome): void {
    // Whoever looks at the outcome awaits its result; until then it is not an unhandled rejection.
    outcome.result.catch(() => {});
    if (this.#ended) return;
    this.#ended = true;
    this.#watch.stop();
    clearTimeout(this.#dropping);
    this.#host.signal?.removeEventListener('abort', this.#onAbort);
    this.#runner.receiver = undefined;
    this.#end(outcome);
  }
}

type CallOutcome = AnswerMessage extends infer Answer
  ? Answer extends AnswerMessage
    ? Omit<Answer, 'type' | 'task' | 'call'>
    : never
  : never;

/** What the code may know of an error of the host: nothing of a defect but that there was one. */
function describeForCode(error: NavetteError): { code: string; message: string; help: string } {
  if (error.kind !== 'bug') return { code: error.code, message: error.message, help: error.help };
  return { code: error.code, message: 'The host function failed', help: '' };
}

/**
 * JSON inside JSON grows threefold at most (letters that Python escapes); console text sixfold (control characters), and
 * so twelve bytes for a character of an output.
 */
function maxFrameBytes({ limits }: CodeTask): number {
  const outputBytes = Math.min(3 * limits.outputBytes, 12 * partChars);
  return Math.max(outputBytes, 3 * limits.callBytes, 6 * limits.consoleBytes) + frameOverheadBytes;
}

export function checkTask(task: CodeTask): void {
  const { limits } = task;
  const sourceBytes = Buffer.byteLength(task.source);
  if (sourceBytes > limits.sourceBytes) {
    throw createLimitError('SANDBOX_INPUT_LIMIT', 'sourceBytes', limits, sourceBytes);
  }
  const inputBytes = Buffer.byteLength(task.input);
  if (inputBytes > limits.inputBytes) {
    throw createLimitError('SANDBOX_INPUT_LIMIT', 'inputBytes', limits, inputBytes);
  }
}
