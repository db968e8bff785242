/**
 * One task in one invocation of `run`: the program in a module of its own, our glue around it (guest.ts), host calls and
 * timers as host functions. Limits that `run` does not keep exactly are kept here or by the host's watchdog.
 *
 * Invariants
 * 1. It reports at most one end.
 * 2. A fault of `run` or of its worker is never reported as the program's error: the program runs again when nothing of
 *    it was seen outside, and otherwise `start` rejects, which ends the process.
 */
import { createRunner } from 'run';
import { OutgoingMeter } from '../inside/outgoing-meter.ts';
import { type PreparedSource, prepareSource, SourceError } from '../inside/prepare-source.ts';
import type { CodeLimits } from '../port.ts';
import type { AnswerMessage, Failure, RunMessage } from '../protocol/messages.ts';
import { describeThrown, type Thrown } from '../quickjs/describe-thrown.ts';
import type { TaskEnd, TaskEvents } from '../quickjs/task-context.ts';
import {
  createEntrySource,
  createGlueSource,
  glueModule,
  preludeModule,
  programModule,
  scopeNames,
} from './guest.ts';

/** The wall limit is the host's, which counts no time in which the machine stood still. This one only ends what it forgot. */
const spareMs = 600_000;
const retryMs = 5;
/** A runtime that fails so often in a row is broken. */
const maxTries = 3;
/** `run` takes this much for a bridge from the memory of the program. */
const maxBridgeBytes = 16 * 1024 * 1024;
/** `run` keeps what it would need to go on later, though nobody asks for it: the most that it accepts. */
const maxContinuationBytes = 2 ** 31 - 1;
/** Timers and console lines cross the same bridge as host calls. */
const spareBridgeRequests = 100_000;
const header = `import{${scopeNames.join(',')}}from${JSON.stringify(glueModule)};`;

export class ProgramRun {
  readonly #message: RunMessage;
  readonly #events: TaskEvents;
  readonly #controller = new AbortController();
  readonly #meter: OutgoingMeter;
  readonly #answers = new Map<number, (answer: string) => void>();
  readonly #timers = new Map<number, { handle: NodeJS.Timeout; end: (fired: boolean) => void }>();
  #prepared: PreparedSource | undefined;
  #forbiddenImport: string | undefined;
  #breach: Failure | undefined;
  #ended = false;
  /** A call or a line of the program has reached the host: a second run would repeat it. */
  #seen = false;
  #calls = 0;
  readonly #startedCpu = process.cpuUsage();

  constructor(message: RunMessage, events: TaskEvents) {
    this.#message = message;
    this.#meter = new OutgoingMeter(message.limits);
    this.#events = events;
  }

