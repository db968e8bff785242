/**
 * One program in plain V8, from its text to its end. Nothing inside stops a loop: computing time, wall time and memory
 * are the watchdog's outside. What can be counted here (console, calls, output) is counted here first.
 *
 * Invariants
 * 1. It reports exactly one end.
 * 2. An end is reported after the microtasks that were ready: a program that returns and goes on for ever in them is
 *    stopped by its limits, and is no burden to the next.
 */
import { type Context, Script, SourceTextModule } from 'node:vm';
import { hashSeed } from '../inside/hash-seed.ts';
import { OutgoingMeter } from '../inside/outgoing-meter.ts';
import { type PreparedSource, prepareSource, SourceError, toSourceError } from '../inside/prepare-source.ts';
import type { AnswerMessage, Failure, RunMessage } from '../protocol/messages.ts';
import { describeThrown, type Thrown } from '../quickjs/describe-thrown.ts';
import { openRealm, type Realm, type RealmEvents } from './realm.ts';

const programFile = 'program';
const maxTimers = 1_000;
/** The longest that Node's timers can wait. */
const maxDelayMs = 2_147_483_647;
const levels = ['debug', 'info', 'warn', 'error'] as const;

export type ProgramEnd = { output: string } | { failure: Failure };

export interface ProgramEvents {
  onConsole(level: (typeof levels)[number], text: string): void;
  onCall(call: number, name: string, args: string): void;
  onEnd(end: ProgramEnd, usage: { cpuMs: number; peakMemoryBytes: number }): void;
}

export class ProgramRun {
  readonly #message: RunMessage;
  readonly #meter: OutgoingMeter;
  readonly #events: ProgramEvents;
  readonly #context: Context;
  readonly #startedCpu = process.cpuUsage();
  readonly #timers = new Map<number, NodeJS.Timeout>();
  readonly #modules = new Map<string, SourceTextModule>();
  readonly #refusedImports = new Set<string>();
  #realm: Realm | undefined;
  #shift = 0;
  #end: ProgramEnd | undefined;
  #ended = false;
  #loading = false;

  constructor(message: RunMessage, context: Context, events: ProgramEvents) {
    this.#message = message;
    this.#meter = new OutgoingMeter(message.limits);
    this.#context = context;
    this.#events = events;
  }

  start(): void {
    void this.#start();
    this.#checkLater();
  }

