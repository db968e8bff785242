/**
 * The world of one program in plain V8: a global object of its own, with nothing of Node in it, and the bootstrap that
 * gives it a console, host functions and timers.
 *
 * The jail holds what gets out of here; this realm keeps programs apart that follow each other in one runner, and
 * keeps their ways out few. Invariants:
 * 1. Only text, numbers and booleans pass between the program's realm and ours, in both directions.
 * 2. No error of our realm reaches the program: the guard replaces it by one of the program's own.
 * 3. What the program throws or returns is read inside its realm.
 * 4. The program is only ever called from a microtask of its realm, so that its stacks hold no frame of ours.
 */
import { type Context, constants, createContext, Script } from 'node:vm';
import { bootstrapSource } from '../quickjs/bootstrap.ts';

/** What the program can make us do. Nothing of it may throw. */
export interface RealmEvents {
  console(level: unknown, text: unknown): void;
  call(call: unknown, name: unknown, args: unknown): void;
  setTimer(id: unknown, delayMs: unknown): void;
  clearTimer(id: unknown): void;
  done(output: unknown): void;
  unfit(detail: unknown): void;
  failed(name: unknown, message: unknown, stack: unknown, call: unknown, module: unknown): void;
}

export interface RealmConfig {
  input: string;
  bindings: readonly string[];
  nowMs?: number | undefined;
  seed?: readonly number[] | undefined;
}

export interface Realm {
  context: Context;
  finish(program: unknown, prelude: unknown): void;
  settle(call: number, ok: boolean, text: string, code: string, help: string): void;
  advance(nowMs: number): void;
  fire(timer: number): void;
}

/** What it takes time to make, and needs no task: made before one comes. */
export function createContextAhead(): Context {
  const context = createContext(constants.DONT_CONTEXTIFY, {
    codeGeneration: { strings: false, wasm: false },
  });
  for (const name of ['WebAssembly', 'SharedArrayBuffer', 'Atomics']) delete context[name];
  return context;
}

export function openRealm(context: Context, events: RealmEvents, config: RealmConfig): Realm {
  const { guard, shield } = guardScript.runInContext(context);
  const raw = guard(events);
  const parts = shield(bootstrapScript.runInContext(context)(raw, config), raw);
  return { context, ...parts };
}

const bootstrapScript = new Script(bootstrapSource, { filename: 'bootstrap' });

/**
 * `guard`: our functions for the bootstrap. A stack that is full when one of them begins makes an error of our realm.
 * `shield`: the bootstrap's functions for us. They give nothing back, throw nothing, and begin with an empty stack.
 */
const guardScript = new Script(
  `(function () {
'use strict';
const { apply } = Reflect;
const Overflow = RangeError;
const text = (owner, name) => {
  try {
    const value = owner[name];
    return typeof value === 'string' ? value : '';
  } catch {
    return '';
  }
};
const guard = (events) => {
  const raw = { __proto__: null };
  for (const name of ['console', 'call', 'setTimer', 'clearTimer', 'done', 'unfit', 'failed']) {
    const act = events[name];
    raw[name] = (a, b, c, d, e) => {
      try {
        act(a, b, c, d, e);
      } catch {
        throw new Overflow('Maximum call stack size exceeded');
      }
    };
  }
  return raw;
};
const later = async (act, values, raw) => {
  await undefined;
  try {
    apply(act, undefined, values);
  } catch (error) {
    const own = error ?? {};
    raw.failed(text(own, 'name'), typeof own === 'object' ? text(own, 'message') : '' + own, text(own, 'stack'), 0, '');
  }
};
const shield = (parts, raw) => {
  const shielded = { __proto__: null };
  for (const name of ['finish', 'settle', 'advance', 'fire']) {
    const act = parts[name];
    shielded[name] = (...values) => void later(act, values, raw);
  }
  return shielded;
};
return { guard, shield };
})()`,
  { filename: 'guard' },
);