  /** Rejects when the runtime is broken; then nothing more can run in this process. */
  async start(): Promise<void> {
    for (let faults = 0; !this.#ended; ) {
      try {
        this.#end(await this.#run());
      } catch (error) {
        const failure = this.#explain(error);
        if (this.#ended) return;
        if (failure) this.#end({ failure });
        // The worker of a task that was given up may still be on its way out: nothing ran, and the next try will.
        else if (isBusy(error)) await new Promise((resolve) => setTimeout(resolve, retryMs));
        else {
          faults += 1;
          if (this.#seen || faults === maxTries) throw error;
          this.#clearTimers();
        }
      }
    }
  }

  answer(answer: AnswerMessage): void {
    const { type: _type, task: _task, ...rest } = answer;
    this.#answers.get(answer.call)?.(JSON.stringify(rest));
    if (this.#answers.delete(answer.call)) this.#meter.addAnswer();
  }

  drop(): void {
    this.#ended = true;
    this.#controller.abort();
  }

  async #run(): Promise<TaskEnd> {
    const { limits, bindings, input, prelude, language } = this.#message;
    this.#prepared = prepareSource(this.#message);
    const text =
      this.#prepared.kind === 'body' ? `export default ${this.#prepared.text}` : this.#prepared.text;
    const modules = new Map(this.#message.modules.map(({ name, source }) => [name, source]));
    modules.set(programModule, `${header}${text}`);
    modules.set(glueModule, createGlueSource({ bindings, maxOutput: limits.outputBytes }));
    if (prelude !== undefined) {
      modules.set(preludeModule, `${header}export default (function prelude(input, host){${prelude}\n})`);
    }
    // What crosses to the worker is JSON inside JSON, and modules cross by the same buffer.
    const largest = Math.min(Math.max(limits.callBytes, limits.sourceBytes) * 2 + 64 * 1024, maxBridgeBytes);
    const runner = createRunner({
      syncHostFunctions: {
        line: { write: (level: string, line: string) => this.#writeConsole(level, line) },
      },
      limits: {
        timeoutMs: limits.wallMs + spareMs,
        memoryLimitBytes: limits.memoryBytes,
        maxStackSizeBytes: limits.stackBytes,
        maxResultBytes: limits.outputBytes + 64 * 1024,
        maxSourceBytes: Math.max(limits.inputBytes, limits.sourceBytes) * 2 + 64 * 1024,
        maxHostFunctionArgumentsBytes: largest,
        maxHostFunctionOutputBytes: largest,
        maxBridgeRequests: spareBridgeRequests + limits.calls + limits.consoleLines,
        maxInFlightBridgeRequests: 1_000 + limits.callsInFlight,
        maxContinuationBytes,
      },
    });
    const result = await runner.run<string>({
      source: createEntrySource(input, prelude !== undefined),
      sourceType: 'function-body',
      hostFunctions: {
        wire: {
          call: (name: string, args: string) => this.#callHost(name, args),
          sleep: (id: number, ms: number) => this.#sleep(id, ms),
          wake: (id: number) => this.#wake(id),
        },
      },
      moduleLoader: {
        normalize: (specifier) => specifier,
        load: (specifier) => {
          const source = modules.get(specifier);
          if (source !== undefined) return source;
          // `run` would leave the program waiting for it.
          this.#forbiddenImport ??= specifier;
          this.#break(this.#describe({ name: 'Error', message: '', stack: '' }, 0, specifier));
          return '';
        },
      },
      abortSignal: this.#controller.signal,
    });
    if (result.status !== 'completed') throw new Error(`The program was interrupted (${language})`);
    return this.#read(result.value);
  }

  #read(text: string): TaskEnd {
    const said = JSON.parse(text) as {
      output?: string;
      tooLong?: number;
      unfit?: string;
      failed?: Thrown & { call: number; module: string };
    };
    if (said.failed) {
      return { failure: this.#describe(said.failed, said.failed.call, said.failed.module) };
    }
    if (said.tooLong !== undefined) return this.#refuseOutput(said.tooLong);
    if (said.output === undefined) {
      return { failure: { code: 'SANDBOX_RESULT_INVALID', detail: String(said.unfit).slice(0, 2_000) } };
    }
    const bytes = Buffer.byteLength(said.output);
    return bytes <= this.#message.limits.outputBytes ? { output: said.output } : this.#refuseOutput(bytes);
  }

  #refuseOutput(bytes: number): TaskEnd {
    return { failure: { code: 'SANDBOX_OUTPUT_LIMIT', limit: 'outputBytes', used: bytes } };
  }

  #callHost(name: string, args: string): Promise<string> {
    if (!this.#message.bindings.includes(name)) throw new Error(`There is no host function ${name}`);
    this.#seen = true;
    this.#calls += 1;
    const call = this.#calls;
    const { promise, resolve } = Promise.withResolvers<string>();
    this.#answers.set(call, resolve);
    const breach = this.#meter.addCall(args);
    if (breach) this.#break(breach);
    else if (!this.#ended) this.#events.onCall(call, name, args);
    return promise;
  }

  #writeConsole(level: string, text: string): null {
    this.#seen = true;
    const breach = this.#meter.addLine(text);
    // Ended here at once: a flood of lines can also break the runtime.
    if (breach) this.#break(breach);
    else if (!this.#ended) this.#events.onConsole(level as 'info', text);
    return null;
  }

  #sleep(id: number, ms: number): Promise<boolean> {
    return new Promise((resolve) => {
      const end = (fired: boolean) => {
        clearTimeout(this.#timers.get(id)?.handle);
        this.#timers.delete(id);
        resolve(fired);
      };
      const handle = setTimeout(end, Math.min(ms, 2_147_483_647), true);
      this.#timers.set(id, { handle, end });
    });
  }

  #wake(id: number): null {
    this.#timers.get(id)?.end(false);
    return null;
  }

  #cpuMs(): number {
    const { user, system } = process.cpuUsage(this.#startedCpu);
    return (user + system) / 1000;
  }

  #break(failure: Failure): void {
    this.#breach ??= failure;
    this.#end({ failure });
    this.#controller.abort();
  }

  #end(end: TaskEnd): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#clearTimers();
    this.#events.onEnd(end);
  }

  #clearTimers(): void {
    for (const { handle } of this.#timers.values()) clearTimeout(handle);
    this.#timers.clear();
  }

  /** What the program did to be ended so; undefined when it was not the program. */
  #explain(error: unknown): Failure | undefined {
    if (this.#breach) return this.#breach;
    if (error instanceof SourceError) {
      return { code: 'SANDBOX_SYNTAX', detail: error.message, line: error.line, column: error.column };
    }
    const { limits } = this.#message;
    const { name, message, stack = '', code } = error as Error & { code?: string };
    if (/result exceeds the \d+ byte size limit/.test(message)) {
      return { code: 'SANDBOX_OUTPUT_LIMIT', limit: 'outputBytes', used: limits.outputBytes + 1 };
    }
    if (code === 'RUN_DETACHED_BRIDGE_REQUEST') {
      return { code: 'SANDBOX_CODE_THREW', detail: 'A host call was not awaited before the end' };
    }
    if (code === 'RUN_TIMEOUT' || /InternalError: interrupted/.test(message)) {
      return { code: 'SANDBOX_CPU_LIMIT', limit: 'cpuMs', used: Math.round(this.#cpuMs()) };
    }
    if (code === 'RUN_BRIDGE_LIMIT') return explainBridgeLimit(message, limits);
    const failure = this.#describe({ name, message, stack }, 0, '');
    // Our entry catches what the program throws: the only other errors of the guest are limits that it met.
    return 'limit' in failure || (code !== undefined && guestCodes.has(code)) ? failure : undefined;
  }

  #describe(thrown: Thrown, call: number, module: string): Failure {
    const { limits, source } = this.#message;
    if (/out of memory/.test(thrown.message)) {
      return { code: 'SANDBOX_MEMORY_LIMIT', limit: 'memoryBytes', used: limits.memoryBytes };
    }
    const prefix = this.#prepared?.kind === 'body' ? 'export default '.length : 0;
    return describeThrown(thrown, {
      call,
      forbiddenImport: module || this.#forbiddenImport,
      source,
      shift: header.length + prefix + (this.#prepared?.shift ?? 0),
      stackBytes: limits.stackBytes,
    });
  }
}

/** Of errors that came from inside QuickJS. */
const guestCodes: ReadonlySet<string> = new Set(['RUN_USER_SOURCE_ERROR', 'RUN_SERIALIZATION_ERROR']);

function isBusy(error: unknown): boolean {
  return (error as { code?: string }).code === 'RUN_CONCURRENCY_LIMIT';
}

function explainBridgeLimit(message: string, { calls, callsInFlight, memoryBytes }: CodeLimits): Failure {
  if (/memory limit/.test(message)) {
    return { code: 'SANDBOX_MEMORY_LIMIT', limit: 'memoryBytes', used: memoryBytes + 1 };
  }
  return /in-flight/.test(message)
    ? { code: 'SANDBOX_CALL_LIMIT', limit: 'callsInFlight', used: callsInFlight + 1 }
    : { code: 'SANDBOX_CALL_LIMIT', limit: 'calls', used: calls + 1 };
}