  answer(answer: AnswerMessage): void {
    if (this.#ended) return;
    this.#meter.addAnswer();
    const realm = this.#realm!;
    if (answer.ok) {
      if (answer.nowMs !== undefined) realm.advance(answer.nowMs);
      realm.settle(answer.call, true, answer.output, '', '');
    } else {
      realm.settle(answer.call, false, answer.message, answer.code, answer.help);
    }
    this.#checkLater();
  }

  async #start(): Promise<void> {
    const { input, bindings, determinism, prelude } = this.#message;
    try {
      const prepared = prepareSource(this.#message);
      this.#shift = prepared.shift;
      if (this.#message.checkOnly) {
        this.#check(prepared);
        return;
      }
      this.#realm = openRealm(this.#context, this.#createEvents(), {
        input,
        bindings,
        nowMs: determinism?.nowMs,
        seed: determinism && hashSeed(determinism.seed),
      });
      const program =
        prepared.kind === 'body' ? this.#compileBody(prepared) : await this.#loadModule(prepared);
      this.#realm.finish(program, prelude === undefined ? undefined : this.#compilePrelude(prelude));
    } catch (error) {
      this.#settle({ failure: this.#explain(error) });
    }
    this.#checkLater();
  }

  /** Reads the program and what it imports at the top, without running any of it. */
  #check(prepared: PreparedSource): void {
    if (prepared.kind === 'body') {
      this.#createScript(prepared);
    } else {
      const module = this.#parse(() => this.#createModule(prepared.text, programFile));
      for (const { specifier } of module.moduleRequests) this.#find(specifier);
    }
    this.#settle({ output: 'null' });
    this.#checkLater();
  }

  #compileBody(prepared: PreparedSource): unknown {
    return this.#createScript(prepared).runInContext(this.#context);
  }

  #createScript({ text, shift }: PreparedSource): Script {
    return this.#parse(
      () =>
        new Script(text, {
          filename: programFile,
          columnOffset: -shift,
          importModuleDynamically: (name) => this.#import(name),
        }),
    );
  }

  #compilePrelude(prelude: string): unknown {
    const text = `(function prelude(input, host){${prelude}\n})`;
    return new Script(text, { filename: 'prelude' }).runInContext(this.#context);
  }

  async #loadModule({ text }: PreparedSource): Promise<unknown> {
    this.#loading = true;
    const module = this.#parse(() => this.#createModule(text, programFile));
    await module.link((name) => this.#find(name));
    // What it awaits at its top level is the program's: a promise that nothing settles is found like any other.
    this.#loading = false;
    await evaluateApart(module);
    return (module.namespace as { default: unknown }).default;
  }

  /** Never throws: what this realm throws would reach the program. A module of its own realm does so instead. */
  async #import(name: string): Promise<SourceTextModule> {
    try {
      const module = this.#find(name);
      if (module.status === 'unlinked') await module.link((inner) => this.#find(inner));
      if (module.status === 'linked') await evaluateApart(module);
      return module;
    } catch (error) {
      const text = `throw new Error(${JSON.stringify(readThrown(error).message)})`;
      const failing = this.#createModule(text, `module ${name}`);
      await failing.link(() => failing);
      await evaluateApart(failing).catch(() => {});
      return failing;
    }
  }

  #find(name: string): SourceTextModule {
    const known = this.#modules.get(name);
    if (known) return known;
    const found = this.#message.modules.find((one) => one.name === name);
    if (!found) {
      this.#refusedImports.add(name);
      throw new Error(`Cannot import ${name}`);
    }
    const module = this.#createModule(found.source, `module ${name}`);
    this.#modules.set(name, module);
    return module;
  }

  #createModule(text: string, identifier: string): SourceTextModule {
    return new SourceTextModule(text, {
      context: this.#context,
      identifier,
      importModuleDynamically: (name) => this.#import(name),
    });
  }

  #parse<T>(compile: () => T): T {
    try {
      return compile();
    } catch (error) {
      if ((error as Error).name !== 'SyntaxError') throw error;
      throw toSourceError(error as Error, this.#shift);
    }
  }

  #createEvents(): RealmEvents {
    const text = (value: unknown) => (typeof value === 'string' ? value : '');
    const number = (value: unknown) => (typeof value === 'number' ? value : 0);
    return {
      console: (level, line) => this.#writeConsole(levels.find((one) => one === level) ?? 'info', text(line)),
      call: (call, name, args) => this.#callHost(number(call), text(name), text(args)),
      setTimer: (id, delayMs) => this.#setTimer(number(id), number(delayMs)),
      clearTimer: (id) => this.#clearTimer(number(id)),
      done: (output) => this.#finish(text(output)),
      unfit: (detail) => this.#settle({ failure: describeUnfit(text(detail), this.#message) }),
      failed: (name, message, stack, call, module) => {
        const thrown = { name: text(name), message: text(message), stack: text(stack) };
        this.#settle({ failure: this.#describe(thrown, number(call), text(module)) });
      },
    };
  }

  #writeConsole(level: (typeof levels)[number], line: string): void {
    if (this.#ended) return;
    const breach = this.#meter.addLine(line);
    if (breach) this.#break(breach);
    else this.#events.onConsole(level, line);
  }

  #callHost(call: number, name: string, args: string): void {
    if (this.#ended) return;
    const breach = this.#meter.addCall(args);
    if (breach) this.#break(breach);
    else this.#events.onCall(call, name, args);
  }

  #setTimer(id: number, delayMs: number): void {
    if (this.#ended) return;
    if (this.#timers.size >= maxTimers) {
      this.#break({ code: 'SANDBOX_CALL_LIMIT', limit: 'callsInFlight', used: this.#timers.size + 1 });
      return;
    }
    this.#clearTimer(id);
    const fire = () => {
      this.#timers.delete(id);
      this.#realm!.fire(id);
      this.#checkLater();
    };
    this.#timers.set(id, setTimeout(fire, Math.min(delayMs, maxDelayMs)));
  }

  #clearTimer(id: number): void {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
  }

  #finish(output: string): void {
    const bytes = Buffer.byteLength(output);
    const { outputBytes } = this.#message.limits;
    if (bytes <= outputBytes) this.#settle({ output });
    else this.#break({ code: 'SANDBOX_OUTPUT_LIMIT', limit: 'outputBytes', used: bytes });
  }

  /** At once, from the middle of the program, which so gets no further. */
  #break(failure: Failure): void {
    this.#settle({ failure });
    this.#report();
  }

  #settle(end: ProgramEnd): void {
    this.#end ??= end;
  }

  /** When the microtasks that are ready have run: either there is an end, or something must still be under way. */
  #checkLater(): void {
    setImmediate(() => {
      if (this.#ended || this.#loading) return;
      if (!this.#end && this.#meter.callsInFlight === 0 && this.#timers.size === 0) {
        this.#settle({ failure: { code: 'SANDBOX_CODE_STALLED' } });
      }
      if (this.#end) this.#report();
    });
  }

  #report(): void {
    if (this.#ended) return;
    this.#ended = true;
    for (const timer of this.#timers.values()) clearTimeout(timer);
    const { user, system } = process.cpuUsage(this.#startedCpu);
    const peakMemoryBytes = process.resourceUsage().maxRSS * 1024;
    this.#events.onEnd(this.#end!, { cpuMs: (user + system) / 1000, peakMemoryBytes });
  }

  #explain(error: unknown): Failure {
    if (error instanceof SourceError) {
      const { message, line, column } = error;
      const thrown = {
        name: 'SyntaxError',
        message,
        stack: `    at ${programFile}:${line ?? 1}:${column ?? 1}`,
      };
      const failure = this.#describe(thrown, 0, '');
      return failure.code === 'SANDBOX_SYNTAX'
        ? { code: 'SANDBOX_SYNTAX', detail: message, line, column }
        : failure;
    }
    return this.#describe(readThrown(error), 0, '');
  }

  #describe(thrown: Thrown, call: number, module: string): Failure {
    const { stackBytes, memoryBytes } = this.#message.limits;
    if (thrown.name === 'RangeError' && /^Maximum call stack/.test(thrown.message)) {
      return { code: 'SANDBOX_STACK_LIMIT', limit: 'stackBytes', used: stackBytes };
    }
    if (thrown.name === 'RangeError' && /allocation failed/i.test(thrown.message)) {
      return { code: 'SANDBOX_MEMORY_LIMIT', limit: 'memoryBytes', used: memoryBytes };
    }
    const refused = [...this.#refusedImports].find((name) => thrown.message === `Cannot import ${name}`);
    return describeThrown(thrown, {
      call,
      forbiddenImport: module || refused,
      source: this.#message.source,
      shift: 0,
      stackBytes,
    });
  }
}

/** From a microtask of its own, with no frame of ours in the program's stacks, nor one that waits for it. */
function evaluateApart(module: SourceTextModule): Promise<void> {
  const evaluate = module.evaluate.bind(module, {}) as () => Promise<void>;
  return new Promise((resolve, reject) => {
    Promise.resolve()
      .then(evaluate)
      .then(
        () => resolve(),
        (error) => reject(error),
      );
  });
}

/** Of an error of our realm, or of the program's own while its module was loaded: nothing but text. */
function readThrown(error: unknown): Thrown {
  const read = (name: keyof Thrown) => {
    try {
      const value = (error as Partial<Thrown>)[name];
      return typeof value === 'string' ? value : '';
    } catch {
      return '';
    }
  };
  return { name: read('name'), message: read('message'), stack: read('stack') };
}

/** A result that cannot be written as JSON. */
function describeUnfit(detail: string, { limits }: RunMessage): Failure {
  if (/^Invalid string length/.test(detail)) {
    return { code: 'SANDBOX_OUTPUT_LIMIT', limit: 'outputBytes', used: limits.outputBytes };
  }
  return { code: 'SANDBOX_RESULT_INVALID', detail: detail.slice(0, 2_000) };
}
