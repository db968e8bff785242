/**
 * One task in one fresh QuickJS: an instance of the WebAssembly module with a memory of its own, which cannot grow
 * over the task's limit, a runtime and a context. Nothing of it outlives the task.
 *
 * Invariants
 * 1. It reports exactly one end (`onEnd`), and nothing after it.
 * 2. The program's only ways out are the functions made in `#createRaw`; each takes text and numbers.
 * 3. After a breach the interrupt handler stops every further instruction.
 */
import type { QuickJSContext, QuickJSHandle, QuickJSRuntime } from 'quickjs-emscripten-core';
import { hashSeed } from '../inside/hash-seed.ts';
import { OutgoingMeter } from '../inside/outgoing-meter.ts';
import { type PreparedSource, prepareSource, SourceError } from '../inside/prepare-source.ts';
import type { AnswerMessage, Failure, RunMessage } from '../protocol/messages.ts';
import { bootstrapSource } from './bootstrap.ts';
import type { QuickJsInstance } from './create-instance.ts';
import { describeThrown, type Thrown } from './describe-thrown.ts';

const programFile = 'program';
/** More overflows the stack of the WebAssembly host itself. */
const maxStackBytes = 320 * 1024;
const jobsPerTurn = 1_000;
const maxTimers = 1_000;
/** The longest that Node's timers can wait. */
const maxDelayMs = 2_147_483_647;

export type TaskEnd = { output: string } | { failure: Failure };

export interface TaskEvents {
  onConsole(level: 'debug' | 'info' | 'warn' | 'error', text: string): void;
  onCall(call: number, name: string, args: string): void;
  onEnd(end: TaskEnd): void;
}

export class TaskContext {
  readonly #message: RunMessage;
  readonly #meter: OutgoingMeter;
  readonly #events: TaskEvents;
  readonly #instance: QuickJsInstance;
  readonly #runtime: QuickJSRuntime;
  readonly #context: QuickJSContext;
  readonly #startedCpu = process.threadCpuUsage();
  #functions:
    | { settle: QuickJSHandle; advance: QuickJSHandle; fire: QuickJSHandle; idle: QuickJSHandle }
    | undefined;
  readonly #timers = new Map<number, NodeJS.Timeout>();
  #prepared: PreparedSource | undefined;
  #breach: Failure | undefined;
  #forbiddenImport: string | undefined;
  #ended = false;

