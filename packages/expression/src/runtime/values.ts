import type { Evaluation } from './evaluation.ts';

/**
 * The types of value that exist besides JSON's: none of them is a host function or leads to one. What can be read
 * from a value, whatever its type, is decided in member.ts and in the tables of src/methods only.
 */

/** Anything that can be called. Host functions never appear as values. */
export abstract class Callable {
  abstract readonly name: string;
  abstract call(evaluation: Evaluation, args: readonly unknown[]): unknown;

  /** Functions have no JSON, as in JavaScript. */
  toJSON(): undefined {
    return undefined;
  }
}

export type NativeRun = (evaluation: Evaluation, args: readonly unknown[]) => unknown;

export interface NativeOptions {
  /** `new Name(…)`. */
  construct?: NativeRun;
  /** `value instanceof Name`. */
  isInstance?: (value: unknown) => boolean;
  /** `Name.member`. */
  members?: ReadonlyMap<string, unknown>;
}

/** A function of ours. */
export class NativeFunction extends Callable {
  readonly name: string;
  readonly construct: NativeRun | undefined;
  readonly isInstance: ((value: unknown) => boolean) | undefined;
  readonly members: ReadonlyMap<string, unknown> | undefined;
  readonly #run: NativeRun;

  constructor(name: string, run: NativeRun, options: NativeOptions = {}) {
    super();
    this.name = name;
    this.#run = run;
    this.construct = options.construct;
    this.isInstance = options.isInstance;
    this.members = options.members;
  }

  call(evaluation: Evaluation, args: readonly unknown[]): unknown {
    return this.#run(evaluation, args);
  }
}

/** A function that the expression wrote. */
export class Closure extends Callable {
  readonly name: string;
  readonly #run: NativeRun;

  constructor(name: string, run: NativeRun) {
    super();
    this.name = name;
    this.#run = run;
  }

  call(evaluation: Evaluation, args: readonly unknown[]): unknown {
    evaluation.enterCall();
    try {
      return this.#run(evaluation, args);
    } finally {
      evaluation.leaveCall();
    }
  }
}

/** Something with named members that are worked out when read: `Math`, `$input`, `$('Name')`. */
export abstract class View {
  /** undefined for a name that it does not have. */
  abstract read(evaluation: Evaluation, key: string): unknown;
  abstract keys(): readonly string[];

  toJSON(): undefined {
    return undefined;
  }
}

/** A fixed set of members. */
export class Namespace extends View {
  readonly #members: ReadonlyMap<string, unknown>;

  constructor(members: ReadonlyMap<string, unknown>) {
    super();
    this.#members = members;
  }

  read(_evaluation: Evaluation, key: string): unknown {
    return this.#members.get(key);
  }

  keys(): readonly string[] {
    return [...this.#members.keys()];
  }
}

/** What `new Error(…)` makes. It has no stack. */
export class ErrorValue {
  readonly name: string;
  readonly message: string;
  readonly cause: unknown;

  constructor(name: string, message: string, cause?: unknown) {
    this.name = name;
    this.message = message;
    this.cause = cause;
  }

  toJSON(): { name: string; message: string } {
    return { name: this.name, message: this.message };
  }
}

/** An object without a class of its own: what `{}` makes and what JSON holds. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

/** Sets a field that the user named, never a prototype. */
export function setOwn(target: object, key: string, value: unknown): void {
  if (key === '__proto__') {
    // Data may hold such a field (JSON does not mind); it is dropped wherever an expression copies it.
    return;
  }
  if (key in target && !Object.hasOwn(target, key)) {
    Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
  } else {
    (target as Record<string, unknown>)[key] = value;
  }
}