  constructor(message: RunMessage, instance: QuickJsInstance, events: TaskEvents) {
    this.#message = message;
    this.#meter = new OutgoingMeter(message.limits);
    this.#events = events;
    this.#instance = instance;
    this.#runtime = instance.module.newRuntime();
    this.#runtime.setMaxStackSize(Math.min(message.limits.stackBytes, maxStackBytes));
    this.#runtime.setInterruptHandler(() => this.#shouldStop());
    this.#runtime.setModuleLoader(
      (name) => this.#loadModule(name),
      (_base, name) => name,
    );
    this.#context = this.#runtime.newContext({ intrinsics });
  }

  cpuMs(): number {
    const { user, system } = process.threadCpuUsage(this.#startedCpu);
    return (user + system) / 1000;
  }

  start(): void {
    this.#act(() => {
      this.#prepared = prepareSource(this.#message);
      if (this.#message.checkOnly) {
        this.#compile(this.#prepared);
        this.#end({ output: 'null' });
        return;
      }
      const bootstrap = this.#evaluate(bootstrapSource, 'bootstrap');
      const parts = this.#call(bootstrap, this.#createRaw(), this.#createConfig());
      this.#functions = {
        settle: this.#context.getProp(parts, 'settle'),
        advance: this.#context.getProp(parts, 'advance'),
        fire: this.#context.getProp(parts, 'fire'),
        idle: this.#context.getProp(parts, 'idle'),
      };
      const program = this.#loadProgram(this.#prepared);
      const prelude = this.#message.prelude;
      const first = prelude
        ? this.#evaluate(
            `(function prelude(input, host, whenIdle, whenOver, advance){${prelude}\n})`,
            'prelude',
          )
        : this.#context.undefined;
      this.#call(this.#context.getProp(parts, 'finish'), program, first);
    });
  }

  answer(answer: AnswerMessage): void {
    if (this.#ended) return;
    this.#meter.addAnswer();
    this.#act(() => {
      const { settle, advance } = this.#functions!;
      const call = this.#context.newNumber(answer.call);
      if (answer.ok) {
        if (answer.nowMs !== undefined) this.#call(advance, this.#context.newNumber(answer.nowMs));
        // A long task has many answers: their texts must not stay.
        const output = this.#context.newString(answer.output);
        this.#call(settle, call, this.#context.true, output);
        output.dispose();
      } else {
        const text = (value: string) => this.#context.newString(value);
        this.#call(
          settle,
          call,
          this.#context.false,
          text(answer.message),
          text(answer.code),
          text(answer.help),
        );
      }
    });
  }

  /** No further report. The memory goes with the instance: QuickJS frees nothing of it one by one. */
  drop(): void {
    this.#ended = true;
    this.#clearTimers();
  }

  #setTimer(id: number, delayMs: number): void {
    if (this.#timers.size >= maxTimers) {
      this.#break({ code: 'SANDBOX_CALL_LIMIT', limit: 'callsInFlight', used: this.#timers.size + 1 });
      return;
    }
    this.#clearTimer(id);
    const fire = () => {
      this.#timers.delete(id);
      this.#act(() => this.#call(this.#functions!.fire, this.#context.newNumber(id)));
    };
    this.#timers.set(id, setTimeout(fire, Math.min(delayMs, maxDelayMs)));
  }

  #clearTimer(id: number): void {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
  }

  #clearTimers(): void {
    for (const id of this.#timers.keys()) this.#clearTimer(id);
  }

  /** Runs `work`, then every job that is ready, and sees whether the program can still go on. */
  #act(work: () => void): void {
    try {
      work();
      this.#runJobs();
      for (let goesOn = true; goesOn && this.#isIdle(); ) {
        goesOn = this.#context.getNumber(this.#call(this.#functions!.idle)) === 1;
        this.#runJobs();
      }
    } catch (error) {
      this.#end({ failure: this.#explain(error) });
    }
    if (this.#ended) return;
    if (this.#breach) this.#end({ failure: this.#breach });
    else if (this.#isIdle()) this.#end({ failure: this.#explainStall() });
  }

  /** The program can go on no more by itself, and nothing is on its way to it. */
  #isIdle(): boolean {
    return !this.#ended && !this.#breach && this.#meter.callsInFlight === 0 && this.#timers.size === 0;
  }

  #runJobs(): void {
    for (;;) {
      if (this.#ended || this.#shouldStop()) return;
      const ran = this.#runtime.executePendingJobs(jobsPerTurn);
      if (ran.error) throw this.#toThrown(ran.error);
      if (ran.value === 0) return;
    }
  }

  #shouldStop(): boolean {
    if (this.#breach) return true;
    const used = this.cpuMs();
    if (used <= this.#message.limits.cpuMs) return false;
    this.#break({ code: 'SANDBOX_CPU_LIMIT', limit: 'cpuMs', used: Math.round(used) });
    return true;
  }

  #break(failure: Failure): void {
    this.#breach ??= failure;
  }

  #end(end: TaskEnd): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#clearTimers();
    this.#events.onEnd(this.#breach ? { failure: this.#breach } : end);
  }

  #loadProgram({ kind, text }: PreparedSource): QuickJSHandle {
    if (kind === 'body') return this.#evaluate(text, programFile);
    const namespace = this.#settled(this.#evaluate(text, programFile, 'module'));
    return this.#context.getProp(namespace, 'default');
  }

  /** A module that awaits at its top level gives a promise; its jobs run first. */
  #settled(value: QuickJSHandle): QuickJSHandle {
    for (;;) {
      const state = this.#context.getPromiseState(value);
      if (state.type === 'fulfilled') return state.value;
      if (state.type === 'rejected') throw this.#toThrown(state.error);
      const ran = this.#runtime.executePendingJobs(jobsPerTurn);
      if (ran.error) throw this.#toThrown(ran.error);
      if (ran.value === 0)
        throw new SourceError(
          'The module awaits at its top level; await inside its function',
          undefined,
          undefined,
        );
    }
  }

  #loadModule(name: string): string | { error: Error } {
    const module = this.#message.modules.find((one) => one.name === name);
    if (module) return module.source;
    this.#forbiddenImport = name;
    return { error: new Error(`Cannot import ${name}`) };
  }

  /** The functions that the bootstrap gets, and nobody else. */
  #createRaw(): QuickJSHandle {
    const context = this.#context;
    const raw = context.newObject();
    const define = (name: string, act: (...values: QuickJSHandle[]) => void) => {
      const handle = context.newFunction(name, (...values) => {
        act(...values);
        return undefined;
      });
      context.setProp(raw, name, handle);
    };
    const text = (handle: QuickJSHandle) => context.getString(handle);
    define('console', (level, line) => this.#writeConsole(text(level!), text(line!)));
    define('call', (call, name, args) => this.#callHost(context.getNumber(call!), text(name!), text(args!)));
    define('setTimer', (id, delayMs) => this.#setTimer(context.getNumber(id!), context.getNumber(delayMs!)));
    define('clearTimer', (id) => this.#clearTimer(context.getNumber(id!)));
    define('done', (output) => this.#finish(text(output!)));
    define('unfit', (detail) => {
      const exhausted = this.#exhaustion();
      this.#end({
        failure: exhausted ?? { code: 'SANDBOX_RESULT_INVALID', detail: text(detail!).slice(0, 2_000) },
      });
    });
    define('failed', (name, message, stack, call, module) => {
      const thrown = { name: text(name!), message: text(message!), stack: text(stack!) };
      this.#end({ failure: this.#describe(thrown, context.getNumber(call!), text(module!)) });
    });
    return raw;
  }

  #createConfig(): QuickJSHandle {
    const context = this.#context;
    const { bindings, determinism, input } = this.#message;
    const config = context.newObject();
    context.setProp(config, 'input', context.newString(input));
    context.setProp(config, 'bindings', this.#createList(bindings.map((name) => context.newString(name))));
    if (determinism) {
      context.setProp(config, 'nowMs', context.newNumber(determinism.nowMs));
      const seed = hashSeed(determinism.seed).map((word) => context.newNumber(word));
      context.setProp(config, 'seed', this.#createList(seed));
    }
    return config;
  }

  #createList(values: readonly QuickJSHandle[]): QuickJSHandle {
    const list = this.#context.newArray();
    for (const [index, value] of values.entries()) this.#context.setProp(list, index, value);
    return list;
  }

  #writeConsole(level: string, text: string): void {
    if (this.#ended || this.#breach) return;
    const breach = this.#meter.addLine(text);
    if (breach) this.#break(breach);
    else this.#events.onConsole(level as 'info', text);
  }

  #callHost(call: number, name: string, args: string): void {
    if (this.#ended || this.#breach) return;
    const breach = this.#meter.addCall(args);
    if (breach) this.#break(breach);
    else this.#events.onCall(call, name, args);
  }

  #finish(output: string): void {
    const bytes = Buffer.byteLength(output);
    const { outputBytes } = this.#message.limits;
    if (bytes <= outputBytes) this.#end({ output });
    else this.#end({ failure: { code: 'SANDBOX_OUTPUT_LIMIT', limit: 'outputBytes', used: bytes } });
  }

  /** Reads the program, and those modules that it imports, without running any of them. */
  #compile({ kind, text }: PreparedSource): void {
    const type = kind === 'module' ? 'module' : 'global';
    const result = this.#context.evalCode(text, programFile, { type, compileOnly: true });
    if (result.error) throw this.#toThrown(result.error);
  }

  #evaluate(text: string, file: string, type: 'global' | 'module' = 'global'): QuickJSHandle {
    const result = this.#context.evalCode(text, file, { type });
    if (result.error) throw this.#toThrown(result.error);
    return result.value;
  }

  #call(callee: QuickJSHandle, ...values: QuickJSHandle[]): QuickJSHandle {
    const result = this.#context.callFunction(callee, this.#context.undefined, ...values);
    if (result.error) throw this.#toThrown(result.error);
    return result.value;
  }

  /** Reads an error without running code of the program: getters stay unread. */
  #toThrown(handle: QuickJSHandle): ThrownInside {
    const read = (name: string) => {
      const value = this.#context.getProp(handle, name);
      return this.#context.typeof(value) === 'string' ? this.#context.getString(value) : '';
    };
    return new ThrownInside({ name: read('name'), message: read('message'), stack: read('stack') });
  }

  #explain(error: unknown): Failure {
    if (this.#breach) return this.#breach;
    if (error instanceof SourceError) {
      return { code: 'SANDBOX_SYNTAX', detail: error.message, line: error.line, column: error.column };
    }
    if (error instanceof ThrownInside) return this.#describe(error.thrown, 0, '');
    const exhausted = this.#exhaustion();
    if (exhausted) return exhausted;
    throw error;
  }

  #describe(thrown: Thrown, call: number, module: string): Failure {
    const forbidden = module || this.#forbiddenImport;
    return (
      this.#exhaustion() ??
      describeThrown(thrown, {
        call,
        forbiddenImport: forbidden,
        source: this.#message.source,
        shift: this.#prepared?.shift ?? 0,
        stackBytes: Math.min(this.#message.limits.stackBytes, maxStackBytes),
      })
    );
  }

  #explainStall(): Failure {
    return this.#exhaustion() ?? { code: 'SANDBOX_CODE_STALLED' };
  }

  #exhaustion(): Failure | undefined {
    if (!this.#instance.exhausted()) return undefined;
    const used = this.#instance.memory.buffer.byteLength;
    return { code: 'SANDBOX_MEMORY_LIMIT', limit: 'memoryBytes', used };
  }
}

class ThrownInside extends Error {
  readonly thrown: Thrown;

  constructor(thrown: Thrown) {
    super(thrown.message);
    this.thrown = thrown;
  }
}

const intrinsics = {
  BaseObjects: true,
  Date: true,
  Eval: true,
  StringNormalize: true,
  RegExp: true,
  JSON: true,
  Proxy: true,
  MapSet: true,
  TypedArrays: true,
  Promise: true,
  BigInt: true,
};
